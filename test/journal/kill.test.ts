import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { killAgain } from './kills.ts'
import { hasSmallDisks, onSmallDisk } from './small-disk.ts'

test('[G96] [G97] [G98] kill -9 at any moment, with rivals, stops and clocks that are set: each transfer happens once', async () => {
  expect(await killAgain(6, 2)).toMatchObject({ kills: 6 })
}, 120_000)

const small = await hasSmallDisks()

test.runIf(small)(
  '[G96] [G165] kill -9 while the disk gets full and empty again: each transfer happens once',
  async () => {
    const program = fileURLToPath(new URL('./full-disk-kills.ts', import.meta.url))
    const killed = JSON.parse(await onSmallDisk(48, [process.execPath, '--import', 'tsx', program, '6', '1']))
    expect(killed).toMatchObject({ kills: 6 })
    expect(killed.fills).toBeGreaterThan(0)
  },
  120_000,
)
