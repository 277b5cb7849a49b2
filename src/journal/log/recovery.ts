import type { Disk, DiskFile } from '../../ports/disk.ts'
import { JournalError } from '../errors.ts'
import type { KeyIndex } from './key-index.ts'
import type { MessageIndex } from './message-index.ts'
import { Rebuilt } from './rebuilt.ts'
import { type FoundGroup, type GroupHead, groupAt, nextGroup, readRecords } from './record.ts'
import { numberOf, readSegmentHead, SEGMENT_HEAD_BYTES, Segment, segmentName } from './segment.ts'
import type { Superblock } from './superblock.ts'

/** What the end of the log lost that no sender was told to be durable: the rest of a write that a crash cut off. */
export interface DiscardedTail {
  readonly segment: string
  readonly offset: number
  readonly bytes: number
  /** What was found there. */
  readonly found: string
}

/** What opening a journal found. */
export interface RecoveryReport {
  readonly segments: number
  readonly bytes: number
  readonly groups: number
  /** Messages that have not ended. */
  readonly messages: number
  readonly keys: number
  /** The journal was closed in order. */
  readonly clean: boolean
  readonly discarded: DiscardedTail | undefined
  /** What is wrong with one of the two copies of the superblock. The other one is whole. Opening the journal to write repairs it. */
  readonly lostCopy?: string
}

/** One place that can't be read, and what it held. */
export interface Damage {
  readonly segment: string
  readonly offset: number
  readonly found: string
  /** Numbers of the groups that are lost: `[first, last]`; the last is undefined where nothing behind them can be read. */
  readonly lost: readonly [number, number | undefined]
}

export interface Recovered {
  readonly segments: Segment[]
  /** A file that was made for the groups after them, and has none yet. */
  readonly next: Segment | undefined
  readonly keys: KeyIndex
  readonly messages: MessageIndex
  /** Number of the last group. */
  readonly groups: number
  readonly sequence: number
  readonly report: RecoveryReport
}

/**
 * Reads the whole log and rebuilds what it says. An unfinished end that was never acknowledged is cut off. Anything else that can't be
 * read is named.
 *
 * Rejects with JournalError (`journal-damaged`) with every damage as its value; the files are unchanged then.
 */
export class Recovery {
  readonly damages: Damage[] = []
  discarded: DiscardedTail | undefined
  groups = 0
  readonly #disk: Disk
  readonly #block: Superblock
  readonly #rest: () => Promise<void>
  readonly #segments: Segment[] = []
  readonly #rebuilt: Rebuilt
  #last: number | undefined
  /** The file whose end may be the rest of a write that was cut off. */
  #growing: number | undefined
  /** Groups that the head of the file behind it knows to be durable. */
  #toldBehind = 0
  /** A file that a crash left before its head was durable. */
  #begun: Segment | undefined

  /** `rest` lets the event loop take a turn. */
  constructor(disk: Disk, block: Superblock, rest: () => Promise<void>) {
    this.#disk = disk
    this.#block = block
    this.#rest = rest
    this.#rebuilt = new Rebuilt(block.sequence)
  }

