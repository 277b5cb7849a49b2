import { expect, test } from 'vitest'
import { timeOf } from '../../../actors/knowledge/rows/times.ts'

const at = Date.UTC(2026, 2, 2, 9, 30)

test.each([
  ['2026-03-02', Date.UTC(2026, 2, 2)],
  ['2026-03-02T09:30Z', at],
  ['2026-03-02 09:30:00', at],
  ['2026-03-02T10:30:00+01:00', at],
  ['2026-03-02T04:30:00-0500', at],
  [' 2026-03-02T09:30:00.123456Z ', at + 123],
  ['2024-02-29', Date.UTC(2024, 1, 29)],
  ['Mon, 02 Mar 2026 09:30:00 GMT', at],
  ['2 Mar 26 09:30 UT', at],
  ['Mon, 2 March 2026 04:30:00 EST', at],
  ['Mon, 02 Mar 2026 10:30:00 +0100 (CET)', at],
  [String(at), at],
  [at, at],
  [new Date(at), at],
])('[G212] %s is a time', (given, time) => {
  expect(timeOf(given, 'refused')).toBe(time)
  expect(timeOf(given, 'seconds')).toBe(time)
})

test.each([
  'soon 5',
  '-1',
  '2026-02-31',
  '2025-02-29',
  '2026-13-01',
  '2026-03-02T24:30Z',
  '2026-03-02T09:60Z',
  '2026-03-02T09:30+25:00',
  '04.01.2026',
  '4/1/2026',
  'March 7',
  '31 Feb 2026 09:30 GMT',
  '2 Mai 2026 09:30 GMT',
  'yesterday',
  '',
  '0x10',
  '1e300',
  -1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  new Date(Number.NaN),
])('[G212] %s is no time', (given) => {
  expect(timeOf(given, 'refused')).toBeUndefined()
  expect(timeOf(given, 'seconds')).toBeUndefined()
})

test('[G212] a number before 1973 is one of seconds: taken as that where it is asked for, or refused', () => {
  for (const given of [7, '7', at / 1000, String(at / 1000)]) {
    expect(timeOf(given, 'refused')).toBeUndefined()
    expect(timeOf(given, 'seconds')).toBe(Number(given) * 1000)
  }
})
