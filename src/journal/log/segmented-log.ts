import type { Kernel } from '../../kernel/kernel.ts'
import type { Disk } from '../../ports/disk.ts'
import type { EntriesOptions, Log, LogChange, LogFigures, LogMessage, LogReceipt } from '../../ports/log.ts'
import type { StoreEntry } from '../../ports/store.ts'
import { isFull } from '../disk/full.ts'
import { JournalClosedError, JournalError } from '../errors.ts'
import { checkChange, growth } from './change.ts'
import { Compactor } from './compactor.ts'
import { blockOf } from './first-block.ts'
import type { Group } from './group.ts'
import type { KeyIndex } from './key-index.ts'
import type { MessageIndex } from './message-index.ts'
import { messageAt } from './place.ts'
import { type Recovered, Recovery, type RecoveryReport } from './recovery.ts'
import { Reserve } from './reserve.ts'
import { numberOf } from './segment.ts'
import { type Counts, Segments } from './segments.ts'
import type { SuperblockFile } from './superblock.ts'
import { Writer, type Written } from './writer.ts'

/** `compact` moves the last segment where more than this part of it is needed no longer. */
const WASTE_LEAST = 0.1

/** Bounds of a log on disk. */
export interface SegmentedLogOptions {
  /** What makes it larger than this many bytes that are needed is refused with `journal-full`; ends of messages are taken. */
  readonly bytesMax: number
  /** Set aside on the disk for the time when it is full. Undefined: as it was left. */
  readonly reserveBytes?: number | undefined
}

/**
 * A log of segments: groups of commits are appended to the last file, and an index in memory knows where the current bytes of every
 * message and key are. Nothing is changed in place, so a crash can only hurt the end.
 */
export class SegmentedLog implements Log, Written {
  readonly report: RecoveryReport
  readonly path: string
  readonly epoch: number
  /** Names this journal. */
  readonly incarnation: string
  readonly #block: SuperblockFile
  readonly #segments: Segments
  readonly #keys: KeyIndex
  readonly #messages: MessageIndex
  readonly #writer: Writer
  readonly #compactor: Compactor
  readonly #bytesMax: number
  #sequence: number
  #commits = 0
  #closing: Promise<void> | undefined

  private constructor(
    kernel: Kernel,
    disk: Disk,
    block: SuperblockFile,
    recovered: Recovered,
    reserve: Reserve,
    options: SegmentedLogOptions,
  ) {
    this.path = disk.path
    const { lostCopy } = block
    this.report = lostCopy === undefined ? recovered.report : { ...recovered.report, lostCopy }
    this.epoch = block.last.epoch
    this.incarnation = block.last.incarnation
    this.#block = block
    this.#segments = new Segments(disk, block, recovered)
    this.#keys = recovered.keys
    this.#messages = recovered.messages
    this.#sequence = recovered.sequence
    this.#bytesMax = options.bytesMax
    this.#writer = new Writer(kernel, this.#segments, recovered, reserve, this)
    const { keys, messages } = recovered
    this.#compactor = new Compactor({ segments: this.#segments, keys, messages, writer: this.#writer })
  }

  /** Rejects with JournalError (`journal-missing`, `journal-foreign`, `journal-damaged`, `journal-version`). */
  static async open(
    kernel: Kernel,
    disk: Disk,
    options: SegmentedLogOptions,
    make: boolean,
  ): Promise<SegmentedLog> {
    const names = await disk.list()
    const block = await blockOf(kernel, disk, names, make)
    const rest = (): Promise<void> => new Promise((resolve) => kernel.turns.later(resolve))
    const recovered = await new Recovery(disk, block.last, rest).run().catch(async (error: unknown) => {
      await block.close()
      throw error
    })
    const { firstSegment, lastSegment } = block.last
    for (const name of names) {
      const number = numberOf(name)
      if (number !== undefined && number < firstSegment) await disk.remove(name)
    }
    await block.write({
      ...block.last,
      epoch: block.last.epoch + 1,
      lastSegment: (recovered.next ?? recovered.segments.at(-1))?.number ?? lastSegment,
      groups: recovered.groups,
      sequence: recovered.sequence,
      messages: recovered.messages.size,
      keys: recovered.keys.size,
      clean: false,
    })
    const reserve = await Reserve.on(disk, options.reserveBytes)
    return new SegmentedLog(kernel, disk, block, recovered, reserve, options)
  }

