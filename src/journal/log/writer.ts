import type { Kernel } from '../../kernel/kernel.ts'
import { isFull } from '../disk/full.ts'
import type { JournalError } from '../errors.ts'
import { type Batch, Flight, failureOf, newBatch } from './flight.ts'
import { FullDisk } from './full-disk.ts'
import { BUFFER_BYTES, Group } from './group.ts'
import type { MessageIndex } from './message-index.ts'
import type { Recovered } from './recovery.ts'
import type { Reserve } from './reserve.ts'
import type { Segment } from './segment.ts'
import type { Counts, Segments } from './segments.ts'

/** Buffers that are kept for the next groups, 14 MiB: making one costs more than filling it. */
const SPARE_MAX = 192
/** Flushes in flight at once: the disk has the next one while it is busy with the one before. */
const FLIGHTS_MAX = 2
/** Less waits for the flush before it: small flushes gain more by being one than by being early. */
const FLIGHT_BYTES_MIN = 256 * 1024

/** What the writer needs to know of its log. */
export interface Written {
  readonly path: string
  readonly epoch: number
  counts(): Counts
  /** What `flushed` stands for is durable. While the disk is full, no other flush begins until this resolves. */
  after(flushed: Promise<void>): Promise<void>
}

/**
 * The one loop that writes. It takes all closed groups, writes and flushes them, and begins again while there are more: the slower
 * the disk, the larger the flights. Where much is committed, the next flight begins before the one before has landed; they are
 * acknowledged in their order. No timer: an idle log flushes at the end of the turn.
 *
 *     commit ─▶ [ open group ] ─▶ [ closed ] ─▶ write ─▶ sync ─▶ acknowledged
 *                                   the next ─▶ write ─▶ sync ─────▶ …
 */
export class Writer {
  flushes = 0
  failure: JournalError | undefined
  readonly #kernel: Kernel
  readonly #segments: Segments
  readonly #of: Written
  readonly #messages: MessageIndex
  readonly disk: FullDisk
  readonly #spare: Buffer[] = []
  #open = this.#newGroup()
  #closed: Group[] = []
  #closedBytes = 0
  #flyingBytes = 0
  #begunBytes = 0
  #next: Batch | undefined
  /** In the order in which they are acknowledged. */
  readonly #flights: Flight[] = []
  /** The loop waits for a flight to land, or for enough to begin another. */
  #wake: (() => void) | undefined
  #running: Promise<void> | undefined
  /** Work that the loop does not wait for. */
  #beside: Promise<void> = Promise.resolve()
  #number: number

  constructor(
    kernel: Kernel,
    segments: Segments,
    { groups, messages }: Pick<Recovered, 'groups' | 'messages'>,
    reserve: Reserve,
    of: Written,
  ) {
    this.#kernel = kernel
    this.#segments = segments
    this.#number = groups
    this.#messages = messages
    this.#of = of
    this.disk = new FullDisk(kernel, reserve, () => this.committed())
  }

  /** The disk has no room beside what was set aside: what frees none is refused. */
  get full(): boolean {
    return this.disk.full
  }

  /** Groups that are durable. */
  get groups(): number {
    return this.#number
  }

  /** Bytes that no flush has begun to write. */
  get pendingBytes(): number {
    return this.#closedBytes + (this.#open.empty ? 0 : this.#open.bytes)
  }

  /** Bytes that this process has written or will write. */
  get takenBytes(): number {
    return this.#begunBytes + this.pendingBytes
  }

  /** Bytes that are not durable. */
  get unwrittenBytes(): number {
    return this.#flyingBytes + this.pendingBytes
  }

  /** Bytes of groups that are not durable and that are needed: what is moved is there, and nowhere else. */
  get unwrittenLive(): number {
    let { live } = this.#open
    for (const group of this.#closed) live += group.live
    for (const { groups } of this.#flights) for (const group of groups) live += group.live
    return live
  }

  /** The group for the next commit. */
  group(): Group {
    if (this.#open.full) {
      this.#closed.push(this.#open)
      this.#closedBytes += this.#open.bytes
      this.#open = this.#newGroup()
      if (this.#mayBegin) this.#wake?.()
    }
    return this.#open
  }

  /** Something was committed: resolves once it is durable. */
  committed(): Promise<void> {
    this.#next ??= newBatch()
    this.#running ??= this.#begin()
    return this.#next.flushed
  }

  /** Resolves once everything committed so far is durable. */
  async flushed(): Promise<void> {
    if (this.failure !== undefined) throw this.failure
    await (this.#next ?? this.#flights.at(-1)?.batch)?.flushed
  }

  /** The last flush. A full disk is tried once more; rejects with `journal-full` where there is still no room. */
  async close(): Promise<void> {
    this.disk.end()
    await this.flushed()
  }

  /** Resolves once nothing is being written any more. */
  async idle(): Promise<void> {
    let beside: Promise<void> | undefined
    for (; this.#running !== undefined || beside !== this.#beside; await beside) {
      beside = this.#beside
      await this.#running
    }
  }

  #newGroup(): Group {
    return new Group(this.#spare.pop() ?? Buffer.allocUnsafeSlow(BUFFER_BYTES))
  }

  #begin(): Promise<void> {
    return new Promise((resolve) => {
      this.#kernel.turns.drained(() => {
        this.#loop().then(() => {
          this.#running = undefined
          if (this.failure !== undefined) this.#refuse(this.failure)
          else if (this.#next !== undefined) this.#running = this.#begin()
          resolve()
        })
      })
    })
  }

