import { expect, test } from 'vitest'
import { killAgain } from './kills.ts'

test('[G96] [G97] [G98] kill -9 at any moment, again and again: each transfer happens once', async () => {
  expect(await killAgain(4, 1)).toMatchObject({ kills: 4 })
}, 120_000)
