import { messageOfError } from '../../kernel/errors.ts'
import type { Kernel, Timer } from '../../kernel/kernel.ts'
import { isFull } from '../disk/full.ts'
import { JournalError } from '../errors.ts'
import { BUFFER_BYTES, Group } from './group.ts'
import type { MessageIndex } from './message-index.ts'
import type { Recovered } from './recovery.ts'
import type { Reserve } from './reserve.ts'
import type { Segments } from './segments.ts'

/** How long to wait before trying a full disk again. */
const FULL_MS = 250
/** Buffers that are kept for the next groups: making one costs more than filling it. */
const SPARE_MAX = 64

/** What the writer needs to know of its log. */
export interface Written {
  readonly path: string
  readonly epoch: number
  counts(): { readonly messages: number; readonly keys: number }
  /** What `flushed` stands for is durable; nothing is written until this resolves. Called again where the disk was full. */
  after(flushed: Promise<void>): Promise<void>
}

interface Batch {
  readonly flushed: Promise<void>
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * The one loop that writes. It takes all closed groups, writes and flushes them, and begins again while there are more: the slower
 * the disk, the larger the batches. No timer: an idle log flushes at the end of the turn.
 *
 *     commit ─▶ [ open group ] ─▶ [ closed ] ─▶ write ─▶ sync ─▶ acknowledged
 */
export class Writer {
  flushes = 0
  /** Bytes that this process has written. */
  written = 0
  /** The disk has no room beside what was set aside: what frees none is refused. */
  full: boolean
  failure: JournalError | undefined
  readonly #kernel: Kernel
  readonly #segments: Segments
  readonly #of: Written
  readonly #messages: MessageIndex
  readonly #reserve: Reserve
  /** Looks whether a full disk has room again, though nothing is written. */
  #look: Timer | undefined
  #closing = false
  readonly #spare: Buffer[] = []
  #open = this.#newGroup()
  #closed: Group[] = []
  #closedBytes = 0
  #writingBytes = 0
  #taken: readonly Group[] = []
  #next: Batch | undefined
  /** In the order in which they become durable. */
  #writing: Batch | undefined
  #flying: Promise<void> | undefined
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
    this.#reserve = reserve
    this.#of = of
    this.full = reserve.missing
    if (this.full) this.#lookLater()
  }

  /** Groups that are durable. */
  get groups(): number {
    return this.#number
  }

  /** Bytes that no flush has begun to write. */
  get pendingBytes(): number {
    return this.#closedBytes + (this.#open.empty ? 0 : this.#open.bytes)
  }

  /** Bytes that are not durable. */
  get unwrittenBytes(): number {
    return this.#writingBytes + this.pendingBytes
  }

  /** Bytes of groups that are not durable and that are needed: what is moved is there, and nowhere else. */
  get unwrittenLive(): number {
    let { live } = this.#open
    for (const groups of [this.#closed, this.#taken]) for (const group of groups) live += group.live
    return live
  }

  /** The group for the next commit. */
  group(): Group {
    if (this.#open.full) {
      this.#closed.push(this.#open)
      this.#closedBytes += this.#open.bytes
      this.#open = this.#newGroup()
    }
    return this.#open
  }

  /** Something was committed: resolves once it is durable. */
  committed(): Promise<void> {
    this.#next ??= newBatch()
    this.#flying ??= this.#begin()
    return this.#next.flushed
  }

  /** Resolves once everything committed so far is durable. */
  async flushed(): Promise<void> {
    if (this.failure !== undefined) throw this.failure
    await (this.#next ?? this.#writing)?.flushed
  }

  /** The last flush. A full disk is tried once more; rejects with `journal-full` where there is still no room. */
  async close(): Promise<void> {
    this.#closing = true
    this.#look?.cancel()
    await this.flushed()
  }

  /** Resolves once nothing is being written any more. */
  async idle(): Promise<void> {
    while (this.#flying !== undefined) await this.#flying
  }

  #newGroup(): Group {
    return new Group(this.#spare.pop() ?? Buffer.allocUnsafeSlow(BUFFER_BYTES))
  }

  #begin(): Promise<void> {
    return new Promise((resolve) => {
      this.#kernel.turns.drained(() => {
        this.#loop().then(() => {
          this.#flying = undefined
          if (this.#next !== undefined && this.failure === undefined) this.#flying = this.#begin()
          resolve()
        })
      })
    })
  }

