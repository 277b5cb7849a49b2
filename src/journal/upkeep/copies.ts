import { copyFile, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Kernel } from '../../kernel/kernel.ts'
import { makeFolder } from '../../kernel/make-folder.ts'
import { NodeDisk } from '../disk/node-disk.ts'
import { JournalError } from '../errors.ts'
import { numberOf } from '../log/segment.ts'
import { SUPERBLOCK, SuperblockFile } from '../log/superblock.ts'
import { type JournalOverview, overviewOf, reading } from './overview.ts'

/** A restored journal goes on in an epoch that the lost one can't have reached: names of messages are not given twice. */
const EPOCHS = 2 ** 20
const TRIES = 5

/**
 * Copies a journal into a folder that is missing or empty, also while a process has it open, and reads the copy. Rejects with
 * JournalError (`journal-foreign`) for a folder that holds files, and as `openJournal` does.
 */
export async function backUp(from: string, to: string): Promise<JournalOverview> {
  await mustBeEmpty(to)
  for (let tries = 1; ; tries++) {
    try {
      await copyAll(from, to)
      return await reading(to, overviewOf)
    } catch (error) {
      // Compaction has removed a file meanwhile, or both copies of the superblock were caught in turn.
      if (tries === TRIES) throw error
    }
  }
}

/** Copies a backup to where `openJournal` finds it. Rejects as `backUp` does; a damaged backup is not copied. */
export async function restore(backup: string, to: string, kernel: Kernel): Promise<JournalOverview> {
  await mustBeEmpty(to)
  await reading(backup, overviewOf)
  await copyAll(backup, to)
  const disk = new NodeDisk(to)
  const block = await SuperblockFile.open(disk)
  const { last } = block
  await block.write({ ...last, epoch: last.epoch + EPOCHS + kernel.random.stream('epoch').integer(EPOCHS) })
  await block.close()
  return reading(to, overviewOf)
}

/** The superblock first: what it counts is in the files that are copied after it. */
async function copyAll(from: string, to: string): Promise<void> {
  await makeFolder(to)
  const names = (await readdir(from)).filter((name) => numberOf(name) !== undefined).sort()
  for (const name of [SUPERBLOCK, ...names]) {
    await copyFile(join(from, name), join(to, name))
    const file = await open(join(to, name), 'r+')
    await file.sync()
    await file.close()
  }
  await new NodeDisk(to).syncNames()
}

async function mustBeEmpty(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  if (names.length === 0) return
  throw new JournalError('journal-foreign', `${folder} holds files, such as ${names[0]}`, {
    path: folder,
    value: names,
    remedy: 'Use a folder that is missing or empty',
  })
}
