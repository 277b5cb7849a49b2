import { JournalError } from '../errors.ts'
import { type GroupHead, groupAt, type RecordReader, readRecords } from './record.ts'
import { SEGMENT_HEAD_BYTES, type Segment, segmentName } from './segment.ts'

/** The log may be this many times as large as what is needed of it, and one segment. */
const RATIO = 1.2
/** With a segment that is being moved it may be this many times as large, where a segment is a small part of it. */
const MOVING_RATIO = 1.4

/** On a full disk less counts: at least this part of what is needed. */
const FULL_RATIO = 0.1

/** Whether the log holds too much that is needed no longer. On a full disk whatever can be released soon is too much. */
export function isWasteful(bytes: number, live: number, segmentBytes: number, full: boolean): boolean {
  if (full) return bytes - live > Math.max(segmentBytes / 4, live * FULL_RATIO)
  const moving = Math.max(live * MOVING_RATIO - segmentBytes, live + segmentBytes)
  return bytes > Math.min(live * RATIO + segmentBytes, moving)
}

/** Writes the records of the oldest segment that are still needed to the end of the log. */
export interface Mover {
  message(sequence: number, at: number): void
  put(space: string, key: string, at: number): void
}

/**
 * Walks one segment group by group. The oldest is always the one: what its deletions and settlements are about is older, and so
 * it is gone.
 */
export class SegmentWalk {
  readonly segment: Segment
  #at = SEGMENT_HEAD_BYTES
  #bytes: Buffer | undefined

  constructor(segment: Segment) {
    this.segment = segment
  }

  /**
   * Moves what is needed of the next groups, about `bytes` of the segment. False once its end is reached.
   *
   * @throws JournalError (`journal-damaged`) where the file has changed since it was opened.
   */
  step(bytes: number, mover: Mover): boolean {
    const { segment } = this
    if (segment.live <= 0) return false
    this.#bytes ??= Buffer.from(segment.file.read(0, segment.size))
    const reader = recordsTo(mover)
    const until = this.#at + bytes
    while (this.#at < segment.size && this.#at < until) {
      const group = groupAt(this.#bytes, this.#at)
      if (typeof group === 'string' || !readRecords(this.#bytes, this.#at, group, reader))
        throw damaged(segment, this.#at, group)
      this.#at += group.bytes
    }
    return this.#at < segment.size
  }
}

function recordsTo(mover: Mover): RecordReader {
  return {
    message: (sequence, at) => mover.message(sequence, at),
    put: (space, key, at) => mover.put(space, key, at),
    settle: () => {},
    delete: () => {},
  }
}

function damaged({ number }: Segment, at: number, found: GroupHead | string): JournalError {
  const name = segmentName(number)
  const what = typeof found === 'string' ? found : 'records that can’t be read'
  return new JournalError(
    'journal-damaged',
    `${name} has changed since it was opened, at byte ${at}: ${what}`,
    {
      path: name,
      value: at,
      remedy: 'Restore the folder from a backup; nothing else may write to it',
    },
  )
}
