import { isDeepStrictEqual } from 'node:util'
import { defineActor, type NotSerializableError } from '../../../src/index.ts'
import { scenario } from '../../../src/simulation/index.ts'

/** What may be in a message, each newly made: what comes back is equal to it, or it is refused by path. */
const VALUES: readonly (() => unknown)[] = [
  () => 'text',
  () => 'a lone surrogate \ud800 in a text that is long enough for another way through the codec',
  () => ({ 1: 'number' }),
  () =>
    new Map<unknown, unknown>([
      [1, 'number'],
      ['1', 'text'],
    ]),
  () => new Set([1, 'one', null]),
  () => new Date(86_400_000),
  () => new Uint8Array([1, 2, 3]),
  () => new Float32Array([0.1, -1e30, Number.NaN]),
  () => ({ constructor: 'Ferrari' }),
  () => Object.assign(new Array(3), { 0: 1, 2: 3 }),
  () => Object.assign([1, 2], { extra: 3 }),
  () => ({ [Symbol('s')]: 1, plain: 2 }),
  () => Object.assign(Object.create(null) as object, { a: 1 }),
  () => 10n ** 30n,
  () => [undefined, null, true, 1.5, -7, Number.POSITIVE_INFINITY],
  () =>
    new (class Point {
      x = 1
    })(),
  () => () => 'a function',
  () => ({
    get x(): never {
      throw new Error('no x for you')
    },
  }),
]

const FAULTS = {
  drop: 0.02,
  duplicate: 0.03,
  corrupt: 0.03,
  truncate: 0.03,
  replyTwice: 0.02,
  throw: 0.02,
  crash: 0.02,
  slow: { rate: 0.03, range: ['1ms', '50ms'] },
  delay: ['0ms', '10ms'],
} as const

interface Parcel {
  readonly in: unknown
  readonly touched?: boolean
}

/** With `serializeMessages` everybody works on a copy: equal to what was sent, shared with nobody, or refused at its sender. */
export default scenario(import.meta.url, { faults: FAULTS }, async (sim) => {
  const system = sim.system({
    serializeMessages: true,
    supervision: { intensity: { restarts: 200, within: '1s', per: 'child' } },
  })
  const kept = new Map<number, unknown>()
  const Echo = defineActor({
    name: 'echo',
    on: {
      returns(_ctx, body: Parcel & { id: number }) {
        return touch(body)
      },
      replies(ctx, body: Parcel & { id: number }): unknown {
        const reply = touch(body)
        kept.set(body.id, reply)
        return ctx.reply(reply)
      },
      bare: (_ctx, n: number) => VALUES[n]?.(),
    },
  })
  /** Whoever gets a message may do with it what he likes. */
  function touch(body: Parcel): Parcel {
    Object.assign(body, { touched: true })
    return body
  }
  const echo = system.spawn(Echo, { name: 'echo' })
  const seen = new Set<string>()
  for (const hope of ['equal', 'refused']) sim.sometimes(hope, () => seen.has(hope))
  const refused = (error: unknown): void => {
    const { code, path } = error as NotSerializableError
    const own = code === 'handler-failed' ? (error as Error).cause : error
    if ((own as { code?: unknown }).code === 'not-serializable' || code === 'not-serializable') {
      if (code === 'not-serializable' && path?.startsWith('body.in') !== true)
        sim.unreachable(`what can’t be sent is refused by path, not at ${path}`)
      seen.add('refused')
    }
  }
  let settled = 0
  const asks = [...sim.times(8)].map(async (id) => {
    const n = sim.random.integer(VALUES.length)
    const make = VALUES[n] as () => unknown
    const how = sim.pick(['returns', 'replies'] as const)
    const body = { id, in: make() }
    const [answer, bare] = await Promise.all([
      (echo.ask(how, body, { timeout: '2s' }) as Promise<typeof body>).catch(refused),
      echo.ask('bare', n, { timeout: '2s' }).catch(() => undefined),
    ])
    if ('touched' in body) sim.unreachable('nobody works on its sender’s object')
    if (answer !== undefined) {
      if (!isDeepStrictEqual(answer.in, make())) sim.unreachable(`value ${n} comes back equal`)
      if (answer === kept.get(id)) sim.unreachable('a reply is a copy')
      seen.add('equal')
    }
    if (typeof bare === 'function') sim.unreachable('no reply holds a function')
    settled += 1
  })
  await Promise.all(asks)
  if (settled !== asks.length) sim.unreachable('every ask settles')
  await sim.settle()
  sim.expect.quiescent()
  sim.expect.conserved()
})
