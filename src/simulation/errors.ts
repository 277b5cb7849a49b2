import { GanglionError } from '../kernel/errors.ts'

/** What a fault made of a message, a handler or a part of the system: code `simulated-fault`. */
export class SimulatedFaultError extends GanglionError {
  readonly fault: string

  constructor(fault: string, where: string) {
    super('simulated-fault', `the simulation injected '${fault}' at ${where}`, {
      path: where,
      value: fault,
      remedy: 'It stands for a fault that production has too: make the pipeline bear it',
    })
    this.fault = fault
  }
}

/** Something that must hold did not. Code `invariant-violated`; `invariant` is its name. */
export class InvariantError extends GanglionError {
  readonly invariant: string
  readonly what: string

  constructor(invariant: string, what: string, cause?: unknown) {
    super('invariant-violated', `${invariant}: ${what}`, {
      path: invariant,
      remedy: 'Replay the token to see the way to it, shrink it to see the shortest',
      ...(cause === undefined ? {} : { cause }),
    })
    this.invariant = invariant
    this.what = what
  }
}

/** Code under simulation reached for the real world. Code `simulation-escape`; `path` is the caller's line. */
export class SimulationEscapeError extends GanglionError {
  constructor(what: string, where: string) {
    super('simulation-escape', `${what} was called under simulation at ${where}`, {
      path: where,
      value: what,
      remedy:
        'Take time, chance and ids from what the simulation gives (ctx, sim.kernel, sim.random), or keep the call out of it',
    })
  }
}

/** The same seed gave two different runs. Code `not-deterministic`; `value` is the first step that differs. */
export class NotDeterministicError extends GanglionError {
  constructor(scenario: string, step: number) {
    super('not-deterministic', `'${scenario}' took another way at step ${step} with the same seed`, {
      path: scenario,
      value: step,
      remedy:
        'Look for state that outlives a run (module variables, caches), or for an order that depends on identity (WeakRef, iteration over real I/O)',
    })
  }
}

/** A replay left the recorded way. Code `diverged`; `step` is the first step that differs. */
export class DivergedError extends GanglionError {
  readonly step: number

  constructor(
    step: number,
    why: 'the scenario has changed' | 'code that it calls has changed' | 'it is not deterministic',
  ) {
    super('diverged', `the replay diverged at step ${step}: ${why}`, {
      path: 'token',
      value: step,
      remedy:
        why === 'it is not deterministic'
          ? 'Run the scenario twice with the same seed and look at what differs'
          : 'Replay on the code that the token was made with, or explore anew',
    })
    this.step = step
  }
}

/** A token can't be read. Codes `token-damaged`, `token-version`, `token-too-large`. */
export class TokenError extends GanglionError {
  constructor(code: 'token-damaged' | 'token-version' | 'token-too-large', what: string) {
    super(code, what, {
      path: 'token',
      remedy: "Copy the whole token, from 'sim1.' to its end, or explore anew",
    })
  }
}
