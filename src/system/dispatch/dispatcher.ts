import { NEUTRAL } from '../../kernel/async-context.ts'
import type { Clock, Schedule, Turns } from '../../kernel/kernel.ts'
import { Ring } from '../../mailbox/ring.ts'
import { Rests } from './rests.ts'

/** Something with a mailbox that can do some of its work. */
export interface Drainable {
  readonly path: string
  /** Owned by the dispatcher: true while it is in the ready queue. */
  ready: boolean
  /** Set by `drain`: whether there is more to do now. */
  more: boolean
  /** Handles at most `messages`; returns how many. */
  drain(messages: number): number
}

/**
 * Where the context of the handler on the stack stands. A new one is made every few hundred messages: writing a young
 * object into an old one costs the garbage collector a note each time (3 ns of 30), and a young cursor never gets old.
 */
export class Cursor {
  context: object | undefined = undefined
}

/** At most this many messages of one actor before the next gets its turn. */
const MESSAGES_PER_VISIT = 128
/** After this long the event loop gets its turn, so timers, sockets and signals never starve. */
const TURN_MS = 1
/** The same bound when time stands still (simulation), or handlers are faster than the clock's resolution. */
const MESSAGES_PER_TURN = 65_536
/** Messages between two reads of the clock: starts at the first number, and doubles up to the second while they take no time. */
const QUOTA_FIRST = 8
const QUOTA_MOST = 1024

type User = 'messages' | 'rests'

/**
 * One ready queue: round robin over the actors that have work, in turns of about a millisecond.
 *
 *     wake ─▶ [ready queue] ─▶ drain ─┬─ empty: done              turn: the work between two polls of the event loop
 *                 ▲                   └─ turn is over ─▶ later      for sockets and timers, in any number of drains
 *                 └──── more to do ───────┘
 *
 * What gave way (`rests`) continues in the same turns: whoever finds one used up has the next.
 */
export class Dispatcher {
  /**
   * Monotonic milliseconds at the last read; accurate enough to see that a deadline has passed. Stages, which read the clock for
   * every step, write it here, so that a turn ends after a slow one.
   */
  now: number
  cursor = new Cursor()
  /** Those that gave way. */
  readonly rests: Rests
  /** The time, while a stage forwards an outcome, so that sends need not read the clock again. NaN otherwise. */
  handingOn = Number.NaN
  private readonly clock: Clock
  private readonly turns: Turns
  private readonly schedule: Schedule | undefined
  private readonly queue = new Ring<Drainable>()
  private scheduled = false
  private turnOpen = false
  private turnEnds = 0
  private turnLeft = MESSAGES_PER_TURN
  /** Who found a turn used up and has not had one since: messages, or what gave way. */
  private owed: User | undefined

  constructor(clock: Clock, turns: Turns, schedule?: Schedule) {
    this.clock = clock
    this.turns = turns
    this.schedule = schedule
    this.rests = new Rests(turns, () => schedule !== undefined || this.mayUse('rests'))
    this.now = clock.monotonic()
  }

  /** Whether the turn should end, by the time of the last read. */
  get late(): boolean {
    return this.now >= this.turnEnds
  }

  wake(drainable: Drainable): void {
    if (drainable.ready) return
    drainable.ready = true
    if (this.schedule !== undefined) {
      this.schedule.ready(drainable, this.visit)
      return
    }
    this.queue.push(drainable)
    if (!this.scheduled) this.start()
  }

  private start(): void {
    this.scheduled = true
    this.turns.soon(this.drain)
  }

  /** Handles one message of one actor, when the schedule says so. */
  private readonly visit = (drainable: Drainable): boolean =>
    NEUTRAL.runInAsyncScope(this.visitOne, undefined, drainable)

  private readonly visitOne = (drainable: Drainable): boolean => {
    this.now = this.clock.monotonic()
    try {
      drainable.drain(1)
    } finally {
      this.cursor.context = undefined
      drainable.ready = drainable.more
    }
    return drainable.more
  }

  /** Runs in nobody's context: the caller that woke it is not the sender of its messages. */
  private readonly drain = (): void => NEUTRAL.runInAsyncScope(this.drainAll)

  private readonly drainAll = (): void => {
    try {
      if (this.mayUse('messages')) this.work()
    } finally {
      this.cursor.context = undefined
      this.scheduled = this.queue.size > 0
      if (this.scheduled) this.turns.later(this.drain)
    }
  }

  /** Whether there is time left in this turn, and it is not the other's. Opens one if there is none. */
  private mayUse(user: User): boolean {
    this.now = this.clock.monotonic()
    if (!this.turnOpen) this.openTurn()
    this.owed ??= user
    // The other comes in this turn too: it has waited since the last one.
    if (this.owed !== user || this.late || this.turnLeft <= 0) return false
    this.owed = undefined
    return true
  }

  /** The turn lasts until the event loop has come round, so a caller that awaits in a loop can't starve it either. */
  private openTurn(): void {
    this.turnOpen = true
    this.turnEnds = this.now + TURN_MS
    this.turnLeft = MESSAGES_PER_TURN
    this.turns.later(this.closeTurn)
  }

  private readonly closeTurn = (): void => {
    this.turnOpen = false
  }

  /** Even if a drain throws, all that wait get their turn. */
  private visitMany(drainable: Drainable, messages: number): number {
    try {
      return drainable.drain(messages)
    } catch (thrown) {
      this.queue.push(drainable)
      throw thrown
    }
  }

  private work(): void {
    const queue = this.queue
    let quota = QUOTA_FIRST
    let left = quota
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      // A visit without a message counts too: visits must be bounded between two reads of the clock.
      left -= this.visitMany(next, Math.min(left, MESSAGES_PER_VISIT)) || 1
      if (next.more) queue.push(next)
      else next.ready = false
      if (left > 0 && !this.late) continue
      this.now = this.clock.monotonic()
      this.cursor = new Cursor()
      this.turnLeft -= quota
      if (this.late || this.turnLeft <= 0) return
      quota = Math.min(quota * 2, QUOTA_MOST)
      left = quota
    }
    this.turnLeft -= quota - left
  }
}
