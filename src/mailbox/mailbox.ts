import { shown } from '../kernel/demand.ts'
import { InvalidArgumentError, text } from '../kernel/errors.ts'
import { Ring } from './ring.ts'

/** What happens to a message when its mailbox is full. */
export type Overflow = 'reject' | 'backpressure' | 'drop-oldest' | 'drop-newest'

export const OVERFLOWS: readonly Overflow[] = ['reject', 'backpressure', 'drop-oldest', 'drop-newest']

/** Bounds of a mailbox, checked and with defaults filled in. */
export interface MailboxLimits {
  /** Maximum number of waiting messages. */
  readonly capacity: number
  /** Maximum bytes of waiting messages whose size is known; Infinity: not bounded by bytes. */
  readonly bytes: number
  readonly overflow: Overflow
}

export const CAPACITY_DEFAULT = 1024
/** Priorities are whole numbers from -PRIORITY_MAX to PRIORITY_MAX; each one in use has a lane. */
export const PRIORITY_MAX = 7

/** @throws InvalidArgumentError (`invalid-argument`) naming the bound that is out of range. */
export function mailboxLimits(
  options: { readonly capacity?: number; readonly bytes?: number; readonly overflow?: string },
  path: string,
): MailboxLimits {
  const { capacity = CAPACITY_DEFAULT, bytes = Number.POSITIVE_INFINITY, overflow = 'reject' } = options
  if (!Number.isSafeInteger(capacity) || capacity < 1) {
    throw new InvalidArgumentError(
      `${path}.capacity is not a whole number of at least 1: ${shown(capacity)}`,
      {
        path: `${path}.capacity`,
        value: capacity,
        remedy: 'Use the number of messages that may wait: 1, 2, 3 …',
      },
    )
  }
  if (typeof bytes !== 'number' || !(bytes >= 1)) {
    throw new InvalidArgumentError(`${path}.bytes is not a number of at least 1: ${shown(bytes)}`, {
      path: `${path}.bytes`,
      value: bytes,
      remedy: 'Use the number of bytes that may wait, together with sizeOf',
    })
  }
  if (!OVERFLOWS.includes(overflow as Overflow)) {
    throw new InvalidArgumentError(`${path}.overflow is not an overflow strategy: ${shown(overflow)}`, {
      path: `${path}.overflow`,
      value: overflow,
      remedy: `Use one of ${OVERFLOWS.join(', ')}`,
    })
  }
  return { capacity, bytes, overflow: overflow as Overflow }
}

/** @throws InvalidArgumentError (`invalid-argument`) for anything but a whole number from -7 to 7. */
export function checkPriority(priority: number): number {
  if (!Number.isInteger(priority) || Math.abs(priority) > PRIORITY_MAX) {
    throw new InvalidArgumentError(
      `priority is not a whole number from -${PRIORITY_MAX} to ${PRIORITY_MAX}: ${text(priority)}`,
      {
        path: 'priority',
        value: priority,
        remedy: 'Use 0 for ordinary messages, more for urgent ones, less for those that can wait',
      },
    )
  }
  return priority
}

const any = (): boolean => true

interface Lane<T> {
  readonly priority: number
  readonly ring: Ring<T>
}

function sizeOf(lanes: readonly Lane<unknown>[]): number {
  let size = 0
  for (const { ring } of lanes) size += ring.size
  return size
}

/**
 * The bounded queue in front of one actor. It only holds and counts; its owner decides what to do when it is full.
 *
 *     priority  7 ─▶ [ … ]   lanes other than 0 are made on first use
 *     priority  0 ─▶ [ a | b | c ]
 *     priority -7 ─▶ [ … ]
 *
 * Signals (stop, suspend, terminated …) are never here: the system lane is the owner's own ring, and never sheds.
 */
export class Mailbox<T> {
  /** Messages that its owner holds outside, between two attempts: they still take room here. */
  held = 0
  readonly capacity: number
  private readonly limits: MailboxLimits
  private readonly plain = new Ring<T>()
  private lanes: Lane<T>[] | undefined = undefined
  private bytesHeld = 0

  constructor(limits: MailboxLimits) {
    this.capacity = limits.capacity
    this.limits = limits
  }

  get size(): number {
    return this.lanes === undefined ? this.plain.size : sizeOf(this.lanes)
  }

  get overflow(): Overflow {
    return this.limits.overflow
  }

  /** Bytes of the waiting messages, as far as known. */
  get bytes(): number {
    return this.bytesHeld
  }

  /**
   * Whether there is no room for a message of this many bytes. A message larger than the bound itself fits an empty
   * mailbox.
   */
  full(bytes: number): boolean {
    return this.size >= this.room || (this.bytesHeld + bytes > this.limits.bytes && this.size > 0)
  }

  /** For waiting messages, beside those that its owner holds. */
  private get room(): number {
    return this.capacity - this.held
  }

  push(item: T): void {
    this.plain.push(item)
  }

  /** False when there is no room for it. For messages of unknown size. */
  pushIfRoom(item: T): boolean {
    if (this.lanes !== undefined && this.size >= this.room) return false
    return this.plain.pushWithin(item, this.room)
  }

  pushTo(priority: number, item: T, bytes: number): void {
    this.bytesHeld += bytes
    this.ringOf(priority).push(item)
  }

  /** Back to the front of its lane: it has been accepted before, so no bound applies. */
  unshift(priority: number, item: T, bytes: number): void {
    this.bytesHeld += bytes
    this.ringOf(priority).unshift(item)
  }

  /** Highest priority first, then in order of arrival. */
  shift(): T | undefined {
    return this.lanes === undefined ? this.plain.shift() : this.shiftFirst(this.lanes)
  }

  private shiftFirst(lanes: readonly Lane<T>[]): T | undefined {
    for (const { ring } of lanes) if (ring.size > 0) return ring.shift()
    return undefined
  }

  /** The oldest message of the lowest priority that `test` accepts: what `drop-oldest` sheds. */
  shiftLeast(test: (item: T) => boolean = any): T | undefined {
    if (this.lanes === undefined) return this.plain.shiftWhere(test)
    for (let i = this.lanes.length - 1; i >= 0; i--) {
      const item = (this.lanes[i] as Lane<T>).ring.shiftWhere(test)
      if (item !== undefined) return item
    }
    return undefined
  }

  /** Releases the bytes of a message that was taken out. */
  released(bytes: number): void {
    this.bytesHeld -= bytes
  }

  /** Takes out everything that `test` accepts, highest priority first. The caller releases the bytes. */
  removeWhere(test: (item: T) => boolean): T[] {
    return this.lanes === undefined
      ? this.plain.removeWhere(test)
      : this.lanes.flatMap(({ ring }) => ring.removeWhere(test))
  }

  *[Symbol.iterator](): Generator<T> {
    if (this.lanes === undefined) yield* this.plain
    else for (const { ring } of this.lanes) yield* ring
  }

  private ringOf(priority: number): Ring<T> {
    if (priority === 0) return this.plain
    this.lanes ??= [{ priority: 0, ring: this.plain }]
    const known = this.lanes.find((lane) => lane.priority === priority)
    if (known !== undefined) return known.ring
    const lane = { priority, ring: new Ring<T>() }
    this.lanes = [...this.lanes, lane].sort((a, b) => b.priority - a.priority)
    return lane.ring
  }
}
