import type { Disk } from '../../ports/disk.ts'

/** It is set aside again once there is room for this many times its bytes: a disk on the edge would be full again at once. */
const MARGIN = 1.25
/** Stays when the rest is given up: the next process needs room for its lock and its first commits. */
const KEPT_BYTES = 64 * 1024

/**
 * Space of the disk that is set aside for the time when the disk is full. It is given up then, so that what was accepted can end, and
 * set aside again once there is room.
 *
 *     held ─ the disk is full ─▶ given up: only ends are written ─ there is room ─▶ held
 */
export class Reserve {
  readonly bytes: number
  readonly #disk: Disk
  #held: boolean

  private constructor(disk: Disk, bytes: number, held: boolean) {
    this.#disk = disk
    this.bytes = bytes
    this.#held = held
  }

  /** Of so many bytes, 0 for none; undefined: what the disk has set aside stays. */
  static async on(disk: Disk, bytes: number | undefined): Promise<Reserve> {
    const before = await disk.reserved()
    const wanted = bytes ?? before
    return new Reserve(disk, wanted, wanted === before || (await disk.reserve(wanted)))
  }

  /** Whether the disk has too little room to set it aside. */
  get missing(): boolean {
    return !this.#held
  }

  /** Gives it back to the disk. False: there was none left. */
  async giveUp(): Promise<boolean> {
    if (!this.#held || this.bytes === 0) return false
    this.#held = false
    await this.#disk.reserve(Math.min(KEPT_BYTES, this.bytes))
    return true
  }

  /** Whether there is room again: it is set aside then. */
  async restored(): Promise<boolean> {
    if (this.#held) return true
    if ((await this.#disk.room()) < this.bytes * MARGIN) return false
    this.#held = await this.#disk.reserve(this.bytes)
    return this.#held
  }
}
