import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ResponseCache } from '../../src/inference/cache/response-cache.ts'
import { rowKey } from '../../src/inference/cache/row-key.ts'

describe('the response cache', () => {
  test('holds at most its bytes: the least recently used goes first', () => {
    const cache = new ResponseCache({ maxBytes: 3_000, ttlMs: 1_000 }, () => 0)
    for (const key of ['a', 'b', 'c', 'd']) cache.set(key, new Float32Array(128))
    expect(cache.stats().bytes).toBeLessThanOrEqual(3_000)
    cache.get('b')
    for (const key of ['e', 'f']) cache.set(key, new Float32Array(128))
    expect(cache.get('a')).toBeUndefined()
    expect(cache.get('b')).toHaveLength(128)
    expect(cache.stats()).toMatchObject({ hits: 2, misses: 1 })
    cache.set('huge', new Float32Array(10_000))
    expect(cache.get('huge')).toBeUndefined()
    expect(cache.get('b')).toHaveLength(128)
  })

  test('does not use what is older than its time', () => {
    let now = 0
    const cache = new ResponseCache({ maxBytes: 10_000, ttlMs: 100 }, () => now)
    cache.set('a', 'result')
    now = 99
    expect(cache.get('a')).toBe('result')
    now = 100
    expect(cache.get('a')).toBeUndefined()
    expect(cache.stats()).toMatchObject({ entries: 0, bytes: 0, expired: 1 })
  })

  test('nobody can change what another gets', () => {
    const cache = new ResponseCache({ maxBytes: 10_000, ttlMs: 100 }, () => 0)
    const given = { spans: [{ text: 'blue' }] }
    cache.set('a', given)
    const one = cache.get('a') as typeof given
    ;(one.spans[0] as { text: string }).text = 'changed'
    given.spans.length = 0
    expect(cache.get('a')).toEqual({ spans: [{ text: 'blue' }] })
  })

  test('keeps nothing that it can’t measure, and counts what lies in buffers and maps', () => {
    const cache = new ResponseCache({ maxBytes: 10_000, ttlMs: 100 }, () => 0)
    const cycle: { self?: unknown } = {}
    cycle.self = cycle
    cache.set('cycle', cycle)
    cache.set('buffer', { data: new ArrayBuffer(20_000) })
    cache.set('map', new Map([['a', 'x'.repeat(20_000)]]))
    cache.set('view', new Uint8Array(20_000).subarray(0, 1))
    expect(cache.stats()).toMatchObject({ entries: 0, bytes: 0 })
  })

  test('its bytes are those of its entries, whatever happens', () => {
    const step = fc.tuple(
      fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      fc.integer({ min: 0, max: 500 }),
      fc.boolean(),
    )
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const cache = new ResponseCache({ maxBytes: 2_000, ttlMs: 50 }, () => 0)
        for (const [key, length, reads] of steps) {
          if (reads) cache.get(key)
          else cache.set(key, 'x'.repeat(length))
          expect(cache.stats().bytes).toBeLessThanOrEqual(2_000)
        }
        const { entries, bytes } = cache.stats()
        expect(bytes > 0).toBe(entries > 0)
      }),
    )
  })
})

describe('the key of a row', () => {
  test('is the same for equal rows and differs for different ones', () => {
    const row = fc.oneof(
      fc.string({ maxLength: 600 }),
      fc.record({ question: fc.string(), context: fc.string() }),
      fc.array(fc.float({ noNaN: true })).map((values) => Float32Array.from(values)),
    )
    const same = (a: unknown, b: unknown): boolean =>
      ArrayBuffer.isView(a) && ArrayBuffer.isView(b)
        ? Buffer.from(a.buffer).equals(Buffer.from(b.buffer))
        : JSON.stringify(a) === JSON.stringify(b)
    fc.assert(
      fc.property(row, row, (a, b) => {
        expect(rowKey(structuredClone(a))).toBe(rowKey(a))
        expect(rowKey(a) === rowKey(b)).toBe(same(a, b))
      }),
    )
  })

  test('tells NaN, bigints and typed arrays of other kinds apart', () => {
    const keys = [
      { a: Number.NaN },
      { a: null },
      { a: 1n },
      { a: 1 },
      new Uint8Array(4),
      new Float32Array(1),
    ].map(rowKey)
    expect(new Set(keys).size).toBe(keys.length)
  })

  test('is absent for what has no cheap identity', () => {
    const cyclic: { self?: unknown } = {}
    cyclic.self = cyclic
    expect(rowKey(cyclic)).toBeUndefined()
    expect(rowKey({ run: () => 1 })).toBeUndefined()
    for (const row of [new Map([[1, 2]]), new Set([1]), new Date(0), /x/, { b: new ArrayBuffer(2) }]) {
      expect(rowKey(row)).toBeUndefined()
    }
    const moved = new Float32Array(2)
    structuredClone(moved, { transfer: [moved.buffer] })
    expect(rowKey(moved)).toBeUndefined()
  })

  test('no row can be made to look like another: a text that begins as a mark does has none', () => {
    const [bigint, nan, absent] = [{ a: 1n }, { a: Number.NaN }, { a: undefined }].map(rowKey)
    expect(
      new Set([bigint, nan, absent, rowKey({}), rowKey({ a: null }), rowKey({ a: -0 }), rowKey({ a: 0 })])
        .size,
    ).toBe(7)
    for (const text of ['\u0000i1', '\u0000nNaN', '\u0000u']) expect(rowKey({ a: text })).toBeUndefined()
  })
})
