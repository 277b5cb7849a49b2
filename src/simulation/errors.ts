import { GanglionError, say } from '../kernel/errors.ts'

/** The effect of a fault on a message, a handler or a part of the system. Code `simulated-fault`. */
export class SimulatedFaultError extends GanglionError {
  readonly fault: string

  constructor(fault: string, where: string) {
    super('simulated-fault', say`the simulation injected '${fault}' at ${where}`, {
      path: where,
      value: fault,
      remedy: 'Production has this fault too: make the pipeline tolerate it',
    })
    this.fault = fault
  }
}

/** An invariant did not hold. Code `invariant-violated`; `invariant` is its name. */
export class InvariantError extends GanglionError {
  readonly invariant: string
  readonly what: string
  /** The lines of the author's code that called, where the failure is that call. */
  place: string | undefined

  constructor(invariant: string, what: string, cause?: unknown) {
    super('invariant-violated', say`${invariant}: ${what}`, {
      path: invariant,
      remedy: 'Replay the token to see how it happens; shrink it for the shortest story',
      ...(cause === undefined ? {} : { cause }),
    })
    this.invariant = invariant
    this.what = what
  }
}

/** Code under simulation called the real world. Code `simulation-escape`; `path` is the caller's line. */
export class SimulationEscapeError extends GanglionError {
  constructor(what: string, where: string) {
    super('simulation-escape', say`${what} was called under simulation at ${where}`, {
      path: where,
      value: what,
      remedy:
        'Take time, randomness and ids from the simulation (ctx, sim.kernel, sim.random), or keep the call out of it',
    })
  }
}

/** The same seed gave two different runs. Code `not-deterministic`; `value` is the first step that differs. */
export class NotDeterministicError extends GanglionError {
  constructor(scenario: string, step: number) {
    super('not-deterministic', say`'${scenario}' ran differently at step ${step} with the same seed`, {
      path: scenario,
      value: step,
      remedy:
        'Look for state that outlives a run (module variables, caches), or for an order that depends on identity (WeakRef, iteration over real I/O)',
    })
  }
}

/** A search that leaves out equal orders has met two that are not equal. Code `shared-state`; `value` names the two actors. */
export class SharedStateError extends GanglionError {
  constructor(scenario: string, first: string, second: string) {
    super(
      'shared-state',
      say`'${scenario}' ran differently when steps of '${first}' and '${second}' changed places, though they touch nothing in common`,
      {
        path: scenario,
        value: [first, second],
        remedy:
          'Search without reduce, or keep what the two share (variables outside, looks at state or load) in an actor',
      },
    )
  }
}

/** Where and why a replay is not the recorded run. */
export interface Divergence {
  /** The first step that differs. */
  readonly step: number
  readonly why: 'the scenario has changed' | 'code that it calls has changed' | 'it is not deterministic'
}

/** A replay differed from the recorded run. Code `diverged`; `step` is the first step that differs. */
export class DivergedError extends GanglionError {
  readonly step: number

  constructor(step: number, why: Divergence['why']) {
    super('diverged', say`the replay diverged at step ${step}: ${why}`, {
      path: 'token',
      value: step,
      remedy:
        why === 'it is not deterministic'
          ? 'Run the scenario twice with the same seed and compare the runs'
          : 'Replay with the code that made the token, or explore again',
    })
    this.step = step
  }
}

/** A simulated test found a failure. Code `simulation-failed`; the message has the story, the seed, and the line that replays it. */
export class SimulatedTestError extends GanglionError {
  constructor(what: string, story: string) {
    super('simulation-failed', say`${what}\n${story}\n`, {
      path: 'test.simulated',
      remedy: 'Replay it; the token in the corpus keeps it from coming back',
    })
  }
}

/** A token can't be read. Codes `token-damaged`, `token-version`, `token-too-large`. */
export class TokenError extends GanglionError {
  constructor(code: 'token-damaged' | 'token-version' | 'token-too-large', what: string) {
    super(code, what, {
      path: 'token',
      remedy: "Copy the whole token, from 'sim1.' to its end, or explore again",
    })
  }
}

/** The name of the failure of a run that took its thread with it. */
export const THREAD_LIVES = 'the thread lives'
