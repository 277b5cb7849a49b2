import { isFull } from './disk/full.ts'
import { JournalError } from './errors.ts'

const MISSING: ReadonlySet<unknown> = new Set(['ENOENT', 'ENOTDIR'])

/** What the file system refuses is told as what it means for the journal. */
export async function told<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException
    if (syscall === undefined) throw error
    if (MISSING.has(code)) {
      throw new JournalError('journal-missing', `${path} is no folder`, {
        path,
        value: code,
        remedy: 'Check the path; with `create` a missing folder is made',
        cause: error,
      })
    }
    if (isFull(error)) throw fullDisk(path, code, error)
    throw new JournalError('journal-unwritable', `${path} can't be written: ${code}`, {
      path,
      value: code,
      remedy: 'Check the rights of the folder',
      cause: error,
    })
  }
}

function fullDisk(path: string, value: unknown, cause: unknown): JournalError {
  return new JournalError('journal-full', `the disk of ${path} is full: ${value}`, {
    path,
    value,
    remedy: 'Make room on the disk, and open the journal again',
    cause,
  })
}
