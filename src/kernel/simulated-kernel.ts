import type { Clock, Ids, Kernel, Schedule, Timer, Timers, Turns, Worker } from './kernel.ts'
import { RepeatableBytes, SeededRandomness } from './random.ts'

class SimulatedTimer implements Timer {
  readonly #kernel: SimulatedKernel
  readonly due: number
  readonly order: number
  readonly run: (argument: unknown) => void
  readonly argument: unknown
  open = true

  constructor(
    kernel: SimulatedKernel,
    due: number,
    order: number,
    run: (argument: unknown) => void,
    argument: unknown,
  ) {
    this.#kernel = kernel
    this.due = due
    this.order = order
    this.run = run
    this.argument = argument
  }

  cancel(): void {
    if (!this.open) return
    this.open = false
    this.#kernel.cancelled()
  }
}

/** An actor that has work, and the call that handles one message. */
export interface ReadyWorker {
  readonly worker: Worker
  readonly visit: (worker: Worker) => boolean
}

/** Hears what the code uses of a kernel that steps share: chance, ids, and the order of timers. */
export interface KernelWatcher {
  touch(what: string): void
  timer(due: number): void
}

/**
 * Virtual time, and a list of what could happen next. Nothing happens on its own: the driver chooses between `visit`
 * (one message of a ready actor), `turn` (a postponed job) and `jump` (the clock moves to the next timer).
 *
 *     ready  [ a | b | c ]   actors with work: the schedule picks the next one
 *     later  [ job | job ]   jobs postponed to another turn of the event loop, in order
 *     timers ( heap )        by time, then in order of setting
 *
 * Monotonic time never goes back; `shiftWall` sets the error of the wall clock.
 */
export class SimulatedKernel implements Kernel {
  readonly random: SeededRandomness
  readonly clock: Clock
  readonly timers: Timers
  readonly turns: Turns
  readonly ids: Ids
  readonly secureRandom: RepeatableBytes
  readonly schedule: Schedule
  readonly ready: ReadyWorker[] = []
  #now = 0
  #wall = Date.UTC(2026, 0, 1)
  #order = 0
  #openTimers = 0
  #later: (() => void)[] = []
  #laterHead = 0
  readonly #heap: SimulatedTimer[] = []
  readonly #watcher: KernelWatcher | undefined

  constructor(seed: number, watcher?: KernelWatcher) {
    this.#watcher = watcher
    this.random = new SeededRandomness(seed, watcher && ((name) => watcher.touch(`chance '${name}'`)))
    this.secureRandom = new RepeatableBytes(this.random)
    this.clock = { now: () => this.#wall + this.#now, monotonic: () => this.#now }
    this.timers = { after: (delayMs, run, argument) => this.#after(delayMs, run as never, argument) }
    const later = (run: () => void) => void this.#later.push(run)
    this.turns = { soon: (run) => queueMicrotask(run), drained: later, later }
    this.schedule = { ready: (worker, visit) => this.ready.push({ worker, visit: visit as never }) }
    let last = 0
    this.ids = {
      next: () => {
        watcher?.touch('ids')
        return ++last
      },
      unique: () => {
        watcher?.touch('ids')
        return `sim-${seed}-${++last}`
      },
    }
  }

  /** Milliseconds since the start. */
  get now(): number {
    return this.#now
  }

  /** Pending timers. */
  get pendingTimers(): number {
    return this.#openTimers
  }

  /** When the next timer is due; Infinity without one. */
  get nextTimer(): number {
    this.#dropCancelled()
    return this.#heap[0]?.due ?? Number.POSITIVE_INFINITY
  }

  /** Makes the wall clock jump by this many milliseconds, in either direction. */
  shiftWall(ms: number): void {
    this.#wall += ms
  }

  /** Runs the oldest postponed job; false when there is none. */
  turn(): boolean {
    const job = this.#later[this.#laterHead]
    if (job === undefined) return false
    this.#laterHead += 1
    if (this.#laterHead === this.#later.length) {
      this.#later = []
      this.#laterHead = 0
    }
    job()
    return true
  }

  /** Handles one message of the actor at this place of `ready`; an actor with more to do moves to the end. */
  visit(at: number): void {
    const [next] = this.ready.splice(at, 1) as [ReadyWorker]
    if (next.visit(next.worker)) this.ready.push(next)
  }

  /** Moves time to the next timer and fires it; false when there is none. */
  jump(): boolean {
    this.#dropCancelled()
    const timer = this.#pop()
    if (timer === undefined) return false
    this.#now = Math.max(this.#now, timer.due)
    timer.open = false
    this.#openTimers -= 1
    timer.run(timer.argument)
    return true
  }

  cancelled(): void {
    this.#openTimers -= 1
  }

  #after(delayMs: number, run: (argument: unknown) => void, argument: unknown): Timer {
    this.#order += 1
    this.#watcher?.timer(this.#now + Math.max(0, delayMs))
    const timer = new SimulatedTimer(this, this.#now + Math.max(0, delayMs), this.#order, run, argument)
    this.#openTimers += 1
    const heap = this.#heap
    let at = heap.length
    heap.push(timer)
    while (at > 0) {
      const above = (at - 1) >> 1
      if (!before(timer, heap[above] as SimulatedTimer)) break
      heap[at] = heap[above] as SimulatedTimer
      at = above
    }
    heap[at] = timer
    return timer
  }

  #dropCancelled(): void {
    while (this.#heap.length > 0 && this.#heap[0]?.open === false) this.#pop()
  }

  #pop(): SimulatedTimer | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (first === undefined || last === undefined || heap.length === 0) return first
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      if (below >= heap.length) break
      const right = heap[below + 1]
      if (right !== undefined && before(right, heap[below] as SimulatedTimer)) below += 1
      if (!before(heap[below] as SimulatedTimer, last)) break
      heap[at] = heap[below] as SimulatedTimer
      at = below
    }
    heap[at] = last
    return first
  }
}

function before(a: SimulatedTimer, b: SimulatedTimer): boolean {
  return a.due < b.due || (a.due === b.due && a.order < b.order)
}
