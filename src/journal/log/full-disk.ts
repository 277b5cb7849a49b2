import type { Kernel, Timer } from '../../kernel/kernel.ts'
import { isFull } from '../disk/full.ts'
import type { Reserve } from './reserve.ts'

/** How long to wait before trying a full disk again. */
const FULL_MS = 250

/** What is done while the disk is full: the reserve is given up, what was taken is tried again, and room is looked for. */
export class FullDisk {
  /** The disk has no room beside what was set aside: what frees none is refused. */
  full: boolean
  readonly #kernel: Kernel
  readonly #reserve: Reserve
  readonly #tryAgain: () => void
  /** Looks whether there is room again, though nothing is written. */
  #look: Timer | undefined
  #ending = false

  /** `tryAgain` begins a flush, which calls `restore`. */
  constructor(kernel: Kernel, reserve: Reserve, tryAgain: () => void) {
    this.#kernel = kernel
    this.#reserve = reserve
    this.#tryAgain = tryAgain
    this.full = reserve.missing
    if (this.full) this.#lookLater()
  }

  /** The log is closed or has failed: what finds no room is tried once more, and then fails. */
  end(): void {
    this.#ending = true
    this.#look?.cancel()
  }

  /** Again and again while the disk is full, first in the room that was set aside: what was taken is not lost, only late. */
  async patiently<T>(work: () => Promise<T>): Promise<T> {
    for (let last = false; ; ) {
      try {
        return await work()
      } catch (error) {
        if (!isFull(error) || last) throw error
        this.full = true
        if (await this.#reserve.giveUp()) continue
        last = this.#ending
        await new Promise<void>((resolve) => this.#kernel.timers.after(FULL_MS, resolve, undefined, true))
      }
    }
  }

  /** There may be room again. Nothing else is written meanwhile. */
  async restore(): Promise<void> {
    this.full = !(await this.#reserve.restored())
    if (this.full) this.#lookLater()
  }

  #lookLater(): void {
    if (this.#ending) return
    this.#look?.cancel()
    this.#look = this.#kernel.timers.after(FULL_MS, this.#tryAgain, undefined)
  }
}
