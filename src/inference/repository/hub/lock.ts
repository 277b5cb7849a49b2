import { stat, utimes } from 'node:fs/promises'
import { hostname } from 'node:os'
import type { Kernel, Timer } from '../../../kernel/kernel.ts'
import {
  isProcessAlive,
  type LockHolder,
  lockHolder,
  madeLock,
  ownHolder,
  releaseLock,
  tookOver,
} from '../../../kernel/lock-file.ts'
import type { Limits } from '../limits.ts'
import { checkLimits, pause } from './attempt.ts'
import { onDisk, unwritable } from './disk.ts'

const HEARTBEAT_MS = 5_000
/** A holder without a sign of life for this long is dead, wherever it ran. */
const SILENCE_MS_MAX = 60_000
const LOOK_MS = 100

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
  const own = ownHolder(kernel.ids.unique())
  const random = kernel.random.stream('inference/hub-lock')
  while (!(await taken(path, own))) {
    checkLimits(kernel, limits)
    const isDead = (lock: string): Promise<boolean> => isStale(lock, kernel)
    if ((await isDead(path)) && (await onDisk(path, tookOver(path, own, isDead)))) break
    await pause(kernel, LOOK_MS * (0.5 + random.next()), limits)
  }
  const heartbeat = new Heartbeat(path, kernel)
  try {
    return await work()
  } finally {
    heartbeat.stop()
    await releaseLock(path, own.token)
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

async function taken(path: string, own: LockHolder): Promise<boolean> {
  try {
    return await madeLock(path, own)
  } catch (error) {
    throw unwritable(path, error)
  }
}

/** Whether a lock is there whose holder shows no sign of life. */
async function isStale(path: string, kernel: Kernel): Promise<boolean> {
  const holder = await lockHolder(path)
  const entry = await stat(path).catch(() => undefined)
  if (entry === undefined) return false
  const silent = kernel.clock.now() - entry.mtimeMs > SILENCE_MS_MAX
  return silent || (holder !== undefined && holder.host === hostname() && !isProcessAlive(holder.pid))
}
