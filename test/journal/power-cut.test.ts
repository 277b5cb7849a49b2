import { expect, test } from 'vitest'
import { cutPower, withoutFlush } from './power-cuts.ts'
import { outOfOrder } from './slow-disks.ts'

const RUNS = Number(process.env.GANGLION_POWER_CUT_RUNS ?? 30)

test('[G95] a power cut at any moment loses no acknowledged commit and tears none', async () => {
  let images = 0
  for (let seed = 1; seed <= RUNS; seed++) images += await cutPower(seed)
  expect(images).toBeGreaterThan(RUNS * 25)
})

test('[G95] a build without the flush fails the same check', async () => {
  let caught = 0
  for (let seed = 1; seed <= 10; seed++) {
    await cutPower(seed, { through: withoutFlush }).catch(() => {
      caught += 1
    })
  }
  expect(caught).toBeGreaterThan(5)
})

test('[G217] [G95] nor where several flushes are in flight, and the later ones end first', async () => {
  let both = 0
  let images = 0
  for (let seed = 1; seed <= RUNS / 2; seed++)
    images += await cutPower(seed, {
      through: (disk, random) => outOfOrder(disk, random, () => (both += 1)),
      bytesMax: () => 200_000,
    })
  expect(images).toBeGreaterThan(RUNS * 10)
  expect(both).toBeGreaterThan(RUNS)
})

test('[G235] [G95] nor while files of the log are made, filled and removed', async () => {
  let images = 0
  for (let seed = 1; seed <= RUNS / 3; seed++)
    images += await cutPower(seed, {
      through: (disk, random) => outOfOrder(disk, random, () => {}),
      bytesMax: (random) => (random.integer(2) === 0 ? 1_000_000 : 900),
    })
  expect(images).toBeGreaterThan(RUNS * 6)
})
