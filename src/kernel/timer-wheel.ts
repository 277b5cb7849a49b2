import { NEUTRAL } from './async-context.ts'
import type { Clock, Kernel, Timer, Timers, Turns } from './kernel.ts'

/** An entry that waits in a wheel: subclass it, so that a wait needs no extra object. */
export abstract class WheelEntry {
  /** Whole monotonic milliseconds: it fires at this time or later, never before. */
  due = 0
  /** Whether the process must stay alive for it. */
  holds = false
  slot = -1
  previous: WheelEntry | undefined = undefined
  next: WheelEntry | undefined = undefined

  abstract fire(now: number): void
}

class WheelTimer<A> extends WheelEntry implements Timer {
  private readonly wheel: TimerWheel
  private readonly run: (argument: A) => void
  readonly argument: A

  constructor(wheel: TimerWheel, run: (argument: A) => void, argument: A) {
    super()
    this.wheel = wheel
    this.run = run
    this.argument = argument
  }

  fire(): void {
    this.run(this.argument)
  }

  cancel(): void {
    this.wheel.remove(this)
  }
}

const SLOTS = 1024
const MASK = SLOTS - 1
const FAR = SLOTS
const BEYOND = 2 * SLOTS

/**
 * All deadlines of a system behind one timer of the kernel (Varghese and Lauck, "Hashed and Hierarchical Timing Wheels",
 * 1987). Adding and removing cost a few pointer writes, whatever the number of entries.
 *
 *     near   [ 1 ms | 1 ms | … 1024 ]      entries hang in doubly linked lists
 *     far    [ 1024 ms | … 1024     ]      a far slot moves into near when its time begins
 *     beyond ( more than 17 minutes )      checked once a far round
 *
 * The kernel's timer is set at the end of the turn, not for every entry: an entry that settles within the turn never
 * reaches it.
 */
export class TimerWheel implements Timers {
  private readonly clock: Clock
  private readonly turns: Turns
  private readonly timers: Timers
  private slots: (WheelEntry | undefined)[] | undefined
  /** Every tick up to and including this one has fired. */
  private tick = 0
  private count = 0
  private countHolding = 0
  private touched = false
  private armed: Timer | undefined
  private armedFor = Number.POSITIVE_INFINITY
  private armedHolding = false
  /** For a simulation that compares orders of events: hears when a new entry is due, and when the kernel's timer is set again. */
  watch: ((due: number, what: 'entry' | 'wheel') => void) | undefined = undefined
  /** The earliest entry that was added since the kernel's timer was last looked at. */
  private earliest = Number.POSITIVE_INFINITY

  constructor(kernel: Pick<Kernel, 'clock' | 'turns' | 'timers'>) {
    this.clock = kernel.clock
    this.turns = kernel.turns
    this.timers = kernel.timers
  }

  /** Entries waiting. */
  get size(): number {
    return this.count
  }

  /** Entries for which the process must stay alive. */
  get holding(): number {
    return this.countHolding
  }

  after<A>(delayMs: number, run: (argument: A) => void, argument: A, keepAlive = false): Timer {
    const timer = new WheelTimer(this, run, argument)
    timer.holds = keepAlive
    this.add(timer, this.clock.monotonic() + delayMs)
    return timer
  }

  /** Lets `entry.fire` run once, at `due` (monotonic milliseconds) or soon after. */
  add(entry: WheelEntry, due: number): void {
    if (this.count === 0) this.tick = Math.floor(this.clock.monotonic())
    entry.due = Math.max(Math.ceil(due), this.tick + 1)
    if (this.watch !== undefined) this.watch(entry.due, 'entry')
    this.place(entry)
    this.count += 1
    if (entry.due < this.earliest) this.earliest = entry.due
    if (entry.holds) this.countHolding += 1
    if (!this.touched) this.touch()
  }

  /** Idempotent. */
  remove(entry: WheelEntry): void {
    if (entry.slot === -1) return
    this.unlink(entry)
    this.count -= 1
    if (entry.holds) {
      this.countHolding -= 1
      if (this.countHolding === 0 && !this.touched) this.touch()
    }
  }

  /** The timers that wait, with their arguments. For a simulation: it looks at every slot. */
  *waiting(): Iterable<{ readonly due: number; readonly argument: unknown }> {
    if (this.count === 0) return
    for (const head of this.slots ?? []) {
      for (let entry = head; entry !== undefined; entry = entry.next)
        if (entry instanceof WheelTimer) yield entry
    }
  }

  /** Removes all entries: none of them will fire. */
  clear(): void {
    for (const head of this.slots ?? []) {
      for (let entry = head; entry !== undefined; ) {
        const { next } = entry
        this.remove(entry)
        entry = next
      }
    }
  }