  async run(): Promise<Recovered> {
    await this.#scan().catch(async (error: unknown) => {
      await this.#close()
      throw error
    })
    const [first] = this.damages
    if (first !== undefined) {
      await this.#close()
      throw new JournalError(
        'journal-damaged',
        `${this.damages.length} damaged ${this.damages.length === 1 ? 'place' : 'places'}, the first in ${first.segment} at byte ${first.offset}: ${first.found}; group ${first.lost[0]} is lost`,
        {
          path: `${this.#disk.path}/${first.segment}`,
          value: this.damages,
          remedy: 'Restore the folder from a backup; nothing was changed in it',
        },
      )
    }
    await this.#cut()
    const next = this.#next()
    const { keys, messages, sequence } = this.#rebuilt
    const report = this.#report()
    return { segments: this.#segments, next, keys, messages, groups: this.groups, sequence, report }
  }

  #report(): RecoveryReport {
    const { keys, messages } = this.#rebuilt
    return {
      segments: this.#segments.length,
      bytes: this.#segments.reduce((sum, { size }) => sum + size, 0),
      groups: this.groups,
      messages: messages.size,
      keys: keys.size,
      clean: this.#block.clean,
      discarded: this.discarded,
    }
  }

  async #close(): Promise<void> {
    for (const { file } of this.#segments) await file.close()
  }

  /** Reads everything, and changes nothing. */
  async #scan(): Promise<void> {
    const { firstSegment, groups } = this.#block
    const numbers = (await this.#disk.list())
      .map(numberOf)
      .filter((number): number is number => number !== undefined && number >= firstSegment)
      .sort((a, b) => a - b)
    await this.#findGrowing(numbers)
    let expected = firstSegment
    for (const number of numbers) {
      for (; expected < number; expected++) this.#missing(expected)
      expected = number + 1
      await this.#segment(number)
      await this.#rest()
    }
    for (; expected <= this.#block.lastSegment; expected++) this.#missing(expected)
    if (this.damages.length === 0 && this.groups < groups) this.#short(groups)
  }

  /** The last file, or the one before it where the last one has no groups: it was made in advance. */
  async #findGrowing(numbers: readonly number[]): Promise<void> {
    this.#last = numbers.at(-1)
    this.#growing = this.#last
    if (this.#last === undefined || numbers.length === 1) return
    const file = await this.#disk.open(segmentName(this.#last), false)
    if (file.size <= SEGMENT_HEAD_BYTES) {
      this.#growing = numbers.at(-2)
      const head = readSegmentHead(Buffer.from(file.read(0, file.size)))
      if (typeof head !== 'string') this.#toldBehind = head.flushed
    }
    await file.close()
  }

  #missing(number: number): void {
    this.#damage(segmentName(number), 0, 'the file is missing', undefined)
  }

  /** The superblock knows of more groups than the log holds. */
  #short(groups: number): void {
    const last = this.#segments.at(-1)
    const name = last === undefined ? segmentName(this.#block.firstSegment) : segmentName(last.number)
    const found = `the log ends after group ${this.groups}, and the superblock knows of ${groups}`
    this.#damage(name, this.discarded?.offset ?? last?.size ?? 0, found, groups)
  }

  #damage(segment: string, offset: number, found: string, until: number | undefined): void {
    this.damages.push({ segment, offset, found, lost: [this.groups + 1, until] })
  }

  async #segment(number: number): Promise<void> {
    const name = segmentName(number)
    const file = await this.#disk.open(name, false)
    const read = file.read(0, file.size)
    this.#read(number, file, Buffer.from(read.buffer, read.byteOffset, read.length))
  }

  #read(number: number, file: DiskFile, bytes: Buffer): void {
    const name = segmentName(number)
    const segment = new Segment(number, file, bytes.length)
    this.#segments.push(segment)
    const head = readSegmentHead(bytes)
    if (typeof head !== 'string') this.#closeGaps(head.flushed)
    const wrong = this.#wrongHead(head, number)
    if (wrong !== undefined) {
      // A crash may have come before the head of a new file was durable: then no group is behind it.
      const behind = nextGroup(bytes, Math.min(SEGMENT_HEAD_BYTES, bytes.length))
      if (number === this.#last && behind === undefined && number > this.#block.lastSegment) {
        this.#begun = segment
        this.discarded ??= { segment: name, offset: 0, bytes: bytes.length, found: wrong }
      } else this.#damage(name, 0, wrong, behind === undefined ? undefined : behind.group.number - 1)
      if (behind === undefined) return
    }
    this.#rebuilt.segment = segment
    this.#groups(name, bytes, number === this.#growing)
  }

  /** The groups up to `flushed` were in earlier files: of what could not be read there they are the last. */
  #closeGaps(flushed: number): void {
    if (this.damages.at(-1)?.lost[1] !== undefined || this.damages.length === 0) return
    this.groups = Math.max(this.groups, flushed)
    for (const [i, damage] of this.damages.entries())
      if (damage.lost[1] === undefined) this.damages[i] = { ...damage, lost: [damage.lost[0], this.groups] }
  }

  #wrongHead(head: ReturnType<typeof readSegmentHead>, number: number): string | undefined {
    if (typeof head === 'string') return head
    if (head.incarnation !== this.#block.incarnation)
      return `a segment of another journal (${head.incarnation})`
    if (head.number !== number) return `segment ${head.number} under the name of segment ${number}`
    // The groups of the segments that are gone were moved or are needed no longer.
    if (number === this.#block.firstSegment) this.groups = head.flushed
    if (head.flushed > this.groups && this.damages.length === 0)
      return `the groups ${this.groups + 1} to ${head.flushed} before it are missing`
    return undefined
  }

  #groups(name: string, bytes: Buffer, grows: boolean): void {
    let at = SEGMENT_HEAD_BYTES
    while (at < bytes.length) {
      const group = groupAt(bytes, at)
      const bad = typeof group === 'string' ? group : this.#misplaced(bytes, at, group)
      if (bad === undefined) {
        at += (group as GroupHead).bytes
        continue
      }
      const next = nextGroup(bytes, at + 1, this.groups + 1)
      if (!this.#wasPromised(bytes, next, grows)) {
        this.discarded = { segment: name, offset: at, bytes: bytes.length - at, found: bad }
        return
      }
      this.#damage(name, at, bad, next === undefined ? undefined : next.group.number - 1)
      if (next === undefined) return
      this.groups = next.group.number - 1
      at = next.at
    }
  }

  /** Applies a whole group, or says why it does not belong here. */
  #misplaced(bytes: Buffer, at: number, group: GroupHead): string | undefined {
    // A segment that was copied forward may be here twice after a damage before it.
    if (group.number !== this.groups + 1)
      return `group ${group.number} where group ${this.groups + 1} belongs`
    if (!readRecords(bytes, at, group, this.#rebuilt)) return 'a group whose records can’t be read'
    this.groups = group.number
    return undefined
  }

  /**
   * Whether the group that can't be read was acknowledged: a group behind it tells so. Not each one does, also if it is whole: several
   * are written at once, and a later write may be on the disk where an earlier one is not.
   */
  #wasPromised(bytes: Buffer, behind: FoundGroup | undefined, grows: boolean): boolean {
    if (!grows || this.#block.clean || this.damages.length > 0) return true
    if (this.groups < Math.max(this.#block.groups, this.#toldBehind)) return true
    const { groups } = this
    for (
      let next = behind;
      next !== undefined;
      next = nextGroup(bytes, next.at + next.group.bytes, groups + 1)
    )
      if (next.group.flushed > groups) return true
    return false
  }

  /** Cuts off what was never acknowledged, so that it can't be taken for a part of what comes next. */
  async #cut(): Promise<void> {
    if (this.#begun !== undefined) {
      this.#segments.pop()
      await this.#begun.file.close()
      await this.#disk.remove(segmentName(this.#begun.number))
      await this.#disk.syncNames()
    }
    const { discarded } = this
    const cut = this.#segments.find(({ number }) => segmentName(number) === discarded?.segment)
    if (discarded === undefined || cut === undefined) return
    await cut.file.truncate(discarded.offset)
    await cut.file.sync()
    cut.size = discarded.offset
  }

  /** Takes the last file from the segments where it has no groups: the segment before it still grows. */
  #next(): Segment | undefined {
    const last = this.#segments.at(-1)
    if (this.#segments.length < 2 || last === undefined || last.size > SEGMENT_HEAD_BYTES) return undefined
    return this.#segments.pop()
  }
}
