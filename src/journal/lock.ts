import { readFileSync } from 'node:fs'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Kernel } from '../kernel/kernel.ts'
import { JournalError } from './errors.ts'

/** Who holds a journal. A process id is given again after a while; with the time of its start it is not. */
interface Holder {
  readonly pid: number
  readonly started: string
  readonly host: string
  readonly token: string
}

const LOCK = 'lock'

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

  /** Rejects with JournalError (`journal-locked`) naming the holder. */
  static async take(folder: string, kernel: Kernel): Promise<FolderLock> {
    const path = join(folder, LOCK)
    const own: Holder = {
      pid: process.pid,
      started: startOf(process.pid) ?? 'unknown',
      host: hostname(),
      token: kernel.ids.unique(),
    }
    for (let tries = 0; tries < 3; tries++) {
      if (await made(path, own)) return new FolderLock(path, own.token)
      const holder = await holderOf(path)
      if (holder !== undefined && isAlive(holder)) throw locked(folder, holder)
      await setAside(path, holder, own.token)
    }
    throw locked(folder, await holderOf(path))
  }

  async release(): Promise<void> {
    if ((await holderOf(this.#path))?.token === this.#token) await rm(this.#path, { force: true })
  }
}

async function made(path: string, own: Holder): Promise<boolean> {
  try {
    await writeFile(path, JSON.stringify(own), { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

async function holderOf(path: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder
  } catch {
    return undefined
  }
}

/** Two may do so at once: the second puts a lock back that is not the dead one's. */
async function setAside(path: string, dead: Holder | undefined, token: string): Promise<void> {
  const aside = `${path}.${token}`
  try {
    await rename(path, aside)
  } catch {
    return
  }
  const caught = await holderOf(aside)
  if (caught?.token === dead?.token) await rm(aside, { force: true })
  else await rename(aside, path)
}

function isAlive({ pid, started, host }: Holder): boolean {
  // Of another machine nothing can be known.
  if (host !== hostname()) return true
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
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
  return new JournalError('journal-locked', `${who} has the journal in ${folder} open`, {
    path: join(folder, LOCK),
    value: holder,
    remedy: 'Stop that process, or use another folder: one process writes to a journal',
  })
}
