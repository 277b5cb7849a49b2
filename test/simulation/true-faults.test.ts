import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { defineActor, defineProcessor, pipeline } from '../../src/index.ts'
import { explore, type Simulation, simulate } from '../../src/simulation/index.ts'
import './with-matchers.ts'

const Value = z.number()
const Same = defineProcessor({
  name: 'same',
  input: Value,
  output: Value,
  retry: { attempts: 3 },
  process: (x) => x,
})

/** A fault is what its name says, or it does not strike: G70. */
describe('an actor', () => {
  const Worker = defineActor({
    name: 'worker',
    retry: { attempts: 3 },
    on: { go: () => 'done', note: () => {} },
  })

  test.each(['received', 'handled', 'flushed'] as const)(
    'that crashes when its message is %s restarts once [G70]',
    async (point) => {
      const result = await simulate(
        { faults: { crash: { rate: 1, points: [point] }, budget: 1 } },
        async (sim) => {
          const worker = sim.system().spawn(Worker, { name: 'worker' })
          expect(await worker.ask('go')).toBe('done')
          await sim.settle()
        },
      )
      expect(result).toHold()
      expect(result.trace.filter(({ kind }) => kind === 'restart')).toHaveLength(1)
    },
  )

  test('at the root has no supervisor that could crash; a child has', async () => {
    const Parent = defineActor({
      name: 'parent',
      on: {
        async go(ctx) {
          const child = ctx.spawn(Worker, { name: 'child' })
          return ctx.ask(child, 'go')
        },
      },
    })
    const root = await simulate({ faults: { supervisorCrash: 1 } }, async (sim) => {
      await sim.system().spawn(Worker).ask('go')
    })
    expect(root.vacuous).toEqual(['fault supervisorCrash never struck'])
    const child = await simulate({ faults: { supervisorCrash: 1, budget: 1 } }, async (sim) => {
      await sim
        .system()
        .spawn(Parent, { name: 'parent' })
        .ask('go')
        .catch(() => {})
      await sim.settle()
    })
    expect(child.faults).toEqual({ supervisorCrash: 1 })
    expect(child.trace.some(({ kind, to }) => kind === 'restart' && to === 'parent')).toBe(true)
  })

  test('replies twice only where somebody waits for a reply', async () => {
    const told = await simulate({ faults: { replyTwice: 1 } }, async (sim) => {
      sim.system().spawn(Worker).tell('note')
      await sim.settle()
    })
    expect(told.vacuous).toEqual(['fault replyTwice never struck'])
    const asked = await simulate({ faults: { replyTwice: 1 } }, async (sim) => {
      expect(await sim.system().spawn(Worker).ask('go')).toBe('done')
    })
    expect(asked).toHold()
    expect(asked.faults).toEqual({ replyTwice: 1 })
  })

  test('never runs its handler for a poisoned message, at any attempt', async () => {
    let ran = 0
    const Eater = defineActor({ name: 'eater', retry: { attempts: 3 }, on: { eat: () => void ran++ } })
    await simulate({ faults: { poison: 1, budget: 1 } }, async (sim) => {
      sim.system().spawn(Eater).tell('eat')
      await sim.settle()
    })
    expect(ran).toBe(0)
  })
})

describe('a processor', () => {
  test.each(['replyTwice', 'supervisorCrash'] as const)('is no place for %s [G70]', async (kind) => {
    const result = await simulate({ faults: { [kind]: 1 } }, async (sim) => {
      const running = await sim.system().run(pipeline('p', Value).to(Same))
      expect(await running.ask(1)).toBe(1)
    })
    expect(result).toHold()
    expect(result.vacuous).toEqual([`fault ${kind} never struck`])
    expect(result.trace.filter(({ kind: what }) => what === 'restart')).toHaveLength(0)
  })

  test.each(['received', 'handled', 'flushed'] as const)(
    'that crashes when its message is %s restarts once',
    async (point) => {
      const result = await simulate(
        { faults: { crash: { rate: 1, points: [point] }, budget: 1 } },
        async (sim) => {
          const running = await sim.system().run(pipeline('p', Value).to(Same))
          expect(await running.ask(1)).toBe(1)
          await sim.settle()
        },
      )
      expect(result).toHold()
      expect(result.trace.filter(({ kind }) => kind === 'restart')).toHaveLength(1)
    },
  )
})

test.each(['-1h', '-30m', -3_600_000] as const)('a clock may be behind: skew %s', async (skew) => {
  const result = await simulate({ faults: { skew } }, (sim) => {
    const behind = Date.UTC(2026, 0, 1) - sim.kernel.clock.now()
    expect(behind).toBe(skew === '-30m' ? 1_800_000 : 3_600_000)
  })
  expect(result).toHold()
})

