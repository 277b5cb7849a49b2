import { rmdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { makeFolder } from '../../kernel/make-folder.ts'
import { JournalError } from '../errors.ts'

/** Makes a folder, with those above it. Resolves to the outermost that was missing. Rejects with `journal-missing` for a file. */
export async function madeFolder(path: string): Promise<string | undefined> {
  try {
    return await makeFolder(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    throw new JournalError('journal-missing', `${path} is a file`, {
      path,
      value: 'EEXIST',
      remedy: 'Use the path of a folder, which may be missing',
      cause: error,
    })
  }
}

/** Removes the folders that `madeFolder` made, as far as they are empty. */
export async function removeEmpty(path: string, made: string | undefined): Promise<void> {
  if (made === undefined) return
  try {
    for (let at = path; ; at = dirname(at)) {
      await rmdir(at)
      if (at === made) return
    }
  } catch {
    // Something is in it now, or somebody else has removed it.
  }
}
