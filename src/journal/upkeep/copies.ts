import { copyFile, open, readdir, rename, rm } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { InvalidArgumentError } from '../../kernel/errors.ts'
import type { Kernel } from '../../kernel/kernel.ts'
import { madeFolder, removeEmpty } from '../disk/folders.ts'
import { NodeDisk } from '../disk/node-disk.ts'
import { JournalError } from '../errors.ts'
import { told } from '../file-errors.ts'
import { mustBeUsable } from '../log/first-block.ts'
import { numberOf } from '../log/segment.ts'
import { SUPERBLOCK, SuperblockFile } from '../log/superblock.ts'
import { type JournalOverview, overviewOf, reading } from './overview.ts'
import { ReadOnlyDisk } from './read-only-disk.ts'

/** A restored journal goes on in an epoch that the lost one can't have reached: names of messages are not given twice. */
const EPOCHS = 2 ** 20
const TRIES = 5
/** The superblock of a copy that is being made: without one it is no journal. */
const UNFINISHED = 'superblock.unfinished'

/**
 * Copies a journal into a folder that is missing or empty, also while a process has it open, and reads the copy. Where that fails, or
 * `stop` aborts it, the folder is as it was; where the process ends first, what is there is no journal.
 *
 * Rejects with the reason of `stop`, JournalError (`journal-foreign`) for a folder that holds files, and as `openJournal` does.
 */
export async function backUp(from: string, to: string, stop: AbortSignal): Promise<JournalOverview> {
  mustBeApart(from, to)
  await mustBeJournal(from)
  return intoEmpty(to, async () => {
    for (let tries = 1; ; tries++) {
      try {
        // The superblock first: what it counts is in the files that are copied after it.
        await copied(join(from, SUPERBLOCK), join(to, UNFINISHED), stop)
        await copySegments(from, to, stop)
        await rename(join(to, UNFINISHED), join(to, SUPERBLOCK))
        await new NodeDisk(to).syncNames()
        return await reading(to, overviewOf)
      } catch (error) {
        // Compaction has removed a file meanwhile, or both copies of the superblock were caught in turn.
        if (tries === TRIES || stop.aborted || !isOfTheMoment(error)) throw error
        await removeCopied(to)
      }
    }
  })
}

/** Copies a backup to where `openJournal` finds it. Rejects as `backUp` does; a damaged backup is not copied. */
export async function restore(
  backup: string,
  to: string,
  kernel: Kernel,
  stop: AbortSignal,
): Promise<JournalOverview> {
  mustBeApart(backup, to)
  await mustBeJournal(backup)
  await reading(backup, overviewOf)
  return intoEmpty(to, async () => {
    await copySegments(backup, to, stop)
    const found = await SuperblockFile.open(new ReadOnlyDisk(backup))
    await found.close()
    const epoch = found.last.epoch + EPOCHS + kernel.random.stream('epoch').integer(EPOCHS)
    const disk = new NodeDisk(to)
    // Last: without it the folder is no journal, and with it the names of messages are new.
    await (await SuperblockFile.make(disk, { ...found.last, epoch })).close()
    await disk.syncNames()
    return reading(to, overviewOf)
  })
}

function mustBeApart(from: string, to: string): void {
  if (to !== from && !to.startsWith(from + sep)) return
  throw new InvalidArgumentError(`${to} is in the folder that is copied`, {
    path: 'copy',
    value: to,
    remedy: 'Use a folder elsewhere, best on another disk',
  })
}

function mustBeJournal(path: string): Promise<void> {
  return told(path, async () => {
    const disk = new NodeDisk(path)
    await mustBeUsable(disk, await disk.list(), false)
  })
}

/** What fails leaves the folder as it was. */
function intoEmpty<T>(folder: string, fill: () => Promise<T>): Promise<T> {
  return told(folder, async () => {
    const made = await madeFolder(folder)
    try {
      await mustBeEmpty(folder)
    } catch (error) {
      await removeEmpty(folder, made)
      throw error
    }
    try {
      return await fill()
    } catch (error) {
      await removeCopied(folder)
      await removeEmpty(folder, made)
      throw error
    }
  })
}

function isOfTheMoment(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown }
  return code === 'ENOENT' || code === 'journal-damaged'
}

async function copySegments(from: string, to: string, stop: AbortSignal): Promise<void> {
  const names = (await readdir(from)).filter((name) => numberOf(name) !== undefined).sort()
  for (const name of names) await copied(join(from, name), join(to, name), stop)
  // Stopped at the last file: it is not called a journal.
  stop.throwIfAborted()
  await new NodeDisk(to).syncNames()
}

async function copied(from: string, to: string, stop: AbortSignal): Promise<void> {
  stop.throwIfAborted()
  await copyFile(from, to)
  const file = await open(to, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

async function removeCopied(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (name === SUPERBLOCK || name === UNFINISHED || numberOf(name) !== undefined)
      await rm(join(folder, name), { force: true }).catch(() => undefined)
  }
}

async function mustBeEmpty(folder: string): Promise<void> {
  const names = await readdir(folder)
  if (names.length === 0) return
  throw new JournalError('journal-foreign', `${folder} holds files, such as ${names[0]}`, {
    path: folder,
    value: names,
    remedy: 'Use a folder that is missing or empty',
  })
}