  async #loop(): Promise<void> {
    while (this.#next !== undefined && this.failure === undefined) {
      const batch = this.#next
      const groups = this.#take()
      this.#writing = batch
      this.#next = undefined
      try {
        await this.#write(groups)
        this.flushes += 1
        if (this.full) await this.#restore()
        this.#writing = undefined
        batch.resolve()
        await this.#patiently(() => this.#of.after(batch.flushed))
      } catch (error) {
        this.#fail(error)
      }
    }
  }

  #take(): Group[] {
    this.#writingBytes = this.pendingBytes
    this.#closedBytes = 0
    const groups = this.#closed
    if (!this.#open.empty) {
      groups.push(this.#open)
      this.#open = this.#newGroup()
    }
    this.#closed = []
    this.#taken = groups
    return groups
  }

  async #write(groups: readonly Group[]): Promise<void> {
    if (groups.length === 0 && !this.#segments.isSealed) return
    const flushed = this.#number
    const segment = await this.#patiently(() => this.#segments.toWrite(flushed, this.#of.counts(), this.full))
    if (groups.length === 0) return
    const parts = groups.map((group, i) => group.seal(flushed + 1 + i, flushed, this.#of.epoch))
    const at = segment.size
    await this.#patiently(() => segment.file.write(at, parts))
    await segment.file.sync()
    let offset = at
    for (const [i, group] of groups.entries()) {
      group.settleIn(segment, offset, this.#messages)
      offset += (parts[i] as Buffer).length
      if (this.#spare.length < SPARE_MAX && group.buffer.length === BUFFER_BYTES)
        this.#spare.push(group.buffer)
    }
    segment.size = offset
    this.written += offset - at
    this.#writingBytes = 0
    this.#taken = []
    this.#number = flushed + groups.length
  }

  /** Again and again while the disk is full, first in the room that was set aside: what was taken is not lost, only late. */
  async #patiently<T>(work: () => Promise<T>): Promise<T> {
    for (let last = false; ; ) {
      try {
        return await work()
      } catch (error) {
        if (!isFull(error) || last) throw error
        this.full = true
        if (await this.#reserve.giveUp()) continue
        last = this.#closing
        await new Promise<void>((resolve) => this.#kernel.timers.after(FULL_MS, resolve, undefined, true))
      }
    }
  }

  /** There may be room again. Nothing else is written meanwhile. */
  async #restore(): Promise<void> {
    this.full = !(await this.#reserve.restored())
    if (this.full) this.#lookLater()
  }

  #lookLater(): void {
    if (this.#closing) return
    this.#look?.cancel()
    this.#look = this.#kernel.timers.after(FULL_MS, () => this.committed(), undefined)
  }

  /** After a failed write or flush nobody knows what is on the disk: only a new start can read it. */
  #fail(cause: unknown): void {
    const full = isFull(cause)
    const what = full
      ? `the disk is full, and ${this.unwrittenBytes} bytes could not be written`
      : `the disk failed: ${messageOfError(cause)}`
    this.#look?.cancel()
    this.failure = new JournalError(full ? 'journal-full' : 'journal-failed', what, {
      path: this.#of.path,
      value: full ? this.unwrittenBytes : undefined,
      remedy: 'Check the disk and its room, and open the journal again: it then finds what is durable',
      cause,
    })
    this.#writing?.reject(this.failure)
    this.#next?.reject(this.failure)
    this.#writing = undefined
    this.#next = undefined
  }
}

function newBatch(): Batch {
  let resolve = (): void => {}
  let reject = (_error: unknown): void => {}
  const flushed = new Promise<void>((fulfil, refuse) => {
    resolve = fulfil
    reject = refuse
  })
  flushed.catch(() => undefined)
  return { flushed, resolve, reject }
}
