import type { Duration } from '../kernel/durations.ts'

/** Which children restart when one crashes: itself; all; itself and those that started after it. As in OTP. */
export type RestartStrategy = 'one-for-one' | 'one-for-all' | 'rest-for-one'

/** Whether a child is started again: always; only after a failure; never. As in OTP. */
export type RestartMode = 'permanent' | 'transient' | 'temporary'

/** What a supervisor may do about a failure. */
export type Directive = 'resume' | 'restart' | 'stop' | 'escalate'

/** How an actor supervises the children that it spawns. */
export interface SupervisionOptions {
  /** Default `one-for-one`. */
  readonly strategy?: RestartStrategy
  /** Restarts borne within a sliding window; one more stops the children and escalates. Default 3 in 5 s. */
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
   * Failures caused by a message do not count towards the intensity. So many in a row on distinct messages do:
   * then it is the actor that is broken. Default 16.
   */
  readonly failuresInARow?: number
  /** Stops the supervisor once a significant child, or all of them, has ended by itself. Default `never`. */
  readonly autoShutdown?: 'never' | 'any-significant' | 'all-significant'
}

/** How an actor wants to be treated by its supervisor. */
export interface ChildOptions {
  /** Default `transient`: a failure restarts it, a normal end is an end. */
  readonly restart?: RestartMode
  readonly significant?: boolean
  /** How long a stop waits for the handler under way before it is fenced off. Default 5 s. */
  readonly shutdown?: Duration
}
