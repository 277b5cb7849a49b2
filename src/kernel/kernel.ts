/**
 * Everything that is not a pure function of its inputs: time, timers, turns of the event loop, randomness and ids.
 *
 * All other code receives a Kernel and never touches the platform's own sources. This makes a run repeatable: the
 * simulator and the testkit pass in a kernel on virtual time with seeded streams, and the same code runs.
 */
export interface Kernel {
  readonly clock: Clock
  readonly timers: Timers
  readonly turns: Turns
  readonly random: Randomness
  readonly ids: Ids
  /**
   * For values that an attacker must not guess. Nothing else should use it, because a real process can't repeat its
   * numbers.
   */
  readonly secureRandom: SecureRandom
  /**
   * Present where the order of work is explored (simulation): it decides which actor goes next, one message at a time.
   */
  readonly schedule?: Schedule
}

/** A worker that has work to do. */
export interface Worker {
  readonly path: string
}

/** The order in which ready actors get their turn. */
export interface Schedule {
  /** `worker` has work; `visit` handles one message and returns whether there is more. */
  ready<W extends Worker>(worker: W, visit: (worker: W) => boolean): void
}

/** Time. */
export interface Clock {
  /** Wall time, milliseconds since the epoch. It may jump; use it only for people and for the wire. */
  now(): number
  /** Milliseconds from an arbitrary start, with fractions. It never goes back; use it for deadlines and durations. */
  monotonic(): number
}

/** What happens later. */
export interface Timers {
  /**
   * Calls `run(argument)` once after `delayMs` milliseconds.
   * A timer keeps the process alive only if `keepAlive` is true (default false: pending deadlines must not delay an
   * exit).
   */
  after<A>(delayMs: number, run: (argument: A) => void, argument: A, keepAlive?: boolean): Timer
}

/** A call that is to come. */
export interface Timer {
  /** Idempotent; a cancelled timer never fires. */
  cancel(): void
}

/** What happens soon: this turn of the event loop, and the next. */
export interface Turns {
  /** Runs after the current call stack and promise jobs, before the event loop checks sockets and timers. */
  soon(run: () => void): void
  /** Runs when no promise job is left, including jobs queued meanwhile; still before sockets and timers. */
  drained(run: () => void): void
  /** Runs in a later turn of the event loop: timers, sockets and signals get their turn in between. */
  later(run: () => void): void
}

/** Chance, from one seed. */
export interface Randomness {
  /** A named stream: the same seed and name give the same numbers, regardless of other streams. */
  stream(name: string): RandomStream
  readonly seed: number
}

/** The numbers of one stream. */
export interface RandomStream {
  /** Uniform in [0, 1). */
  next(): number
  /** Uniform integer in [0, below). */
  integer(below: number): number
}

/** Chance that nobody can guess. */
export interface SecureRandom {
  /**
   * Fills `bytes` with random bytes. In a real process they come from the operating system through `node:crypto`.
   * Under a manual or simulated kernel they come from its seed, so that a run can be repeated: **they protect nothing there**.
   */
  fill(bytes: Uint8Array): void
}

/** Names for what has none. */
export interface Ids {
  /** 1, 2, 3 … unique within this kernel. Envelopes use these on the hot path. */
  next(): number
  /** Unique across processes, for ids that leave the machine. */
  unique(): string
}
