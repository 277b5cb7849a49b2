import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineActor, defineProcessor, pipeline } from '../../src/index.ts'
import {
  explore,
  htmlReport,
  replay,
  type Simulation,
  shrink,
  simulate,
  svgOf,
} from '../../src/simulation/index.ts'

interface Payment {
  readonly order: number
  readonly card: string
}

const Till = defineActor({
  name: 'till',
  state: () => ({ paid: [] as number[], card: '' }),
  on: {
    pay(ctx, { order, card }: Payment) {
      ctx.state.card = card
      if (order === 2) throw new RangeError(`no money for ${order}`)
      ctx.maybe('before-paid')
      ctx.state.paid.push(order)
    },
  },
})

async function paying(sim: Simulation) {
  const till = sim.system().spawn(Till, { name: 'till' })
  for (const order of sim.times(3)) till.tell('pay', { order, card: '4242 4242' })
  sim.effect('a receipt')
  await sim.settle()
  sim.unreachable('the end')
}

test('a story has bodies, errors, states and the author’s lines [G72]', async () => {
  const { story, trace } = await simulate(paying)
  expect(story).toMatch(/outside → till: pay \{order: 0, card: "4242 4242"\} {2}· story\.test\.ts:\d+/)
  expect(story).toContain('till fails on pay: no money for 2')
  expect(story).toContain('dead letter at till: pay: failed, its last attempt failed')
  expect(story).toMatch(/state of till: \{paid: \[\], card: ""\} → \{paid: \[0, 1\]/)
  expect(story).toMatch(/effect: a receipt {2}· story\.test\.ts:\d+/)
  expect(story.split('\n').at(-1)).toMatch(/✗ the end: .* · story\.test\.ts:\d+$/)
  expect(trace.find(({ kind }) => kind === 'send')).toMatchObject({
    body: '{order: 0, card: "4242 4242"}',
    place: expect.stringMatching(/story\.test\.ts:\d+:\d+$/),
  })
})

test.each([
  [['card'], '{order: 0, card: ‹redacted›}'],
  [true, '‹redacted›'],
] as const)(
  'and shows nothing of what is redacted: %j, after a replay and on the page too [G72]',
  async (redact, body) => {
    const one = await simulate({ redact }, paying)
    for (const result of [one, await replay(one.token, paying), await shrink(one.token, paying)]) {
      expect(result.story).not.toContain('4242')
      expect(htmlReport({ title: 'a page', result })).not.toContain('4242')
    }
    expect(one.story).toContain(`pay ${body}`)
  },
)

test('what redacts nothing is refused', async () => {
  await expect(simulate({ redact: 5 } as never, paying)).rejects.toMatchObject({
    code: 'invalid-argument',
    path: 'redact',
  })
})

test('a story has the lines of stores and transports, strikes of maybe, and jumps of the clock', async () => {
  const { story, hash } = await simulate({ faults: { maybe: 1, budget: 1 } }, stored(0))
  expect(story).toContain("orders commits 'order 1'")
  expect(story).toContain('orders flushes')
  expect(story).toContain("broker takes a frame of 1 bytes for 'q'")
  expect(story).toContain('broker delivers to q: frame')
  expect(story).toContain('q → broker: ack')
  expect(story).toContain("⚡ maybe at 'after-commit'")
  // A jump of the wall clock is part of the run, and of its hash.
  const jumped = await simulate({ faults: { maybe: 1, budget: 1 } }, stored(1000))
  expect(jumped.story).toContain('the wall clock jumps by 1000 ms')
  expect(jumped.hash).not.toBe(hash)
  expect((await simulate({ faults: { maybe: 1, budget: 1 } }, stored(2000))).hash).not.toBe(jumped.hash)
})

const stored = (jump: number) => async (sim: Simulation) => {
  const store = sim.store('orders')
  const transport = sim.transport('broker')
  if (jump > 0) sim.at('1s').jump(jump)
  await transport.subscribe('q', async (delivery) => {
    await store.commit([{ key: 'order 1', value: delivery.frame }])
    if (sim.maybe('after-commit')) sim.note('struck')
    await store.flushed()
    await delivery.ack()
  })
  await transport.send('q', new Uint8Array(1))
  await sim.sleep('2s')
}

test('what a long story leaves out is counted', async () => {
  const { story } = await simulate(async (sim) => {
    const till = sim.system().spawn(Till, { name: 'till' })
    for (let i = 10; i < 80; i++) till.tell('pay', { order: i, card: '' })
    await sim.settle()
  })
  expect(story).toMatch(/… \d+ left out: 64 × send, \d+ × state, \d+ × handle/)
})

test('many equal dead letters of a step hide nothing: the first lines and what struck are told [G72]', async () => {
  const Line = z.number()
  const Slow = defineProcessor({
    name: 'slow',
    input: Line,
    output: Line,
    concurrency: 1,
    process: (n) => new Promise<number>(() => n),
  })
  const { story } = await simulate(async (sim) => {
    sim.note('how it began')
    const running = await sim.system().run(pipeline('line', Line, { timeout: '1m' }).to(Slow))
    sim.note('what led to it')
    for (let n = 0; n < 80; n++) void running.ask(n, { signal: AbortSignal.abort() }).catch(() => undefined)
    const gone = new AbortController()
    for (let n = 0; n < 80; n++) void running.ask(n, { signal: gone.signal }).catch(() => undefined)
    await sim.sleep('1s')
    gone.abort()
    await sim.sleep('1s')
    for (let n = 0; n < 40; n++) sim.note(`later ${n}`)
    sim.unreachable('the end')
  })
  expect(story).toContain('how it began')
  expect(story).toContain('what led to it')
  expect(story.match(/dead letter at slow: cancelled, nobody waits for its answer any more/g)).toHaveLength(2)
})

test('an attempt that takes too long is told, of an actor and of a step of a pipeline [G72]', async () => {
  const timing = { timeout: '300ms', retry: { attempts: 2, backoff: '50ms' } } as const
  const Order = z.number()
  const { story } = await simulate(async (sim) => {
    const slowly = async (order: number) => {
      sim.note(`charges ${order}`)
      await sim.sleep('1s')
      return order
    }
    const Bank = defineProcessor({ name: 'bank', input: Order, output: Order, ...timing, process: slowly })
    const Desk = defineActor({ name: 'desk', ...timing, on: { pay: (_ctx, order: number) => slowly(order) } })
    const running = await sim.system().run(pipeline('check', Order, { timeout: '5s' }).to(Bank))
    await running.ask(4).catch(() => undefined)
    const desk = sim.system().spawn(Desk, { name: 'desk' })
    await desk.ask('pay', 5, { timeout: '5s' }).catch(() => undefined)
    sim.unreachable('the end')
  })
  expect(story.match(/bank fails on bank: .* within 300 ms/g)).toHaveLength(2)
  expect(story.match(/desk fails on pay: .* within 300 ms/g)).toHaveLength(2)
})

test('a bug of order is told by the one turn that matters [G72]', async () => {
  const Buyer = defineActor({ name: 'buyer', on: { buy: (_ctx, buy: () => void) => buy() } })
  const racing = async (sim: Simulation) => {
    const bought: string[] = []
    for (const name of ['ann', 'bob']) {
      const buyer = sim.system().spawn(Buyer, { name })
      buyer.tell('buy', () => bought.push(name))
    }
    await sim.settle()
    if (bought[0] === 'bob') sim.unreachable('who comes first is served first')
  }
  const found = await explore({ runs: 100 }, racing)
  const shrunk = await shrink(found.failure?.token as string, racing)
  expect(shrunk.after).toMatchObject({ faults: 0, reorderings: 1 })
  expect(shrunk.story).toMatch(/↷ bob goes before ann/)
  expect(shrunk.story).toContain('Without ↷, each in its turn, everything holds.')
})

test('a story has answers, every change of a state and the meaning of a fault, and ends with the failure [G72]', async () => {
  const Counter = defineActor({
    name: 'counter',
    state: () => ({ count: 0 }),
    on: {
      add(ctx, n: number) {
        ctx.state.count += n
        return ctx.state.count
      },
    },
  })
  const { story } = await simulate(async (sim) => {
    const counter = sim.system().spawn(Counter, { name: 'counter' })
    await counter.ask('add', 2)
    sim.on('counter').duplicate()
    counter.tell('add', 3)
    await sim.settle()
    sim.on('counter').loseReply()
    await counter.ask('add', 1, { timeout: '1s' }).catch(() => {})
    sim.invariant('never ten', ({ state }) => state<{ count: number }>(counter)?.count !== 10)
    counter.tell('add', 1)
    await sim.settle()
  })
  expect(story).toMatch(/outside → counter: add 2 ⇒ 2 {2}·/)
  expect(story).toContain('counter is now {count: 2}')
  expect(story).toMatch(/⚡ duplicate on add .*: it arrives twice\n/)
  expect(story).toMatch(/{count: 5}\n.* counter handles add 3\n.*{count: 8}/)
  expect(story).toMatch(/⚡ ackLost of the reply to add .*: the work is done, its answer is lost\n/)
  expect(story.split('\n').at(-1)).toContain('✗ never ten')
})

test('the notes of a drawing stay within it, and say the whole where one points at them', async () => {
  const long = 'a long note '.repeat(30).trim()
  const { trace } = await simulate(async (sim) => {
    sim.system().spawn(Till, { name: 'a-till-with-a-very-long-name' }).tell('pay', { order: 1, card: long })
    await sim.settle()
    sim.note(long)
  })
  const svg = svgOf(trace)
  const width = Number(/width="(\d+)"/.exec(svg.slice(svg.indexOf('viewBox')))?.[1])
  const texts = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text as string)
  expect(texts.some((text) => text.startsWith('a long note'))).toBe(true)
  for (const text of texts) expect(text.length * 7, text).toBeLessThanOrEqual(width)
  expect(svg).toContain(`<title>${long}</title>`)
})