  async #loop(): Promise<void> {
    try {
      while (this.failure === undefined) {
        const [first] = this.#flights
        if (first !== undefined && this.#hasLanded(first)) await this.#land(first)
        else if (this.#mayBegin) await this.#launch()
        else if (first === undefined) return
        else await new Promise<void>((resolve) => (this.#wake = resolve))
      }
    } catch (error) {
      await this.#fail(error)
    }
  }

  /** Beside another, only as much as is worth it, into the same segment, and while all goes well. */
  get #mayBegin(): boolean {
    const flights = this.#flights
    if (this.#next === undefined || flights.length === 0) return this.#next !== undefined
    if (flights.length >= FLIGHTS_MAX || this.#closedBytes < FLIGHT_BYTES_MIN || this.full) return false
    return flights.every(({ fault }) => fault === undefined) && !this.#segments.mustGrow(this.#end, false)
  }

  /** Where the last flight ends. */
  get #end(): number {
    const last = this.#flights.at(-1)
    return last === undefined ? (this.#segments.last?.size ?? 0) : last.at + last.bytes
  }

  /** Whoever hears of it on a full disk finds the room that there is again: that is looked for when nothing flies. */
  #hasLanded(first: Flight): boolean {
    return first.landed && (!this.full || this.#flights.every(({ landed }) => landed))
  }

  /** Begins to write what was committed. A new segment begins only where nothing flies: all before it is durable. */
  async #launch(): Promise<void> {
    const segments = this.#segments
    if ((this.pendingBytes > 0 || segments.isSealed) && segments.mustGrow(this.#end, this.full)) {
      await this.disk.patiently(() => segments.grow(this.#number, this.#of.counts()))
      if (this.failure !== undefined) return
    }
    const batch = this.#next as Batch
    this.#next = undefined
    let number = this.#number
    for (const { groups } of this.#flights) number += groups.length
    const groups = this.#take()
    const parts = groups.map((group, i) => group.seal(number + 1 + i, this.#number, this.#of.epoch))
    const flight = new Flight(batch, groups, parts, segments.last, this.#end)
    this.#flyingBytes += flight.bytes
    this.#begunBytes += flight.bytes
    this.#flights.push(flight)
    flight.ended = this.#fly(flight)
    if (!this.full && segments.mayPrepare(this.#end)) this.#aside(this.#prepare())
  }

  /** Where there is no room for the next segment, the flush that needs it makes it, or waits. */
  async #prepare(): Promise<void> {
    await this.#segments.prepare(this.#number, this.#of.counts()).catch((error: unknown) => {
      if (!isFull(error)) throw error
    })
  }

  #aside(work: Promise<void>): void {
    const done = work.catch((error: unknown) => this.#fail(error))
    this.#beside = this.#beside.then(() => done)
  }

  #take(): Group[] {
    this.#closedBytes = 0
    const groups = this.#closed
    if (!this.#open.empty) {
      groups.push(this.#open)
      this.#open = this.#newGroup()
    }
    this.#closed = []
    return groups
  }

  async #fly(flight: Flight): Promise<void> {
    const { segment, at, written } = flight
    try {
      if (segment !== undefined && written.length > 0) {
        await this.disk.patiently(() => segment.file.write(at, written))
        await segment.file.sync()
      }
    } catch (error) {
      flight.fault = { error }
    }
    flight.landed = true
    this.#wake?.()
  }

  /** What the oldest flight has written is durable, and all before it. */
  async #land(flight: Flight): Promise<void> {
    const { batch, groups, parts, segment, fault, head } = flight
    if (fault !== undefined) throw fault.error
    if (this.full) await this.disk.restore()
    let offset = flight.at + (head[0]?.length ?? 0)
    for (const [i, group] of groups.entries()) {
      group.settleIn(segment as Segment, offset, this.#messages)
      offset += (parts[i] as Buffer).length
      if (this.#spare.length < SPARE_MAX && group.buffer.length === BUFFER_BYTES)
        this.#spare.push(group.buffer)
    }
    if (segment !== undefined) segment.size = offset
    this.#flyingBytes -= flight.bytes
    this.#number += groups.length
    this.flushes += 1
    this.#flights.shift()
    batch.resolve()
    const after = this.#of.after(batch.flushed)
    if (this.full) await after
    else this.#aside(after)
  }

  /** After a failed write or flush nobody knows what is on the disk: only a new start can read it. */
  async #fail(cause: unknown): Promise<void> {
    if (this.failure !== undefined) return
    const failure = failureOf(this.#of.path, this.unwrittenBytes, cause)
    this.failure = failure
    this.disk.end()
    this.#wake?.()
    const flights = this.#flights.splice(0)
    for (const { batch } of flights) batch.reject(failure)
    this.#refuse(failure)
    // The files are closed only once nothing is written to them.
    await Promise.all(flights.map(({ ended }) => ended))
  }

  #refuse(failure: JournalError): void {
    this.#next?.reject(failure)
    this.#next = undefined
  }
}