test('a broken connection holds back all that comes after', async () => {
  const result = await simulate(
    { faults: { reconnect: { rate: 1, range: ['5s', '5s'] }, budget: 1 } },
    async (sim) => {
      const got: number[] = []
      const transport = sim.transport()
      await transport.subscribe('q', (delivery) => {
        got.push(delivery.frame[0] as number)
        return delivery.ack()
      })
      for (const n of [1, 2, 3]) await transport.send('q', new Uint8Array([n]))
      await sim.sleep('1s')
      expect(got).toEqual([])
      await sim.sleep('10s')
      expect(got).toEqual([1, 2, 3])
    },
  )
  expect(result).toHold()
})

/** What is durable is asked of the writes that belong to a delivery, and of no others: G71. */
describe('an acknowledgement', () => {
  const bytes = (n: number) => new Uint8Array([n])

  test.each<readonly [string, (sim: Simulation) => Promise<void>]>([
    [
      'beside writes of another store that are not flushed',
      async (sim) => {
        const other = sim.store('other')
        await other.commit([{ key: 'a', value: bytes(1) }])
        const transport = sim.transport()
        await transport.subscribe('q', (delivery) => delivery.ack())
        await transport.send('q', bytes(1))
        await sim.sleep('1s')
        await other.flushed()
      },
    ],
    [
      'of one of two queues over one store',
      async (sim) => {
        const store = sim.store()
        const transport = sim.transport()
        for (const [queue, wait] of [
          ['q', '10ms'],
          ['r', '35ms'],
        ] as const) {
          await transport.subscribe(queue, async (delivery) => {
            await store.commit([{ key: `${queue} ${delivery.frame[0]}`, value: bytes(1) }])
            await store.flushed()
            await sim.sleep(wait)
            await delivery.ack()
          })
        }
        for (const n of sim.times(5)) {
          await transport.send('q', bytes(n))
          await transport.send('r', bytes(n))
          await sim.sleep('7ms')
        }
        // A queue whose writes wait long, while the others are acknowledged.
        await transport.subscribe('slow', async (delivery) => {
          await store.commit([{ key: 'slow', value: bytes(1) }])
          await sim.sleep('1s')
          await store.flushed()
          await delivery.ack()
        })
        await transport.send('slow', bytes(1))
        await sim.sleep('100ms')
        for (const n of sim.times(3)) await transport.send('q', bytes(n))
        await sim.sleep('5s')
      },
    ],
  ])('%s holds [G71]', async (_what, scenario) => {
    expect(await explore({ runs: 30 }, scenario)).toHold()
  })

  test.each<readonly [string, boolean]>([
    ['directly', false],
    ['by an actor', true],
  ])('before what was written for it %s is flushed does not hold [G71]', async (_how, byActor) => {
    const result = await simulate(async (sim) => {
      const store = sim.store('orders')
      const transport = sim.transport()
      const Writer = defineActor({
        name: 'writer',
        on: { put: (_ctx, key: string) => store.commit([{ key, value: bytes(1) }]) },
      })
      const writer = sim.system().spawn(Writer)
      await transport.subscribe('q', async (delivery) => {
        if (byActor) await writer.ask('put', 'a')
        else await store.commit([{ key: 'a', value: bytes(1) }])
        await delivery.ack()
        await store.flushed()
      })
      await transport.send('q', bytes(1))
      await sim.sleep('1s')
    })
    expect(result).toViolate('nothing acknowledged before durable')
    expect(result.failure?.message).toContain("'orders'")
  })
})

test.each([1, 2, 3])(
  'a processor with order keys and %i at once keeps its concurrency in every way to fail',
  async (concurrency) => {
    for (const faults of [
      { throw: 0.2 },
      { hang: 0.1 },
      { crash: 0.2 },
      { slow: 0.2, delay: ['0ms', '50ms'] },
      { duplicate: 0.2, drop: 0.1 },
    ] as const) {
      const found = await explore({ runs: 60, faults }, async (sim) => {
        const Step = defineProcessor({
          name: 'step',
          input: Value,
          output: Value,
          concurrency,
          timeout: '300ms',
          retry: { attempts: 3, backoff: '10ms' },
          process: async (x) => {
            await sim.sleep(sim.random.integer(50))
            return x
          },
        })
        const running = await sim.system().run(pipeline('p', Value).to(Step).to(Same))
        await Promise.all(
          [...sim.times(8)].map((x) => running.ask(x, { orderKey: `k${x % 3}` }).catch(() => {})),
        )
      })
      expect(found).toHold()
    }
  },
)
