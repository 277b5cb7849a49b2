import type { Disk } from '../../ports/disk.ts'
import type { Recovered } from './recovery.ts'
import { SEGMENT_HEAD_BYTES, Segment, segmentHead, segmentName } from './segment.ts'
import type { SuperblockFile } from './superblock.ts'

/** A segment is at least this large: each costs a file, and all flushes must have landed before the next one begins. */
const BYTES_MIN = 4 * 2 ** 20
/** And this, where so little is needed that the files are small whatever their share. */
const LITTLE_BYTES_MIN = 6 * 2 ** 20
const LITTLE_BYTES = 4 * 2 ** 20
const BYTES_MAX = 64 * 2 ** 20
/** On a full disk segments are small, so that the one before can soon go. */
const FULL_BYTES = 2 ** 20
/** The file of the next segment is made when the last one has this part of its bytes. */
const PREPARED_AT = 1 / 8

/** What a superblock counts. */
export interface Counts {
  readonly messages: number
  readonly keys: number
}

/** The files of a log: the last one grows, the first one goes once nothing of it is needed. */
export class Segments {
  readonly #disk: Disk
  readonly #block: SuperblockFile
  readonly #list: Segment[]
  #sealed: Segment | undefined
  /** The one after the last, whose file is made while the last one grows. */
  #next: Promise<Segment> | undefined

  constructor(disk: Disk, block: SuperblockFile, { segments, next }: Pick<Recovered, 'segments' | 'next'>) {
    this.#disk = disk
    this.#block = block
    this.#list = segments
    if (next !== undefined) this.#next = Promise.resolve(next)
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
    const { live } = this
    return Math.min(BYTES_MAX, Math.max(live < LITTLE_BYTES ? LITTLE_BYTES_MIN : BYTES_MIN, live / 16))
  }

  /** Bytes that can still be written. */
  room(): Promise<number> {
    return this.#disk.room()
  }

  /** Whether the last one takes no more behind its byte `end`. */
  mustGrow(end: number, full: boolean): boolean {
    return this.last === undefined || this.isSealed || end >= (full ? FULL_BYTES : this.target)
  }

  /**
   * Whether the next one should be made, so that it is there when the last one is full. A file is made only behind one whose first
   * groups are durable: so only the last one may lack the head that it begins with.
   */
  mayPrepare(end: number): boolean {
    const size = this.last?.size ?? 0
    return this.#next === undefined && size > SEGMENT_HEAD_BYTES && end >= this.target * PREPARED_AT
  }

  /** Makes the file of the next one, `flushed` groups being durable. */
  async prepare(flushed: number, counts: Counts): Promise<void> {
    await this.#prepared(flushed, counts)
  }

  /** Begins another segment, all `flushed` groups being durable. */
  async grow(flushed: number, counts: Counts): Promise<void> {
    const segment = await this.#prepared(flushed, counts)
    this.#next = undefined
    // It was made when fewer groups were durable, and its groups are counted from here.
    segment.beginWith(this.#headOf(segment.number, flushed))
    this.#list.push(segment)
  }

  #prepared(flushed: number, counts: Counts): Promise<Segment> {
    this.#next ??= this.#make(flushed, counts).catch((error: unknown) => {
      this.#next = undefined
      throw error
    })
    return this.#next
  }

  async #make(flushed: number, counts: Counts): Promise<Segment> {
    const number = (this.last?.number ?? this.#block.last.firstSegment - 1) + 1
    const name = segmentName(number)
    // Left by an attempt that found no room.
    await this.#disk.remove(name)
    const file = await this.#disk.open(name, true)
    try {
      const headed = file.write(0, [this.#headOf(number, flushed)]).then(() => file.sync())
      await Promise.all([headed, this.#disk.syncNames()])
      await this.#block.write({ ...this.#block.last, lastSegment: number, groups: flushed, ...counts })
    } catch (error) {
      await file.close()
      throw error
    }
    return new Segment(number, file, SEGMENT_HEAD_BYTES)
  }

  #headOf(number: number, flushed: number): Buffer {
    return segmentHead({ number, flushed, incarnation: this.#block.last.incarnation })
  }

  /** From now on the oldest is none of them: everything of it that is needed is durable elsewhere. */
  takeOldest(): Segment {
    return this.#list.shift() as Segment
  }

  /** Removes the file of one that was taken. */
  async drop({ number, file }: Segment): Promise<void> {
    const { last } = this.#block
    // A later one may be gone already, where the disk was full.
    await this.#block.write({ ...last, firstSegment: Math.max(last.firstSegment, number + 1) })
    await file.close()
    await this.#disk.remove(segmentName(number))
  }

  async close(): Promise<void> {
    for (const { file } of this.#list) await file.close()
    await (await this.#next)?.file.close()
  }
}
