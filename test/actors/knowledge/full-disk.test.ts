import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { hasSmallDisks, onSmallDisk } from '../../journal/small-disk.ts'

test.runIf(await hasSmallDisks())(
  '[G189] an index that a disk has no room for is said, and what is stored of it is whole',
  async () => {
    const program = fileURLToPath(new URL('./full-disk-index.ts', import.meta.url))
    const seen = JSON.parse(await onSmallDisk(1, [process.execPath, '--import', 'tsx', program])) as {
      codes: string[]
      left: string[]
      found: [number, boolean]
      notices: string[]
    }[]
    for (const { codes, left, found, notices } of seen) {
      expect({ left, notices }).toEqual({ left: [], notices: [] })
      // Each of both is there as a whole, or was said to be missing.
      const missing = Number(found[0] !== 400) + Number(!found[1])
      expect([0, 400]).toContain(found[0])
      expect(codes).toEqual(Array.from({ length: missing }, () => 'ENOSPC'))
    }
    // With no room neither is there, with enough both are.
    expect(seen[0]?.found).toEqual([0, false])
    expect(seen.at(-1)?.found).toEqual([400, true])
  },
)
