import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packed, unpacked } from '../../../actors/knowledge/documents/parsing/packed.ts'
import { parse } from '../../../actors/knowledge/documents/parsing/parse.ts'
import { ParseCache } from '../../../actors/knowledge/documents/parsing/parse-cache.ts'
import { readFolder } from '../../../actors/knowledge/documents/read-folder.ts'
import type { Passage } from '../../../actors/knowledge/text/passages.ts'
import type { Kernel } from '../../../src/kernel/kernel.ts'
import { Pauses } from '../../../src/kernel/pauses.ts'
import { platformKernel } from '../../../src/kernel/platform-kernel.ts'
import { folderOf } from '../../cli/cli.ts'

const PAGES = 500
const BOOK = Array.from(
  { length: PAGES },
  (_, i) => `## Page ${i}\n\nThe pump of room ${i} is blue, and its valve number ${i} has a red handle.\n\n`,
).join('')

/** A kernel on whose clock every look takes a millisecond, and how often others got their turn. */
function counted(): { kernel: Kernel; turns: () => number } {
  const kernel = platformKernel()
  let [now, turns] = [0, 0]
  const later = (run: () => void) => {
    turns += 1
    kernel.turns.later(run)
  }
  const clock = { ...kernel.clock, monotonic: () => now++ }
  return { kernel: { ...kernel, clock, turns: { ...kernel.turns, later } }, turns: () => turns }
}

async function passagesOf(text: string): Promise<readonly Passage[]> {
  const parsed = await parse({ file: 'a.md', bytes: new TextEncoder().encode(text) })
  if ('reason' in parsed) throw new Error(parsed.reason)
  return parsed.passages
}

test('passages come from a worker as they are, in pieces between which others get their turn [G260]', async () => {
  const all = [
    ...(await passagesOf(`${BOOK}Half a pair: \ud800!`)),
    ...(await passagesOf('Café 汉字 is open.')),
  ]
  const { kernel, turns } = counted()
  expect(await unpacked(packed(all), new Pauses(kernel))).toEqual(all)
  expect(turns()).toBeGreaterThan(3)
  expect(await unpacked(packed([]), new Pauses(kernel))).toEqual([])
})

test('a large file is read with turns for others at each of its passages, and so it is kept and found again [G260]', async () => {
  const folder = await folderOf({
    'book.md': BOOK,
    'b.md': BOOK.replaceAll('pump', 'hose'),
    'c.md': 'One line.\n',
  })
  const kept = await mkdtemp(join(tmpdir(), 'ganglion-parted-'))
  const read = async () => {
    const { kernel, turns } = counted()
    const unwritable = (_: string, error: unknown) => {
      throw error
    }
    const keeping = {
      notice: () => {},
      unwritable,
      unique: () => kernel.ids.unique(),
      now: () => kernel.clock.now(),
      pauses: new Pauses(kernel),
    }
    const cache = await ParseCache.open(kept, join(folder, 'none'), keeping)
    const found = await readFolder(folder, { kernel, cache })
    return { found, turns: turns() }
  }
  const first = await read()
  expect(first.found.passages.length).toBe(2 * PAGES + 1)
  // Several steps look at each passage, and every third look of this clock ends a piece.
  expect(first.turns).toBeGreaterThan(1.5 * first.found.passages.length)
  expect((await read()).found).toEqual(first.found)
  await rm(folder, { recursive: true })
  await rm(kept, { recursive: true })
})
