import { mkdir, rmdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { JournalError } from '../errors.ts'

/** Makes a folder, with those above it. Resolves to the outermost that was missing. Rejects with `journal-missing` for a file. */
export async function madeFolder(path: string): Promise<string | undefined> {
  try {
    return await mkdir(path, { recursive: true })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') await refusalAbove(path)
    if (code !== 'EEXIST') throw error
    throw new JournalError('journal-missing', `${path} is a file`, {
      path,
      value: 'EEXIST',
      remedy: 'Use the path of a folder, which may be missing',
      cause: error,
    })
  }
}

/** Node says only that a folder is missing where the one above it can't be made: this rejects with the reason. */
async function refusalAbove(path: string): Promise<void> {
  let missing = path
  while (!(await isThere(dirname(missing))) && dirname(missing) !== missing) missing = dirname(missing)
  await mkdir(missing)
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
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
