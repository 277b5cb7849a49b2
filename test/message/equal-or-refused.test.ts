import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeMessage, encodeMessage } from '../../src/message/codec.ts'
import { NotSerializableError } from '../../src/message/errors.ts'
import { VIEWS } from './reference-decoder.ts'
import { same } from './same.ts'

const send = (body: unknown): unknown =>
  decodeMessage(
    encodeMessage({
      header: { id: 1, kind: 'input', type: 't', destination: 'd', correlation: 1, attempt: 1, priority: 0 },
      body,
      trailer: { hops: [] },
    }),
  ).body

const growing = (size: number): ArrayBuffer =>
  Reflect.construct(ArrayBuffer, [size, { maxByteLength: size + 8 }]) as ArrayBuffer
const detached = (): ArrayBuffer => {
  const buffer = new ArrayBuffer(8)
  structuredClone(buffer, { transfer: [buffer] })
  return buffer
}
class Point {
  readonly x = 1
}
class Vector extends Float32Array {}

/** Kinds of which some come back and some can't. */
const odd = fc
  .oneof(
    fc.constantFrom<() => unknown>(
      () => -0,
      () => Number.NaN,
      () => undefined,
      () => new Date(Number.NaN),
      () => new Map<unknown, unknown>([[{}, 1]]),
      () => new Map([['a', 1]]),
      () => /x/u,
      () => new Error('x'),
      () => new Point(),
      () => new Vector(3),
      () => Object.create(null),
      () => Object(1),
      () => Object('text'),
      () => Object(1n),
      () => Symbol('s'),
      () => () => 1,
      () => Promise.resolve(1),
      () => new WeakMap(),
      () => Buffer.from('a slice of more').subarray(2, 7),
      () => new DataView(new ArrayBuffer(8), 2, 4),
      () => Object.assign(new DataView(new ArrayBuffer(2)), { extra: 1 }),
      () => new SharedArrayBuffer(4),
      () => new Uint8Array(new SharedArrayBuffer(4)),
      () => growing(4),
      () => new Uint8Array(growing(4)),
      () => detached(),
      () => new Set([-0, Number.NaN, undefined, 'b', 'a']),
      () => [1, undefined, Number.NaN, -0],
      () => new Array(3),
      () => Object.assign([1, 2], { index: 0 }),
      () => ({ [Symbol('s')]: 1 }),
      () => ({
        get x(): number {
          throw new Error('ran')
        },
      }),
      () => Object.defineProperty({}, 'hidden', { value: 1 }),
      () => Object.defineProperty({}, '__proto__', { value: 1, enumerable: true, writable: true }),
      () => Object.freeze({ a: 1 }),
      () => Object.setPrototypeOf(new Map(), Object.prototype),
      () => Object.setPrototypeOf([1], Object.prototype),
      () => Object.setPrototypeOf(new Uint8Array(2), Float32Array.prototype),
      () => Object.setPrototypeOf({}, Date.prototype),
      () => new Proxy({ a: 1 }, {}),
      () =>
        (function made(..._args: number[]) {
          // biome-ignore lint/complexity/noArguments: it is what is sent
          return arguments
        })(1, 2),
      () => '\ud800',
      () => ({ '\udfff': 1 }),
      () => 2n ** 63n - 1n,
      () => -(2n ** 63n),
      () => 2n ** 63n,
      () => 2 ** 53 + 2,
      () => 'x'.repeat(70_000),
    ),
  )
  .map((make) => make())

const view = fc
  .tuple(fc.constantFrom(...VIEWS), fc.uint8Array({ minLength: 24, maxLength: 40 }), fc.nat(1), fc.nat(2))
  .map(([Kind, from, offset, length]) => {
    const { buffer } = from.slice()
    return new (Kind as typeof Uint8Array)(buffer, offset * 8, length)
  })
const withExtra = fc
  .tuple(
    fc.oneof(
      view,
      fc.date(),
      fc.constant(1).map(() => new Set([1])),
      fc.constant(1).map(() => new ArrayBuffer(2)),
      fc.constant(1).map(() => [1]),
    ),
    fc.constantFrom('extra', Symbol('s'), Symbol.toStringTag, 'byteLength', 'size', 'length2'),
  )
  .map(([value, key]) => Object.defineProperty(value, key, { value: 1, enumerable: true, writable: true }))
