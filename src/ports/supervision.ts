import type { Duration } from '../kernel/durations.ts'

/** Which children restart when one crashes: itself; all; itself and those that started after it. As in OTP. */
export type RestartStrategy = 'one-for-one' | 'one-for-all' | 'rest-for-one'

/** Whether a child is restarted: always, only after a failure, or never. As in OTP. */
export type RestartMode = 'permanent' | 'transient' | 'temporary'

/** What a supervisor may do about a failure. */
export type Directive = 'resume' | 'restart' | 'stop' | 'escalate'

/** How an actor supervises its children. */
export interface SupervisionOptions {
  /** Default `one-for-one`. */
  readonly strategy?: RestartStrategy
  /** Restarts allowed within a sliding window; one more stops the children and escalates. Default 3 in 5 s. */
  readonly intensity?: {
    readonly restarts?: number
    readonly within?: Duration
    /** One window for all children (as OTP), or one for each. Default `supervisor`. */
    readonly per?: 'supervisor' | 'child'
  }
  /** Delay before a counted restart: doubles from `min` to `max` within the window, jittered. Default 10 ms to 5 s. */
  readonly backoff?: { readonly min?: Duration; readonly max?: Duration }
  /** By error code (or the error's class name): what to do. Without an entry: `restart`. */
  readonly on?: Readonly<Record<string, Directive>>
  /**
   * Failures caused by a message do not count towards the intensity. This many in a row on distinct messages do: then
   * the actor itself is broken. Default 16.
   */
  readonly failuresInARow?: number
  /** Stops the supervisor once a significant child, or all of them, has ended on its own. Default `never`. */
  readonly autoShutdown?: 'never' | 'any-significant' | 'all-significant'
}

/** How a supervisor treats this actor. */
export interface ChildOptions {
  /** Default `transient`: a failure restarts it, a normal end does not. */
  readonly restart?: RestartMode
  readonly significant?: boolean
  /** How long a stop waits for the running handler before it is fenced off. Default 5 s. */
  readonly shutdown?: Duration
}

/** What bounds the retries of several stages together. Times are monotonic milliseconds. */
export interface RetryAllowance {
  /** A first attempt begins. */
  first(now: number): void
  /** Whether there may be one more retry; then it counts. */
  spend(now: number): boolean
}
