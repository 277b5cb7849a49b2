import { crc32 } from 'node:zlib'
import type { DiskFile } from '../../ports/disk.ts'
import { JournalError } from '../errors.ts'
import type { Home } from './place.ts'

/**
 * A segment is a file of groups behind a head of 96 bytes:
 *
 *     0      4         8       12     16       24        32            96
 *     │ GSEG │ version │ crc32 │ zero │ number │ flushed │ incarnation │ groups …
 *
 * `flushed` is the number of the last durable group when the file was made: all groups of earlier segments were acknowledged.
 */
const MAGIC = 0x47455347
export const FORMAT = 1
export const SEGMENT_HEAD_BYTES = 96
const NAME = /^(\d{12})\.log$/

export interface SegmentHead {
  readonly number: number
  readonly flushed: number
  readonly incarnation: string
}

/** One file of the log. */
export class Segment implements Home {
  readonly number: number
  readonly file: DiskFile
  size: number
  live = 0
  /** A head that its file lacks yet: it is written with the first groups. */
  #head: Buffer[] = []

  constructor(number: number, file: DiskFile, size: number) {
    this.number = number
    this.file = file
    this.size = size
  }

  /** Its first flight writes this head, too, from the first byte of the file on. */
  beginWith(head: Buffer): void {
    this.#head = [head]
    this.size = 0
  }

  takeHead(): readonly Buffer[] {
    const head = this.#head
    this.#head = []
    return head
  }

  /** @throws JournalError (`journal-damaged`) where the file is shorter than it was. */
  bytesAt(at: number, length: number): Uint8Array {
    const bytes = this.file.read(at, length)
    if (bytes.length === length) return bytes
    const name = segmentName(this.number)
    const what = `${name} has lost its end since it was opened: ${bytes.length} of ${length} bytes are at byte ${at}`
    throw new JournalError('journal-damaged', what, {
      path: name,
      value: at,
      remedy: 'Restore the folder from a backup; nothing else may write to it',
    })
  }
}

export function segmentName(number: number): string {
  return `${String(number).padStart(12, '0')}.log`
}

/** The number in a segment's name; undefined for other files. */
export function numberOf(name: string): number | undefined {
  const digits = NAME.exec(name)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

export function segmentHead({ number, flushed, incarnation }: SegmentHead): Buffer {
  const head = Buffer.alloc(SEGMENT_HEAD_BYTES)
  head.writeUInt32LE(MAGIC, 0)
  head.writeUInt32LE(FORMAT, 4)
  head.writeUIntLE(number, 16, 6)
  head.writeUIntLE(flushed, 24, 6)
  head.write(incarnation, 32, 64, 'latin1')
  head.writeUInt32LE(crc32(head.subarray(12)), 8)
  return head
}

/** The head of a segment's bytes, or what is wrong with it. */
export function readSegmentHead(bytes: Buffer): SegmentHead | string {
  if (bytes.length < SEGMENT_HEAD_BYTES) return 'a file shorter than its head'
  if (bytes.readUInt32LE(0) !== MAGIC) return 'a file that does not begin as a segment'
  if (bytes.readUInt32LE(8) !== crc32(bytes.subarray(12, SEGMENT_HEAD_BYTES)))
    return 'a head whose checksum does not match'
  if (bytes.readUInt32LE(4) !== FORMAT) return `format ${bytes.readUInt32LE(4)}, not ${FORMAT}`
  return {
    number: bytes.readUIntLE(16, 6),
    flushed: bytes.readUIntLE(24, 6),
    incarnation: bytes.toString('latin1', 32, SEGMENT_HEAD_BYTES).replace(/\0+$/, ''),
  }
}
