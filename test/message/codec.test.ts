import fc from 'fast-check'
import { Packr } from 'msgpackr'
import { expect, test, vi } from 'vitest'
import { decodeMessage, encodeMessage, encodeOwn } from '../../src/message/codec.ts'
import { FrameError, NotSerializableError } from '../../src/message/errors.ts'
import type { Message } from '../../src/message/header.ts'
import { scan } from '../../src/message/scan.ts'

const messageOf = (body: unknown): Message => ({
  header: {
    id: 7,
    kind: 'processing',
    type: 'reader',
    destination: 'qa/reader',
    correlation: 3,
    attempt: 1,
    priority: 0,
  },
  body,
  trailer: { hops: [] },
})
const roundTrip = (body: unknown) => decodeMessage(encodeMessage(messageOf(body))).body

test('a message comes back whole: header, body, trailer', () => {
  const message = messageOf({ text: 'wie lange?', tags: ['a', 'ß', '漢字', '🎉'], n: -0.5, none: null })
  expect(decodeMessage(encodeMessage(message))).toEqual(message)
})

test('typed arrays, dates, sets and 64-bit integers keep their type and every value [G34]', () => {
  const body = {
    floats: Float32Array.from({ length: 384 }, (_, i) => Math.sin(i)),
    doubles: Float64Array.of(Number.MAX_VALUE, Number.MIN_VALUE),
    bytes: Uint8Array.of(0, 255),
    signed: Int8Array.of(-128, 127),
    big: BigInt64Array.of(-1n, 2n ** 62n),
    at: new Date('2026-11-24T03:01:07.123Z'),
    set: new Set([1, 2]),
    whole: 2n ** 60n,
  }
  expect(roundTrip(body)).toEqual(body)
  expect((roundTrip(body) as typeof body).floats).toBeInstanceOf(Float32Array)
})

test('undefined stays undefined, alone and inside', () => {
  expect(roundTrip(undefined)).toBe(undefined)
  expect(roundTrip({ a: undefined, list: [undefined, 1] })).toEqual({ a: undefined, list: [undefined, 1] })
})

test('any plain data survives the round trip [G34]', () => {
  const key = fc
    .string({ maxLength: 8 })
    .filter((name) => !['__proto__', 'constructor', 'prototype'].includes(name))
  const real = fc.double()
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer(), real, fc.boolean(), fc.constant(null)),
      fc.array(tie('tree'), { maxLength: 5 }),
      fc.dictionary(key, tie('tree'), { maxKeys: 5, noNullPrototype: true }),
    ),
  }))
  fc.assert(
    fc.property(tree, (value) => {
      expect(roundTrip(value)).toEqual(value)
    }),
  )
})

test('a frame with any bit flipped, or cut anywhere, is refused and never misread [G35]', () => {
  const frame = encodeMessage(
    messageOf({ text: 'How long is the warranty?', vector: Float32Array.of(1, 2, 3) }),
  )
  for (let bit = 0; bit < frame.length * 8; bit++) {
    const damaged = Uint8Array.from(frame)
    damaged[bit >> 3] = (damaged[bit >> 3] as number) ^ (1 << (bit & 7))
    expect(() => decodeMessage(damaged)).toThrow(FrameError)
  }
  for (let length = 0; length < frame.length; length++) {
    expect(() => decodeMessage(frame.subarray(0, length))).toThrow(FrameError)
  }
})

