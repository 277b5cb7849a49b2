import { isWasteful, type Mover, SegmentWalk } from './compaction.ts'
import type { KeyIndex } from './key-index.ts'
import type { MessageIndex } from './message-index.ts'
import { messageAt } from './place.ts'
import type { Segment } from './segment.ts'
import type { Segments } from './segments.ts'
import type { Writer } from './writer.ts'

/** One flush reads at least so many bytes of the segment that goes: it delays no commit for long. */
const STEP_BYTES = 512 * 1024
/** And so many for each byte that others wrote: it keeps up though seven of eight bytes are still needed. */
const STEP_RATIO = 8
/** While the disk is full, at most this part of its room goes to what is moved: the rest is for ends. */
const SHARE_OF_ROOM = 0.5

/** What of a log is compacted. */
interface Compacted {
  readonly segments: Segments
  readonly keys: KeyIndex
  readonly messages: MessageIndex
  readonly writer: Writer
}

/** Keeps a log short: moves what is needed of the oldest segment to the end, and drops the segment once that is durable. */
export class Compactor {
  readonly #of: Compacted
  #walk: SegmentWalk | undefined
  /** Once it resolves, everything needed of the oldest segment is durable elsewhere. */
  #moved: Promise<void> | undefined
  /** Bytes that others had written at the last step. */
  #seen = 0
  /** Bytes that it has moved. */
  #movedBytes = 0

  constructor(of: Compacted) {
    this.#of = of
  }

  /** What `flushed` stands for is durable: the segment that is needed no longer because of it. */
  freedBy(flushed: Promise<void>): Segment | undefined {
    if (this.#moved !== flushed) return undefined
    this.#moved = undefined
    this.#walk = undefined
    return this.#of.segments.takeOldest()
  }

  /** Moves a little, where it is worth it. `room`: the bytes that are left on a full disk; undefined: it is not full. */
  step(room: number | undefined): void {
    const { segments, writer } = this.#of
    const { bytes, target, oldest } = segments
    const live = segments.live + writer.unwrittenLive
    const theirs = this.#theirs()
    if (this.#walk === undefined && !isWasteful(bytes, live, target, room !== undefined)) return
    if (room !== undefined && (oldest?.live ?? 0) > room * SHARE_OF_ROOM) return
    this.#move(STEP_BYTES + STEP_RATIO * theirs)
  }

  /** Bytes that others have written since the last step. */
  #theirs(): number {
    const theirs = this.#of.writer.takenBytes - this.#movedBytes
    const since = theirs - this.#seen
    this.#seen = theirs
    return since
  }

  /** Moves all that is left of the oldest segment. */
  moveAll(): void {
    this.#move(Number.POSITIVE_INFINITY)
  }

  #move(bytes: number): void {
    const { segments, writer } = this.#of
    const { oldest, last } = segments
    if (this.#moved !== undefined || oldest === undefined || oldest === last) return
    this.#walk ??= new SegmentWalk(oldest)
    const before = writer.takenBytes
    const more = this.#walk.step(bytes, this.#mover(oldest))
    this.#movedBytes += writer.takenBytes - before
    const flushed = writer.committed()
    if (!more) this.#moved = flushed
  }

  #mover(oldest: Segment): Mover {
    const { writer, keys, messages } = this.#of
    return {
      message: (sequence, at) => {
        const place = messages.isAt(sequence, oldest, at) ? messages.get(sequence) : undefined
        if (place === undefined) return
        const { to, bytes } = messageAt(sequence, place)
        writer.group().message(sequence, to, bytes, messages)
      },
      put: (space, key, at) => {
        const place = keys.get(space, key)
        if (place?.home !== oldest || place.at !== at) return
        writer.group().replace(space, key, place.read(), place)
      },
    }
  }
}
