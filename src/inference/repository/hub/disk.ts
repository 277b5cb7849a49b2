import { mkdir, stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { InferenceError } from '../../errors.ts'

const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full: make room, or use another hub.cache',
  EDQUOT: 'Your share of the disk is full: make room, or use another hub.cache',
  EROFS: 'The file system is read-only: use another hub.cache, or set XDG_CACHE_HOME',
  ENOTDIR: 'A file is where a folder should be: remove it, or use another hub.cache',
}

/** An error of the file system, or our own finding in its terms. */
interface Failure {
  readonly code?: string | undefined
  readonly detail?: string
}

/** `cache-unwritable`: the file system's error, with its code as the value. */
export function unwritable(path: string, failure: unknown): InferenceError {
  const { code = 'unknown', detail } = failure as Failure
  const why = detail === undefined ? code : `${code}: ${detail}`
  return new InferenceError('cache-unwritable', `${path} can't be written (${why})`, {
    path,
    value: code,
    remedy: REMEDIES[code] ?? 'Use a hub.cache that can be written, or set XDG_CACHE_HOME',
    ...(failure instanceof Error ? { cause: failure } : {}),
  })
}

/** The result of file work in the cache. Rejects with InferenceError (`cache-unwritable`). */
export async function onDisk<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw unwritable(path, error)
  }
}

/**
 * Makes a folder and its parents, one by one: Node's recursive `mkdir` never returns if a folder exists but accepts no
 * entries (`/proc`), and reports ENOENT for a read-only disk.
 *
 * Rejects with InferenceError (`cache-unwritable`).
 */
export async function makeFolder(path: string): Promise<void> {
  const failure = await tryFolder(path)
  if (failure === undefined) return
  const above = dirname(path)
  if (failure.code !== 'ENOENT' || above === path) throw unwritable(path, failure)
  await makeFolder(above)
  const again = await tryFolder(path)
  if (again !== undefined) throw unwritable(path, again)
}

async function tryFolder(path: string): Promise<Failure | undefined> {
  try {
    await mkdir(path)
    return undefined
  } catch (error) {
    const failure = error as NodeJS.ErrnoException
    if (failure.code !== 'EEXIST') return failure
    const entry = await stat(path).catch(() => undefined)
    return entry?.isDirectory() ? undefined : { code: 'ENOTDIR' }
  }
}

/** Rejects with InferenceError (`cache-unwritable`) when the disk has fewer free bytes. */
export async function checkRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await onDisk(folder, statfs(folder))
  if (bavail * bsize >= bytes) return
  const detail = `${bytes} bytes are needed, ${bavail * bsize} are free`
  throw unwritable(folder, { code: 'ENOSPC', detail })
}
