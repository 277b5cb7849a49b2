import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Kernel } from '../kernel/kernel.ts'
import {
  holderIn,
  isProcessAlive,
  type LockHolder,
  lockHolder,
  lockText,
  madeLock,
  ownHolder,
  releaseLock,
  tookOver,
  turnOf,
} from '../kernel/lock-file.ts'
import { JournalError } from './errors.ts'

/** A process id is given again after a while; with the time of its start it is not. */
interface Holder extends LockHolder {
  readonly started: string
}

const LOCK = 'lock'
/** How long a lock that names nobody may be one that is being written: where the file system has no hard links. */
const WRITTEN_MS = 200

/**
 * One process at a time writes to a journal's folder. The lock of a dead process is taken over; a process that is only stopped still
 * holds its own.
 */
export class FolderLock {
  readonly #path: string
  readonly #token: string

  private constructor(path: string, token: string) {
    this.#path = path
    this.#token = token
  }

  /** Rejects with JournalError (`journal-locked`) naming the holder, or with the file system's error. */
  static async take(folder: string, kernel: Kernel): Promise<FolderLock> {
    const path = join(folder, LOCK)
    const own: Holder = { ...ownHolder(kernel.ids.unique()), started: startOf(process.pid) ?? 'unknown' }
    const isDead = (lock: string): Promise<boolean> => isAbandoned(lock, kernel)
    for (let tries = 0; tries < 3; tries++) {
      if (await madeLock(path, own)) return new FolderLock(path, own.token)
      const text = await lockText(path)
      if (text === undefined) continue
      const holder = holderIn<Holder>(text)
      if (holder !== undefined && isAlive(holder)) throw locked(folder, holder)
      if (await tookOver(path, own, isDead)) return new FolderLock(path, own.token)
    }
    throw locked(folder, (await lockHolder<Holder>(turnOf(path))) ?? (await lockHolder<Holder>(path)))
  }

  release(): Promise<void> {
    return releaseLock(this.#path, this.#token)
  }
}

/** Whether a folder holds a file or folder of the lock's name that is no lock of a journal. */
export async function hasForeignLock(folder: string): Promise<boolean> {
  const path = join(folder, LOCK)
  const found = await readFile(path).catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? new Uint8Array() : undefined,
  )
  // A power cut may have come before its holder was on disk.
  if (found?.every((byte) => byte === 0) === true) return false
  const holder: unknown = await lockHolder(path)
  return typeof (holder as Partial<Holder> | undefined)?.pid !== 'number'
}

/** A lock that is there and whose holder is dead, or that names nobody for longer than it takes to write it. */
async function isAbandoned(path: string, kernel: Kernel): Promise<boolean> {
  const text = await lockText(path)
  if (text === undefined) return false
  const holder = holderIn<Holder>(text)
  if (holder !== undefined) return !isAlive(holder)
  await new Promise<void>((resolve) => kernel.timers.after(WRITTEN_MS, resolve, undefined, true))
  return (await lockText(path)) === text
}

function isAlive({ pid, started, host }: Holder): boolean {
  // Of another machine nothing can be known.
  if (host !== hostname()) return true
  if (!isProcessAlive(pid)) return false
  const now = startOf(pid)
  return now === undefined || started === 'unknown' || now === started
}

/** When a process started, in ticks since the machine did; undefined where the platform does not say. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name in brackets may hold anything; 20 fields behind it is the start.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}

function locked(folder: string, holder: Holder | undefined): JournalError {
  const who = holder === undefined ? 'another process' : `process ${holder.pid} on ${holder.host}`
  const path = join(folder, LOCK)
  const stop = 'Stop that process, or use another folder: one process writes to a journal'
  const elsewhere = `. Nothing can be known here about a process of another host. If it is gone, as with a container that was replaced, delete ${path}`
  return new JournalError('journal-locked', `${who} has the journal in ${folder} open`, {
    path,
    value: holder,
    remedy: holder === undefined || holder.host === hostname() ? stop : stop + elsewhere,
  })
}
