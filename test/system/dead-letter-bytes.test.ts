import { describe, expect, test } from 'vitest'
import { defineActor } from '../../src/index.ts'
import { eventually } from './eventually.ts'
import { ownSystems } from './own-systems.ts'

const system = ownSystems()
const MB = 1e6
const Failing = defineActor({
  name: 'failing',
  on: {
    take(_ctx, _body: unknown) {
      throw new Error('no')
    },
  },
})

describe('the store of dead letters is bounded by the memory that it holds [G20]', () => {
  test.each([
    ['buffers', () => Buffer.alloc(MB)],
    ['views of a larger buffer', () => ({ view: new Float32Array(new ArrayBuffer(MB), 8, 2) })],
    ['views of data', () => [new DataView(new ArrayBuffer(MB))]],
    ['array buffers in a map', () => new Map([['a', new ArrayBuffer(MB)]])],
    ['shared memory in a set', () => new Set([new SharedArrayBuffer(MB)])],
    ['texts', () => ({ deep: [{ text: 'x'.repeat(MB / 2) }] })],
    ['long arrays', () => new Array(MB / 10).fill(1.5)],
    ['many small objects', () => Array.from({ length: 20_000 }, (_, i) => ({ i, name: `n${i}` }))],
    [
      'instances of a class',
      () =>
        new (class Page {
          readonly data = new Uint8Array(MB)
        })(),
    ],
    ['memory under a symbol', () => ({ [Symbol('s')]: new Uint8Array(MB) })],
    ['hidden memory', () => Object.defineProperty({}, 'data', { value: new Uint8Array(MB) })],
  ])('%s', async (_what, make) => {
    const s = system({ deadLetterBytes: 10 * MB, log: false })
    const failing = s.spawn(Failing)
    for (let i = 0; i < 40; i++) failing.tell('take', make())
    await eventually(() => expect(s.ledger().inFlight).toBe(0))
    const { deadLetters } = s
    expect(deadLetters.bytes).toBeLessThanOrEqual(10 * MB)
    expect(deadLetters.size).toBeLessThan(20)
    expect(deadLetters.size).toBeGreaterThan(0)
    expect(deadLetters.size + deadLetters.dropped).toBe(40)
    expect(deadLetters.list().at(-1)?.id).toBe(40)
  })

  test('a letter larger than the bound is not kept, and drops no other letter', async () => {
    const s = system({ deadLetterBytes: MB, log: false })
    const failing = s.spawn(Failing)
    failing.tell('take', Buffer.alloc(2 * MB))
    failing.tell('take', 'small')
    await eventually(() => expect(s.ledger().inFlight).toBe(0))
    expect(s.deadLetters.list().map(({ body }) => body)).toEqual(['small'])
    expect(s.deadLetters.dropped).toBe(1)
  })

  test('a long error counts, and what is cleared or replayed holds nothing more', async () => {
    const s = system({ deadLetterBytes: 10 * MB, log: false })
    let broken = true
    const Wordy = defineActor({
      name: 'wordy',
      on: {
        take() {
          if (broken) throw new Error('x'.repeat(MB))
        },
      },
    })
    const wordy = s.spawn(Wordy)
    for (let i = 0; i < 10; i++) wordy.tell('take')
    await eventually(() => expect(s.ledger().inFlight).toBe(0))
    expect(s.deadLetters.size).toBeLessThan(10)
    broken = false
    s.deadLetters.replay({ limit: 1 })
    s.deadLetters.replay()
    expect(s.deadLetters.bytes).toBe(0)
    await eventually(() => expect(s.ledger().inFlight).toBe(0))
    broken = true
    wordy.tell('take')
    await eventually(() => expect(s.deadLetters.size).toBe(1))
    s.deadLetters.clear()
    expect(s.deadLetters.bytes).toBe(0)
  })

  test('weighing a body runs none of its code, follows no circle, and ends', async () => {
    const s = system({ log: false })
    const failing = s.spawn(Failing)
    const ran: string[] = []
    const trap = (name: string) => () => {
      ran.push(name)
      throw new Error('ran')
    }
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    const circle: Record<string, unknown> = {}
    circle.self = circle
    const bodies = [
      {
        get x() {
          return trap('getter')()
        },
        toJSON: trap('toJSON'),
      },
      new Proxy({}, { ownKeys: trap('ownKeys'), getPrototypeOf: trap('prototype'), get: trap('get') }),
      proxy,
      circle,
      { ref: failing, s },
      new Array(4e8),
      Object.defineProperty(new Uint8Array(4), 'byteLength', { get: trap('byteLength') }),
      Object.defineProperty(new Map([[1, 1]]), Symbol.iterator, { get: trap('iterator') }),
      Object.create(null),
      1n,
      Symbol('s'),
      () => 1,
    ]
    for (const body of bodies) failing.tell('take', body)
    await eventually(() => expect(s.ledger().inFlight).toBe(0))
    expect(ran).toEqual([])
    expect(s.deadLetters.size + s.deadLetters.dropped).toBe(bodies.length)
    expect(s.ledger().balanced).toBe(true)
  })

  test.each([0, -1, 1.5, Number.NaN, '64MB'])('a bound of %s is refused', (deadLetterBytes) => {
    expect(() => system({ deadLetterBytes: deadLetterBytes as never })).toThrow(
      expect.objectContaining({ code: 'invalid-argument', path: 'deadLetterBytes' }) as Error,
    )
  })
})
