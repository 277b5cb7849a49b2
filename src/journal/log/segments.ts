import type { Disk } from '../../ports/disk.ts'
import type { Recovered } from './recovery.ts'
import { SEGMENT_HEAD_BYTES, Segment, segmentHead, segmentName } from './segment.ts'
import type { SuperblockFile } from './superblock.ts'

/** A segment is at least this large: each costs a file and two flushes. */
const BYTES_MIN = 4 * 2 ** 20
const BYTES_MAX = 64 * 2 ** 20
/** On a full disk segments are small, so that the one before can soon go. */
const FULL_BYTES = 2 ** 20

/** The files of a log: the last one grows, the first one goes once nothing of it is needed. */
export class Segments {
  readonly #disk: Disk
  readonly #block: SuperblockFile
  readonly #list: Segment[]
  #sealed: Segment | undefined

  constructor(disk: Disk, block: SuperblockFile, recovered: Pick<Recovered, 'segments'>) {
    this.#disk = disk
    this.#block = block
    this.#list = recovered.segments
  }

  get bytes(): number {
    let bytes = 0
    for (const { size } of this.#list) bytes += size
    return bytes
  }

  get live(): number {
    let live = 0
    for (const segment of this.#list) live += segment.live
    return live
  }

  get count(): number {
    return this.#list.length
  }

  get oldest(): Segment | undefined {
    return this.#list[0]
  }

  /** The one that grows. */
  get last(): Segment | undefined {
    return this.#list.at(-1)
  }

  /** Nothing more is written to the last one: the next flush begins another. */
  seal(): void {
    this.#sealed = this.last
  }

  get isSealed(): boolean {
    return this.#sealed !== undefined && this.#sealed === this.last
  }

  /** Bytes of a full segment: few files for a large log, and a small rest for a small one. */
  get target(): number {
    return Math.min(BYTES_MAX, Math.max(BYTES_MIN, this.live / 16))
  }

  /** Bytes that can still be written. */
  room(): Promise<number> {
    return this.#disk.room()
  }

  /** Whether the last one takes no more behind its byte `end`. */
  mustGrow(end: number, full: boolean): boolean {
    return this.last === undefined || this.isSealed || end >= (full ? FULL_BYTES : this.target)
  }

  /** Begins another segment, all earlier groups being durable. */
  async grow(flushed: number, counts: { readonly messages: number; readonly keys: number }): Promise<void> {
    const number = (this.last?.number ?? this.#block.last.firstSegment - 1) + 1
    const name = segmentName(number)
    // Left by an attempt that found no room.
    await this.#disk.remove(name)
    const file = await this.#disk.open(name, true)
    await file.write(0, [segmentHead({ number, flushed, incarnation: this.#block.last.incarnation })])
    await file.sync()
    await this.#disk.syncNames()
    const segment = new Segment(number, file, SEGMENT_HEAD_BYTES)
    this.#list.push(segment)
    await this.#block.write({ ...this.#block.last, lastSegment: number, groups: flushed, ...counts })
  }

  /** Removes the oldest: everything of it that is needed is durable elsewhere. */
  async dropOldest(): Promise<void> {
    const { oldest } = this
    if (oldest === undefined) return
    await this.#block.write({ ...this.#block.last, firstSegment: oldest.number + 1 })
    this.#list.shift()
    await oldest.file.close()
    await this.#disk.remove(segmentName(oldest.number))
  }

  async close(): Promise<void> {
    for (const { file } of this.#list) await file.close()
  }
}
