import { FrameError } from '../message/errors.ts'
import type { Stamp } from '../message/signed-frame.ts'

/** What one receiver remembers of the frames of its senders. */
export interface ReplayBounds {
  /** Older frames are refused, and so are those that come from so far in the future. */
  readonly ageMs: number
  /** Frames of one sender: one that is further behind its latest is refused. */
  readonly window: number
  readonly senders: number
}

/** The latest frames of one sender: a bit for each, in a ring. */
interface Seen {
  highest: number
  /** Of its latest frame. */
  issuedAt: number
  /** Its frames up to this time may be those that were forgotten with it. */
  readonly since: number
  readonly acknowledged: Uint8Array
}

/**
 * Knows which frames of a destination were acknowledged. One that was not may come again, as transports deliver at least once; one
 * that was is a replay. In memory: after a restart the age alone bounds what may come again.
 */
export class ReplayGuard {
  readonly #bounds: ReplayBounds
  /** By key and sender, the least recently heard of first. */
  readonly #senders = new Map<string, Seen>()
  /** Frames of unknown senders up to this time may be of one that was forgotten. */
  #forgotten = Number.NEGATIVE_INFINITY

  constructor(bounds: ReplayBounds) {
    this.#bounds = bounds
  }

  /** @throws FrameError (`frame-expired`, `frame-replayed`) */
  check({ keyId, sender, sequence, issuedAt }: Stamp, now: number): void {
    const { ageMs, window } = this.#bounds
    if (Math.abs(now - issuedAt) > ageMs)
      throw new FrameError('frame-expired', `a frame signed ${Math.round((now - issuedAt) / 1000)} s ago`, 8)
    const seen = this.#senders.get(`${keyId} ${sender}`)
    if (issuedAt <= (seen?.since ?? this.#forgotten))
      throw new FrameError('frame-replayed', 'a frame of a sender that was forgotten', 16)
    if (seen === undefined || sequence > seen.highest) return
    if (sequence <= seen.highest - window || isSet(seen, sequence, window))
      throw new FrameError('frame-replayed', 'a frame that was acknowledged before', 32)
  }

  acknowledged({ keyId, sender, sequence, issuedAt }: Stamp): void {
    const { window } = this.#bounds
    const name = `${keyId} ${sender}`
    const seen = this.#senders.get(name) ?? {
      highest: 0,
      issuedAt,
      since: this.#forgotten,
      acknowledged: new Uint8Array(Math.ceil(window / 8)),
    }
    this.#senders.delete(name)
    this.#senders.set(name, seen)
    seen.issuedAt = Math.max(seen.issuedAt, issuedAt)
    if (sequence > seen.highest) {
      if (sequence - seen.highest >= window) seen.acknowledged.fill(0)
      else for (let one = seen.highest + 1; one < sequence; one++) set(seen, one, window, false)
      seen.highest = sequence
    }
    if (sequence > seen.highest - window) set(seen, sequence, window, true)
    if (this.#senders.size > this.#bounds.senders) this.#forget()
  }

  #forget(): void {
    for (const [name, { issuedAt }] of this.#senders) {
      this.#forgotten = Math.max(this.#forgotten, issuedAt)
      this.#senders.delete(name)
      return
    }
  }
}

function isSet({ acknowledged }: Seen, sequence: number, window: number): boolean {
  const at = sequence % window
  return ((acknowledged[at >> 3] as number) & (1 << (at & 7))) !== 0
}

function set({ acknowledged }: Seen, sequence: number, window: number, to: boolean): void {
  const at = sequence % window
  const byte = acknowledged[at >> 3] as number
  acknowledged[at >> 3] = to ? byte | (1 << (at & 7)) : byte & ~(1 << (at & 7))
}
