import type { Kernel } from '../../kernel/kernel.ts'
import type { Disk } from '../../ports/disk.ts'
import { JournalError } from '../errors.ts'
import { numberOf } from './segment.ts'
import { SUPERBLOCK, SuperblockFile } from './superblock.ts'

/**
 * Rejects with JournalError where the folder holds no journal and can't become one: `journal-missing`, `journal-foreign`, and
 * `journal-damaged` where only the superblock is missing. `lock`: whether a file of that name belongs to somebody else.
 */
export async function mustBeUsable(
  disk: Disk,
  names: readonly string[],
  make: boolean,
  lock = false,
): Promise<void> {
  if (names.includes(SUPERBLOCK)) return
  const segment = names.find((name) => numberOf(name) !== undefined)
  if (segment !== undefined) {
    throw new JournalError('journal-damaged', `the superblock is missing, and ${segment} is there`, {
      path: `${disk.path}/${SUPERBLOCK}`,
      value: segment,
      remedy: 'Restore the folder from a backup',
    })
  }
  if (!make) {
    throw new JournalError('journal-missing', `${disk.path} holds no journal`, {
      path: disk.path,
      remedy: 'Use the folder that openJournal was given',
    })
  }
  const others = (await disk.reserved()) > 0 ? [...names, 'reserve'] : names
  const foreign = others.find((name) => !name.startsWith('lock') || (lock && name === 'lock'))
  if (foreign === undefined) return
  throw new JournalError('journal-foreign', `${disk.path} holds other files, such as ${foreign}`, {
    path: `${disk.path}/${foreign}`,
    value: others,
    remedy: 'Use a folder of its own, which may be missing or empty',
  })
}

/** The superblock of a folder; `make` writes the first one into an empty folder. */
export async function blockOf(
  kernel: Kernel,
  disk: Disk,
  names: readonly string[],
  make: boolean,
): Promise<SuperblockFile> {
  if (!names.includes(SUPERBLOCK)) return firstBlock(kernel, disk, names, make)
  try {
    return await SuperblockFile.open(disk)
  } catch (error) {
    // A crash while the journal was being made: segments come only after a durable superblock.
    const begun = names.some((name) => numberOf(name) !== undefined)
    if (begun || !make || (error as { code?: unknown }).code !== 'journal-damaged') throw error
    await disk.remove(SUPERBLOCK)
    return firstBlock(
      kernel,
      disk,
      names.filter((name) => name !== SUPERBLOCK),
      make,
    )
  }
}

async function firstBlock(
  kernel: Kernel,
  disk: Disk,
  names: readonly string[],
  make: boolean,
): Promise<SuperblockFile> {
  await mustBeUsable(disk, names, make)
  const first = {
    format: 1,
    incarnation: kernel.ids.unique(),
    generation: 0,
    epoch: 0,
    firstSegment: 1,
    lastSegment: 0,
    groups: 0,
    sequence: 0,
    messages: 0,
    keys: 0,
    clean: true,
  }
  try {
    const block = await SuperblockFile.make(disk, first)
    await disk.syncNames()
    return block
  } catch (error) {
    // The folder stays as it was found.
    await disk.remove(SUPERBLOCK).catch(() => undefined)
    throw error
  }
}