  commit(change: LogChange): LogReceipt {
    this.#check()
    checkChange(change, this)
    const { append, settle, put } = change
    if (change.ending !== true && (this.#writer.full || this.#bytesMax !== Number.POSITIVE_INFINITY))
      this.#mustHaveRoom(growth(change, this.#keys))
    const group = this.#writer.group()
    const first = this.#sequence + 1
    if (append !== undefined) {
      for (const { to, bytes } of append) {
        this.#sequence += 1
        group.message(this.#sequence, to, bytes, this.#messages)
      }
    }
    if (settle !== undefined) for (const sequence of settle) this.#settle(group, sequence)
    if (put !== undefined) for (const { space, key, value } of put) this.#put(group, space, key, value)
    this.#commits += 1
    return { first, flushed: this.#writer.committed() }
  }

  get(space: string, key: string): Uint8Array | undefined {
    this.#check()
    return this.#keys.get(space, key)?.read()
  }

  has(space: string, key: string): boolean {
    this.#check()
    return this.#keys.get(space, key) !== undefined
  }

  entries(space: string, options: EntriesOptions = {}): Iterable<StoreEntry> {
    this.#check()
    return this.#keys.entries(space, options)
  }

  spaces(): readonly string[] {
    this.#check()
    return this.#keys.spaces()
  }

  *unsettled(): Generator<LogMessage> {
    this.#check()
    for (const sequence of this.#messages.sequences()) {
      const message = this.message(sequence)
      if (message !== undefined) yield message
    }
  }

  message(sequence: number): LogMessage | undefined {
    this.#check()
    const place = this.#messages.get(sequence)
    return place === undefined ? undefined : messageAt(sequence, place)
  }

  flushed(): Promise<void> {
    if (this.#closing !== undefined) return Promise.reject(new JournalClosedError(this.path))
    return this.#writer.flushed()
  }

  /** Rejects with JournalError (`journal-full`) where the disk lacks the room to move what is needed. */
  async compact(): Promise<void> {
    this.#check()
    const end = this.#segments.last?.number ?? 0
    await this.#sealLast()
    for (;;) {
      // It may have failed, or be closed, meanwhile: then nothing moves any more.
      this.#check()
      const { oldest, last } = this.#segments
      if (oldest === undefined || oldest.number > end || oldest === last) return
      if ((await this.#segments.room()) < oldest.live) throw this.#full(oldest.live)
      this.#compactor.moveAll()
      await this.#writer.committed()
      await this.#writer.idle()
    }
  }

  /** The one that grows is moved too, where a part of it worth moving for is needed no longer. */
  async #sealLast(): Promise<void> {
    const { last } = this.#segments
    if (last === undefined || last.size - last.live <= last.size * WASTE_LEAST) return
    if ((await this.#segments.room()) < last.live) throw this.#full(last.live)
    this.#segments.seal()
    await this.#writer.committed()
  }

  figures(): LogFigures {
    return {
      bytes: this.#segments.bytes,
      liveBytes: this.#segments.live + this.#writer.unwrittenLive,
      messages: this.#messages.size,
      keys: this.#keys.size,
      commits: this.#commits,
      flushes: this.#writer.flushes,
      pendingBytes: this.#writer.pendingBytes,
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  // ─── for its writer ───────────────────────────────────────────────────────────────────────────────────────────────

  counts(): Counts {
    return { messages: this.#messages.size, keys: this.#keys.size }
  }

  async after(flushed: Promise<void>): Promise<void> {
    const freed = this.#compactor.freedBy(flushed)
    const dropped = freed && this.#writer.disk.patiently(() => this.#segments.drop(freed))
    if (this.#writer.full) await dropped
    if (this.#closing === undefined && this.#writer.failure === undefined)
      this.#compactor.step(this.#writer.full ? await this.#segments.room() : undefined)
    await dropped
  }

  // ─── changes ──────────────────────────────────────────────────────────────────────────────────────────────────────

  #settle(group: Group, sequence: number): void {
    if (this.#messages.delete(sequence)) group.settle(sequence)
  }

  #put(group: Group, space: string, key: string, value: Uint8Array | undefined): void {
    const place = this.#keys.get(space, key)
    if (value === undefined) {
      if (place === undefined) return
      this.#keys.delete(space, key)
      group.remove(space, key, place)
    } else if (place === undefined) this.#keys.set(space, key, group.add(space, key, value))
    else group.replace(space, key, value, place)
  }

  /** What does not make the journal larger is always taken: it may be what makes room. */
  #mustHaveRoom(more: number): void {
    if (more <= 0) return
    const { full, unwrittenBytes } = this.#writer
    const needed = this.#segments.live + unwrittenBytes
    if (full) throw this.#full(needed)
    if (needed + more <= this.#bytesMax) return
    const what = `${more} bytes more do not fit: the journal holds ${needed} of ${this.#bytesMax} that are needed`
    throw new JournalError('journal-full', what, {
      path: this.path,
      value: needed,
      remedy: 'Wait until messages have been handled, delete dead letters or keys, or raise bytesMax',
    })
  }

  #full(value: number): JournalError {
    return new JournalError('journal-full', 'the disk is full', {
      path: this.path,
      value,
      remedy:
        'Make room on the disk: what was accepted ends, and new writes are taken as soon as there is room',
    })
  }

  #check(): void {
    if (this.#closing !== undefined) throw new JournalClosedError(this.path)
    if (this.#writer.failure !== undefined) throw this.#writer.failure
  }

  async #close(): Promise<void> {
    let failure: unknown
    try {
      await this.#writer.close()
    } catch (error) {
      failure = error
    }
    await this.#writer.idle()
    failure ??= this.#writer.failure
    if (failure === undefined) {
      const counts = { groups: this.#writer.groups, sequence: this.#sequence, ...this.counts() }
      // On a full disk the log is whole without it: the next start only finds that it was not closed in order.
      await this.#block.write({ ...this.#block.last, ...counts, clean: true }).catch(notFull)
    }
    await this.#segments.close()
    await this.#block.close()
    if (failure !== undefined) throw failure
  }
}

function notFull(error: unknown): void {
  if (!isFull(error)) throw error
}