  private place(entry: WheelEntry): void {
    this.slots ??= new Array<WheelEntry | undefined>(BEYOND + 1).fill(undefined)
    const { due } = entry
    const far = Math.floor(due / SLOTS) - Math.floor(this.tick / SLOTS)
    let slot = BEYOND
    if (due - this.tick <= MASK) slot = due & MASK
    else if (far < SLOTS) slot = FAR + (Math.floor(due / SLOTS) & MASK)
    entry.slot = slot
    entry.next = undefined
    const head = this.slots[slot]
    if (head === undefined) {
      entry.previous = entry
      this.slots[slot] = entry
      return
    }
    // The head's `previous` is the tail: entries due at the same time fire in order of arrival.
    const tail = head.previous as WheelEntry
    tail.next = entry
    entry.previous = tail
    head.previous = entry
  }

  private unlink(entry: WheelEntry): void {
    const slots = this.slots as (WheelEntry | undefined)[]
    const { previous, next, slot } = entry
    const head = slots[slot] as WheelEntry
    if (entry === head) {
      slots[slot] = next
      if (next !== undefined) next.previous = previous
    } else {
      ;(previous as WheelEntry).next = next
      if (next === undefined) head.previous = previous
      else next.previous = previous
    }
    entry.slot = -1
    entry.previous = undefined
    entry.next = undefined
  }

  private touch(): void {
    this.touched = true
    this.turns.later(this.settle)
  }

  /** At the end of a turn: makes the one kernel timer match the remaining entries. */
  private readonly settle = (): void => {
    this.touched = false
    const holding = this.countHolding > 0
    const earliest = this.earliest
    this.earliest = Number.POSITIVE_INFINITY
    // The timer that is set comes early enough for all that was added: to look for the next of all would cost a thousand slots.
    if (this.armed !== undefined && earliest >= this.armedFor && holding === this.armedHolding) return
    const next = this.next()
    if (next >= this.armedFor && this.armed !== undefined && holding === this.armedHolding) return
    this.armed?.cancel()
    this.armed = undefined
    this.armedFor = Number.POSITIVE_INFINITY
    if (next === Number.POSITIVE_INFINITY) return
    this.armedFor = next
    this.armedHolding = holding
    const delay = Math.max(0, Math.ceil(next - this.clock.monotonic()))
    this.watch?.(next, 'wheel')
    this.armed = this.timers.after(delay, this.wake, undefined, holding)
  }

  /** In a neutral context: any caller may have set the kernel's one timer. */
  private readonly wake = (): void => NEUTRAL.runInAsyncScope(this.wakeUp)

  private readonly wakeUp = (): void => {
    this.armed = undefined
    this.armedFor = Number.POSITIVE_INFINITY
    const now = this.clock.monotonic()
    const until = Math.floor(now)
    while (this.count > 0 && this.tick < until) {
      // The ticks before the next one are empty, so jump there instead of walking.
      const next = this.next()
      this.tick = Math.min(next, until)
      if (next > until) break
      if ((this.tick & MASK) === 0) this.pour()
      this.fire(this.tick & MASK, now)
    }
    if (!this.touched) this.touch()
  }

  private fire(slot: number, now: number): void {
    const slots = this.slots as (WheelEntry | undefined)[]
    for (let entry = slots[slot]; entry !== undefined; entry = slots[slot]) {
      this.remove(entry)
      entry.fire(now)
    }
  }

  /** A far slot's time begins: its entries move to their milliseconds; those of this very tick fire next. */
  private pour(): void {
    const from = FAR + (Math.floor(this.tick / SLOTS) & MASK)
    this.replace(from)
    if (from === FAR) this.replace(BEYOND)
  }

  private replace(slot: number): void {
    const slots = this.slots as (WheelEntry | undefined)[]
    let entry = slots[slot]
    slots[slot] = undefined
    while (entry !== undefined) {
      const { next } = entry
      this.place(entry)
      entry = next
    }
  }

  /** The next tick at which an entry fires or a far slot must move; Infinity when nothing waits. */
  private next(): number {
    const slots = this.slots
    if (this.count === 0 || slots === undefined) return Number.POSITIVE_INFINITY
    let next = Number.POSITIVE_INFINITY
    for (let tick = this.tick + 1; tick <= this.tick + MASK; tick++) {
      if (slots[tick & MASK] === undefined) continue
      next = tick
      break
    }
    const round = Math.floor(this.tick / SLOTS)
    for (let far = round + 1; far * SLOTS < next && far <= round + SLOTS; far++) {
      if (slots[FAR + (far & MASK)] !== undefined) return far * SLOTS
      if ((far & MASK) === 0 && slots[BEYOND] !== undefined) return far * SLOTS
    }
    return next
  }
}
