import { readlink } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
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
      const target = await linkAt(path)
      if (target !== undefined) throw dangling(path, target, error)
      throw new JournalError('journal-missing', `${path} is no folder`, {
        path,
        value: code,
        remedy: 'Check the path: it must be the folder that openJournal was given',
        cause: error,
      })
    }
    if (isFull(error)) throw fullDisk(path, code, error)
    throw unusable(path, error as NodeJS.ErrnoException)
  }
}

/** Where a link leads; undefined for what is no link. */
function linkAt(path: string): Promise<string | undefined> {
  return readlink(path).catch(() => undefined)
}

function dangling(path: string, target: string, cause: unknown): JournalError {
  return new JournalError('journal-missing', `${path} is a link to ${target}, where there is no folder`, {
    path,
    value: target,
    remedy: `Make ${resolve(dirname(path), target)}, or remove the link: a journal is never made where a link leads`,
    cause,
  })
}

const REMEDIES: Readonly<Record<string, string>> = {
  EROFS: 'Its file system can only be read: mount it to write, or use another folder',
  EMFILE: 'Raise the limit of open files: ulimit -n',
  ENFILE: 'The machine has too many open files: close some',
  EIO: 'Check the disk: it fails',
  ELOOP: 'Its links lead back to themselves: remove one of them, or use another folder',
  ENAMETOOLONG: 'Use a shorter path',
}

function unusable(path: string, cause: NodeJS.ErrnoException): JournalError {
  const { code = 'unknown' } = cause
  // A lock is made under another name first.
  const file = cause.path?.replace(/(\/lock)\.[^/]+$/u, '$1') ?? path
  return new JournalError('journal-unwritable', `${file} can't be used: ${code}`, {
    path: file,
    value: code,
    remedy: REMEDIES[code] ?? 'Check the rights of the folder and its files',
    cause,
  })
}

function fullDisk(path: string, value: unknown, cause: unknown): JournalError {
  return new JournalError('journal-full', `the disk of ${path} is full: ${value}`, {
    path,
    value,
    remedy: 'Make room on the disk, and open the journal again',
    cause,
  })
}
