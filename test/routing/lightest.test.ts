import { expect, test } from 'vitest'
import { lightest } from '../../src/routing/lightest.ts'

const load = ({ load }: { load: number }) => load
const items = [3, 1, 2, 1].map((load, at) => ({ at, load }))

test('the least load wins; of equals the first at or after where the look begins', () => {
  expect(lightest(items, load)?.at).toBe(1)
  expect(lightest(items, load, 1)?.at).toBe(1)
  expect(lightest(items, load, 2)?.at).toBe(3)
  expect(lightest(items, load, 3)?.at).toBe(3)
})

test('an infinite load is never picked', () => {
  expect(lightest([{ load: Number.POSITIVE_INFINITY }, { load: 9 }], load)?.load).toBe(9)
  expect(lightest([{ load: Number.POSITIVE_INFINITY }], load)).toBeUndefined()
  expect(lightest([], load)).toBeUndefined()
})
