import { defineActor } from '../../../src/index.ts'
import { type Simulation, scenario } from '../../../src/simulation/index.ts'

type Version = 1 | 2 | 3

/** One actor as three releases have it: a payment was a number, then `{ amount }`, then `{ cents }`. */
const till = (version: Version) =>
  defineActor({
    name: 'till',
    retry: { attempts: 20 },
    durable: {
      messages: {
        pay: [
          (amount: number) => ({ amount }),
          ({ amount }: { amount: number }) => ({ cents: amount * 100 }),
        ].slice(0, version - 1),
      },
    },
    state: () => ({ cents: 0, payments: 0 }),
    on: {
      pay(ctx, body: unknown) {
        ctx.state.cents += centsOf(version, body)
        ctx.state.payments += 1
      },
      total: (ctx) => ctx.state,
    },
  })

const payment = (version: Version, amount: number): unknown =>
  version === 1 ? amount : version === 2 ? { amount } : { cents: amount * 100 }

/** Of a body as this release has it: any other gives no number. */
function centsOf(version: Version, body: unknown): number {
  if (version === 1) return (body as number) * 100
  return version === 2 ? (body as { amount: number }).amount * 100 : (body as { cents: number }).cents
}

const FAULTS = {
  throw: 0.05,
  crash: 0.03,
  slow: { rate: 0.3, range: ['1ms', '20ms'] },
  slowFlush: 0.1,
} as const

/**
 * Releases take turns on one disk, forwards and back, and each life ends by a power cut or a kill. A payment of a later release waits for
 * one that reads it. In the last life, of the latest release, each payment that was accepted has been counted once.
 */
export default scenario(import.meta.url, { faults: FAULTS }, async (sim: Simulation) => {
  const disk = sim.disk()
  const accepted = new Map<string, number>()
  const open = new Map<string, number>()
  let sent = 0
  const started = async (version: Version) => {
    const system = sim.system({
      name: 'shop',
      journal: await disk.openJournal(),
      supervision: { intensity: { restarts: 10_000, within: '1s', per: 'child' } },
    })
    return { system, ref: system.spawn(till(version)) }
  }
  for (let life = 0; life < 4; life++) {
    const version = sim.pick([1, 2, 3] as const)
    const { system, ref } = await started(version)
    let dead = false
    for (const _ of sim.times(4)) {
      sent += 1
      const [key, amount] = [`payment ${sent}`, sent]
      open.set(key, amount)
      ref.offer('pay', payment(version, amount), { idempotencyKey: key }).then(
        () => {
          if (!dead && open.delete(key)) accepted.set(key, amount)
        },
        () => undefined,
      )
      if (sim.random.integer(2) === 0) await sim.sleep(sim.random.integer(10))
    }
    await sim.sleep(sim.random.integer(30))
    if (sim.random.integer(2) === 0) disk.cutPower()
    else disk.kill()
    dead = true
    await system.stop({ drain: 0 })
  }
  const { system, ref } = await started(3)
  for (const [key, amount] of open)
    await tried(() => ref.offer('pay', payment(3, amount), { idempotencyKey: key }))
  await sim.settle()
  const { cents, payments } = await tried(() => ref.ask('total'))
  const amounts = [...accepted.values(), ...open.values()]
  const all = amounts.reduce((sum, amount) => sum + amount * 100, 0)
  if (payments !== amounts.length || cents !== all)
    sim.unreachable(`${amounts.length} payments of ${all} cents, and ${payments} of ${cents} were counted`)
  sim.reachable('payments were counted')
  await system.stop()
  sim.expect.conserved()
})

/** Faults strike these too. */
function tried<T>(ask: () => Promise<T>): Promise<T> {
  return ask().catch(() => tried(ask))
}