test('what msgpackr alone would let pass is stopped by the scan', () => {
  const plain = new Packr({ useRecords: false })
  const code = (bytes: Uint8Array) => {
    try {
      scan(bytes, 0, bytes.length)
      return 'accepted'
    } catch (error) {
      return (error as FrameError).code
    }
  }
  const nested = (depth: number) => Uint8Array.from([...new Array<number>(depth).fill(0x91), 0x01])
  expect(code(plain.pack({ a: [1, 'x', null] }))).toBe('accepted')
  expect(code(Uint8Array.of(0xc1))).toBe('frame-malformed')
  expect(code(nested(60))).toBe('accepted')
  expect(code(nested(70))).toBe('frame-depth')
  expect(code(plain.pack(JSON.parse('{"__proto__":1}')))).not.toBe('accepted')
  expect(code(Uint8Array.of(0x82, 0xa1, 0x61, 1, 0xa1, 0x61, 2))).toBe('frame-duplicate-key')
  expect(code(Uint8Array.of(0xdd, 0xff, 0xff, 0xff, 0xff))).toBe('frame-truncated')
  expect(code(Uint8Array.of(0xa2, 0xff, 0xfe))).toBe('frame-malformed')
  expect(code(Uint8Array.of(0x01, 0x02))).toBe('frame-malformed')
  expect(code(new Packr({ moreTypes: true }).pack(/x/u))).toBe('frame-forbidden-ext')
  expect(code(new Packr({ moreTypes: true }).pack(new Error('x')))).toBe('frame-forbidden-ext')
})

test('arbitrary bytes never crash the scan', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        scan(bytes, 0, bytes.length)
      } catch (error) {
        expect(error).toBeInstanceOf(FrameError)
      }
    }),
  )
})

test('what can not leave its thread is named by its path', () => {
  const loop: Record<string, unknown> = {}
  loop.self = loop
  const cases: [unknown, string][] = [
    [{ items: [1, { fn: () => 1 }] }, 'body.items[1].fn'],
    [{ s: Symbol('x') }, 'body.s'],
    [loop, 'body.self'],
    [{ when: new (class Clock {})() }, 'body.when'],
    [{ n: 2n ** 70n }, 'body.n'],
    [{ index: new Map() }, 'body.index'],
  ]
  for (const [body, path] of cases) {
    expect(() => encodeMessage(messageOf(body))).toThrow(NotSerializableError)
    expect(() => encodeMessage(messageOf(body))).toThrow(path)
  }
})

test('what would come back changed, or not at all, is refused by its path', () => {
  const withKey = (name: string) => Object.defineProperty({}, name, { value: 1, enumerable: true })
  const revoked = Proxy.revocable({}, {})
  revoked.revoke()
  const detached = new ArrayBuffer(8)
  const view = new Uint8Array(detached)
  structuredClone(detached, { transfer: [detached] })
  const throwing = {
    get x(): number {
      throw new Error('ran')
    },
  }
  const cases: [unknown, string][] = [
    [`${'x'.repeat(100)}\ud800`, 'body.v'],
    ['\ud800', 'body.v'],
    [{ '\udc00': 1 }, 'body.v.'],
    [{ [Symbol('s')]: 1 }, 'body.v'],
    [Object.assign([1], { extra: 1 }), 'body.v'],
    [Object.assign(new Set([1]), { extra: 1 }), 'body.v'],
    [Object.assign(new Date(0), { extra: 1 }), 'body.v'],
    [Object.create(null), 'body.v'],
    [new (class A extends Array {})(), 'body.v'],
    [new (class S extends Set {})(), 'body.v'],
    [new (class D extends Date {})(), 'body.v'],
    [new (class F extends Float32Array {})(2), 'body.v'],
    [
      new Map<unknown, number>([
        [1, 1],
        ['1', 2],
      ]),
      'body.v',
    ],
    [{ constructor: 'Ferrari' }, 'body.v.constructor'],
    [withKey('__proto__'), 'body.v.__proto__'],
    [withKey('prototype'), 'body.v.prototype'],
    // biome-ignore lint/suspicious/noSparseArray: it is the case
    [[1, , 3], 'body.v[1]'],
    [throwing, 'body.v.x'],
    [Object.defineProperty({}, 'h', { value: 1 }), 'body.v.h'],
    [revoked.proxy, 'body.v'],
    [detached, 'body.v'],
    [view, 'body.v'],
    [new Set([() => 1]), 'body.v{0}'],
  ]
  for (const [v, path] of cases) {
    const error = thrownBy(() => encodeMessage(messageOf({ v })))
    expect(error).toBeInstanceOf(NotSerializableError)
    expect((error as NotSerializableError).path?.startsWith(path)).toBe(true)
  }
})

