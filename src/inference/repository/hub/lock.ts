import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import type { Kernel, Timer } from '../../../kernel/kernel.ts'
import type { Limits } from '../limits.ts'
import { checkLimits, pause } from './attempt.ts'
import { onDisk, unwritable } from './disk.ts'

const HEARTBEAT_MS = 5_000
/** A holder without a sign of life for this long is dead, wherever it ran. */
const SILENCE_MS_MAX = 60_000
const LOOK_MS = 100

interface Holder {
  readonly pid: number
  readonly host: string
  readonly token: string
}

/**
 * Runs `work` while no other process does the same. The lock is a file that names its holder and is created atomically; its
 * time of change is the holder's heartbeat. The lock of a dead process is taken over.
 *
 * Rejects with the error of `work`, or InferenceError (`cache-unwritable`, `deadline`, `cancelled`).
 */
export async function withLock<T>(
  path: string,
  kernel: Kernel,
  limits: Limits,
  work: () => Promise<T>,
): Promise<T> {
  const own: Holder = { pid: process.pid, host: hostname(), token: kernel.ids.unique() }
  const random = kernel.random.stream('inference/hub-lock')
  while (!(await taken(path, own))) {
    checkLimits(kernel, limits)
    if (await removeStale(path, kernel, own)) continue
    await pause(kernel, LOOK_MS * (0.5 + random.next()), limits)
  }
  const heartbeat = new Heartbeat(path, kernel)
  try {
    return await work()
  } finally {
    heartbeat.stop()
    if ((await holderOf(path))?.token === own.token) await rm(path, { force: true })
  }
}

class Heartbeat {
  #timer: Timer | undefined
  readonly #path: string
  readonly #kernel: Kernel

  constructor(path: string, kernel: Kernel) {
    this.#path = path
    this.#kernel = kernel
    this.#arm()
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #arm(): void {
    this.#timer = this.#kernel.timers.after(HEARTBEAT_MS, () => this.#beat(), undefined)
  }

  #beat(): void {
    const now = this.#kernel.clock.now() / 1000
    this.#arm()
    // A missing lock was taken over; the checksums show whether that did any harm.
    utimes(this.#path, now, now).catch(() => this.stop())
  }
}

async function taken(path: string, own: Holder): Promise<boolean> {
  try {
    await writeFile(path, JSON.stringify(own), { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw unwritable(path, error)
  }
}

async function holderOf(path: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder
  } catch {
    return undefined
  }
}

/** Moves the lock of a dead holder away. If two do so at once, the second puts back a lock that is not the dead one's. */
async function removeStale(path: string, kernel: Kernel, own: Holder): Promise<boolean> {
  const holder = await holderOf(path)
  const entry = await stat(path).catch(() => undefined)
  if (entry === undefined) return true
  const silent = kernel.clock.now() - entry.mtimeMs > SILENCE_MS_MAX
  const dead = holder !== undefined && holder.host === own.host && !isAlive(holder.pid)
  if (!silent && !dead) return false
  const aside = `${path}.${own.token}`
  const moved = await rename(path, aside).then(
    () => true,
    () => false,
  )
  if (!moved) return true
  const caught = await holderOf(aside)
  if (caught?.token === holder?.token) await rm(aside, { force: true })
  else await onDisk(path, rename(aside, path))
  return true
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
