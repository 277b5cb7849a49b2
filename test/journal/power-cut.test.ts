import { expect, test } from 'vitest'
import { cutPower, withoutFlush } from './power-cuts.ts'

const RUNS = Number(process.env.GANGLION_POWER_CUT_RUNS ?? 30)

test('[G95] a power cut at any moment loses no acknowledged commit and tears none', async () => {
  let images = 0
  for (let seed = 1; seed <= RUNS; seed++) images += await cutPower(seed)
  expect(images).toBeGreaterThan(RUNS * 25)
})

test('[G95] a build without the flush fails the same check', async () => {
  let caught = 0
  for (let seed = 1; seed <= 10; seed++) {
    await cutPower(seed, withoutFlush).catch(() => {
      caught += 1
    })
  }
  expect(caught).toBeGreaterThan(5)
})
