import { Packr } from 'msgpackr'
import { expect, test } from 'vitest'
import { decodeMessage, encodeMessage } from '../../src/message/codec.ts'
import type { FrameError } from '../../src/message/errors.ts'
import type { Message } from '../../src/message/header.ts'
import { scan } from '../../src/message/scan.ts'

const header = { id: 1, kind: 'processing', type: 't', destination: 'd', attempt: 1, priority: 0 }
const roundTrip = (body: unknown): unknown =>
  decodeMessage(encodeMessage({ header, body, trailer: { hops: [] } } as unknown as Message)).body

const codeOf = (bytes: Uint8Array): string => {
  try {
    scan(bytes, 0, bytes.length)
    return 'accepted'
  } catch (error) {
    return (error as FrameError).code
  }
}
const text = (value: string): number[] => [0xa0 | Buffer.byteLength(value), ...Buffer.from(value)]

test('[G187] names that differ in a byte order mark only stay two names, and texts keep theirs', () => {
  const body = {
    a: 1,
    '\ufeffa': 2,
    '\ufeff': '\ufeff',
    '\ufeff__proto__': `\ufeff${'x'.repeat(300)}`,
    list: ['\ufeff\ufeff', 'a\ufeff'],
  }
  expect(roundTrip(body)).toEqual(body)
})

test('[G34] integers at the edges of 32, 53 and 64 bits keep value and kind', () => {
  const numbers = [2 ** 31, -(2 ** 31) - 1, 2 ** 32, 2 ** 53 - 1, 2 ** 53, -(2 ** 53), 1e21, 5e-324, -0]
  expect(roundTrip(numbers)).toEqual(numbers)
  const wide = [2n ** 53n, 2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 63n - 1n, -(2n ** 63n)]
  expect(roundTrip(wide)).toEqual(wide)
  for (const n of [2n ** 63n, -(2n ** 63n) - 1n]) expect(() => roundTrip([n])).toThrow('body[0]')
})

test.each<[string, readonly number[], string]>([
  ['a key that is a number', [0x81, 1, 1], 'frame-malformed'],
  ['a key that is nil', [0x81, 0xc0, 1], 'frame-malformed'],
  ['a key that is an array', [0x81, 0x90, 1], 'frame-malformed'],
  ['a key that is an extension', [0x81, 0xd4, 0, 0, 1], 'frame-malformed'],
  ['a key in another form twice', [0x82, ...text('a'), 1, 0xd9, 1, 0x61, 2], 'frame-duplicate-key'],
  [
    'a forbidden key in a long form',
    [0x81, 0xda, 0, 9, ...Buffer.from('__proto__'), 1],
    'frame-forbidden-key',
  ],
  ['an overlong slash', [0xa2, 0xc0, 0xaf], 'frame-malformed'],
  ['half a surrogate pair', [0xa3, 0xed, 0xa0, 0x80], 'frame-malformed'],
  ['a letter beyond Unicode', [0xa4, 0xf4, 0x90, 0x80, 0x80], 'frame-malformed'],
  ['bad UTF-8 in a key', [0x81, 0xa1, 0xff, 1], 'frame-malformed'],
  ['a map of 4 billion entries', [0xdf, 0xff, 0xff, 0xff, 0xff, 1], 'frame-truncated'],
  ['a text of 4 GiB', [0xdb, 0xff, 0xff, 0xff, 0xff, 0x61], 'frame-truncated'],
  ['an extension of 4 GiB', [0xc9, 0xff, 0xff, 0xff, 0xff, 0x74], 'frame-truncated'],
  ['a map that ends after a key', [0x82, ...text('a'), 1, ...text('b')], 'frame-truncated'],
  ['bytes behind the value', [0x90, 0xc0], 'frame-malformed'],
  ['a set of a map', [0xd4, 0x73, 0, 0x80], 'frame-malformed'],
  ['a record of msgpackr', [0xd4, 0x72, 0x40, 0x91, ...text('a'), 1], 'frame-forbidden-ext'],
  ['a time with part of a millisecond', [0xd7, 0xff, 0, 0, 0, 4, 0, 0, 0, 0], 'frame-forbidden-ext'],
  ['an integer above 63 bits', [0xcf, 0x80, 0, 0, 0, 0, 0, 0, 0], 'frame-malformed'],
  ['nothing at all', [], 'frame-truncated'],
])('%s does not pass the scan', (_what, bytes, code) => {
  expect(codeOf(Uint8Array.from(bytes))).toBe(code)
})

test('a frame of many small maps, sets and long keys is scanned in bounded depth, and refused at its millionth value', () => {
  const packr = new Packr({ useRecords: false })
  const many = packr.pack(Array.from({ length: 1_000_000 }, () => ({})))
  expect(codeOf(many)).toBe('frame-elements')
  expect(codeOf(packr.pack(Array.from({ length: 999_999 }, () => 0)))).toBe('accepted')
  const keys = packr.pack(
    Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`${'k'.repeat(1000)}${n}`, n])),
  )
  expect(codeOf(keys)).toBe('accepted')
})