test('a header is looked at too', () => {
  const message = messageOf(1)
  const error = thrownBy(() =>
    encodeMessage({ ...message, header: { ...message.header, orderKey: '\ud800' } }),
  )
  expect((error as NotSerializableError).path).toBe('header.orderKey')
})

test('limits are looked at before anything is encoded', { timeout: 30_000 }, () => {
  let twice: unknown = 1
  for (let i = 0; i < 40; i++) twice = [twice, twice]
  const nested = (depth: number) => {
    let value: unknown = 1
    for (let i = 0; i < depth; i++) value = [value]
    return value
  }
  for (const v of [twice, new Array(4e8), new Uint8Array(65 * 1024 * 1024), nested(63), nested(1e5)]) {
    const error = thrownBy(() => encodeMessage(messageOf(v)))
    expect(error).toBeInstanceOf(NotSerializableError)
    expect((error as NotSerializableError).path).toMatch(/^body/)
  }
  expect(roundTrip(nested(62))).toEqual(nested(62))
})

test('an object with too many keys is refused before any of its values is looked at', {
  timeout: 30_000,
}, () => {
  const wide: Record<string, number> = {}
  for (let i = 0; i < 600_000; i++) wide[`k${i}`] = i
  const look = vi.spyOn(Object, 'getOwnPropertyDescriptor')
  const listed = vi.spyOn(Reflect, 'ownKeys')
  try {
    expect(thrownBy(() => encodeMessage(messageOf({ wide })))).toMatchObject({ path: 'body.wide' })
    expect(look.mock.calls.filter(([of]) => of === wide)).toEqual([])
    expect(listed.mock.calls.filter(([of]) => of === wide)).toEqual([])
  } finally {
    look.mockRestore()
    listed.mockRestore()
  }
})

test('a map whose keys 1 and "1" would become one is refused', () => {
  expect(thrownBy(() => scan(Uint8Array.of(0x82, 1, 1, 0xa1, 0x31, 2), 0, 6))).toBeInstanceOf(FrameError)
})

function thrownBy(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  return undefined
}

test('a record of the runtime with as many values as fit can be read again, and one more is refused', () => {
  const header = { type: 'state', epoch: 3 } as unknown as Message['header']
  for (const kind of ['record', 'message'] as const) {
    const body = (values: number) => ({ state: new Array<number>(values).fill(1) })
    let most = 1_000_000
    const frame = (): Uint8Array | undefined => {
      try {
        return encodeOwn(header, body(most), kind)
      } catch (error) {
        expect(error).toMatchObject({
          code: 'not-serializable',
          path: kind === 'record' ? 'state' : 'body.state',
        })
        most -= 1
        return undefined
      }
    }
    let found = frame()
    while (found === undefined) found = frame()
    expect(most, kind).toBeGreaterThan(999_980)
    expect(most, kind).toBeLessThan(1_000_000)
    expect(decodeMessage(found)).toMatchObject({ header, trailer: { hops: [] } })
  }
})

test('what a record of the runtime holds is looked at as in any message', () => {
  const header = { type: 'state', idempotencyKey: 'half \ud800' } as unknown as Message['header']
  expect(() => encodeOwn(header, {}, 'message')).toThrow('header.idempotencyKey')
  const map = { state: { inner: new Map() } }
  for (const kind of ['event', 'message'] as const)
    expect(() => encodeOwn({ type: 't' } as never, map, kind)).toThrow('body.state.inner is a Map')
  expect(() => encodeOwn({ type: 't' } as never, map, 'record')).toThrow(/^state\.inner is a Map/u)
  expect(() => encodeOwn({ type: 't' } as never, new Map(), 'event')).toThrow('body is a Map')
  const zero = decodeMessage(encodeOwn({ type: 't', priority: -0 } as never, { state: -0 }, 'record'))
  expect(zero).toEqual({ header: { type: 't', priority: -0 }, body: { state: -0 }, trailer: { hops: [] } })
})
