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
    throw new JournalError('journal-unwritable', `${path} can't be written: ${code}`, {
      path,
      value: code,
      remedy: 'Check the rights and the free space of the folder',
      cause: error,
    })
  }
}