const key = fc.oneof(
  fc.string({ maxLength: 6, unit: 'grapheme' }),
  fc.constantFrom('1', '01', '-1', '', 'then', 'toJSON', 'length', '__proto__x', 'constructor', 'prototype'),
)
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.integer(),
      fc.double(),
      fc.maxSafeInteger(),
      fc.boolean(),
      fc.constant(null),
      fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }),
      fc.date({ noInvalidDate: false }),
      view,
    ),
    fc.array(tie('tree'), { maxLength: 5 }),
    fc.dictionary(key, tie('tree'), { maxKeys: 5, noNullPrototype: true }),
    fc.array(tie('tree'), { maxLength: 4 }).map((items) => new Set(items)),
    odd,
    withExtra,
  ),
}))

test('whatever is sent arrives equal, to the last bit, or is refused by its path [G34]', () => {
  let [arrived, refused] = [0, 0]
  fc.assert(
    fc.property(tree, (value) => {
      let back: unknown
      try {
        back = send(value)
      } catch (error) {
        expect(error).toBeInstanceOf(NotSerializableError)
        expect((error as NotSerializableError).path).toMatch(/^body/)
        refused += 1
        return
      }
      arrived += 1
      if (!same(value, back)) expect.fail(`came back otherwise: ${Object.prototype.toString.call(value)}`)
    }),
    { numRuns: 3000 },
  )
  // Neither side is empty: a codec that refuses everything would be no codec.
  expect(arrived).toBeGreaterThan(600)
  expect(refused).toBeGreaterThan(300)
})

test('what a message holds twice arrives as two equal copies, and what holds itself is refused [G34]', () => {
  const shared = { n: 1 }
  const back = send({ a: shared, b: [shared] }) as { a: object; b: [object] }
  expect(back).toEqual({ a: { n: 1 }, b: [{ n: 1 }] })
  expect(back.b[0]).not.toBe(back.a)
  const ring: { of?: unknown } = {}
  ring.of = ring
  expect(() => send(ring)).toThrow(NotSerializableError)
})

test('plain data is never refused [G34]', () => {
  const plain = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      fc.oneof(
        fc.string({ unit: 'grapheme' }),
        fc.double(),
        fc.boolean(),
        fc.constantFrom(null, undefined, -0),
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        fc.date({ noInvalidDate: false }),
        view,
      ),
      fc.array(tie('tree'), { maxLength: 5 }),
      fc.array(tie('tree'), { maxLength: 4 }).map((items) => new Set(items)),
      fc.dictionary(
        key.filter((name) => !['constructor', 'prototype', '__proto__'].includes(name)),
        tie('tree'),
        { maxKeys: 5, noNullPrototype: true },
      ),
    ),
  })).tree
  fc.assert(fc.property(plain, (value) => same(value, send(value))))
})

test.each([
  ['a vector', () => Object.assign(Float32Array.of(1, 2), { model: 'minilm' })],
  ['a large array', () => Object.assign(new Uint8Array(2 ** 20), { of: 'bytes' })],
  ['a date', () => Object.assign(new Date(0), { zone: 'UTC' })],
  ['a view', () => Object.assign(new DataView(new ArrayBuffer(4)), { of: 'bytes' })],
  ['the buffer of a view', () => new Uint8Array(Object.assign(new ArrayBuffer(4), { of: 'bytes' }))],
  [
    'a view whose tag is a getter',
    () =>
      Object.defineProperty(new Uint8Array(2), Symbol.toStringTag, {
        get() {
          throw new Error('ran')
        },
      }),
  ],
])('%s with properties of its own is refused by its path', (_what, make) => {
  const refused = { code: 'not-serializable', path: 'body.list[0]' }
  expect(() => send({ list: [make()] })).toThrow(expect.objectContaining(refused) as Error)
})

test('no code of a message runs while it is looked at', () => {
  const ran: string[] = []
  const getter = (name: string) => ({
    get() {
      ran.push(name)
      return 1
    },
  })
  for (const name of [
    'byteLength',
    'length',
    'buffer',
    'byteOffset',
    'size',
    'constructor',
    'toJSON',
    'then',
  ]) {
    const values = [
      new Uint8Array(2),
      new Uint8Array(5000),
      new Set([1]),
      new Date(0),
      new ArrayBuffer(2),
      {},
    ]
    for (const value of values) {
      const bad = Object.defineProperty(value, name, { ...getter(name), enumerable: true })
      expect(() => send(bad), name).toThrow(NotSerializableError)
    }
  }
  expect(ran).toEqual([])
})

test('a view with a hidden property of its own is refused by path, however long it is', () => {
  for (const length of [2, 600, 100_000]) {
    for (const key of ['secret', Symbol('secret')]) {
      const view = Object.defineProperty(new Float32Array(length), key, { value: 1, enumerable: false })
      expect(() => send({ view })).toThrow(
        expect.objectContaining({ code: 'not-serializable', path: 'body.view' }),
      )
    }
  }
})
