import { warnIfRejected } from '../../kernel/callbacks.ts'
import { aFunction, names } from '../../kernel/demand.ts'
import { hashText } from '../../kernel/hash-text.ts'
import { onlyOptions } from '../../kernel/only-options.ts'
import { wholeNumber } from '../../kernel/whole-number.ts'
import { within } from '../checks.ts'
import { Chooser, routePolicy, savedBy } from '../chooser.ts'
import { scatter, unit } from '../hash.ts'
import type { BranchSet, RouteOutcome, RoutePolicy, RouteRequest, RouteSite, RouteState } from '../policy.ts'
import type { RouteChoice } from '../route-choice.ts'

/** Which branch is the canary, its share, and when to roll it back. */
export interface CanaryOptions<S extends string, C extends string> {
  readonly stable: S
  readonly canary: C
  /** The canary's share of the messages. Default 0.05. */
  readonly share?: number
  /** Roll back when more than this share of the canary's latest outcomes failed. Default 0.05. */
  readonly errorRateMax?: number
  /** How many of the canary's latest outcomes are judged. Default 100. */
  readonly window?: number
  /** How many outcomes it takes to judge at all. Default 20. */
  readonly samplesMin?: number
  /**
   * Called once at the rollback, for an alert. If it throws, the run whose outcome caused the rollback fails. If its promise
   * rejects, the process gets a warning.
   */
  readonly onRollback?: (rollback: CanaryRollback) => unknown
}

/** Why a canary was rolled back. */
export interface CanaryRollback {
  readonly canary: string
  /** Of the latest outcomes: how many there were, and how many failed. */
  readonly outcomes: number
  readonly failed: number
}

const CANARY_OPTIONS = [
  'stable',
  'canary',
  'share',
  'errorRateMax',
  'window',
  'samplesMin',
  'onRollback',
] as const satisfies readonly (keyof CanaryOptions<string, string>)[]

/**
 * Sends a small share of the traffic to a new branch, and rolls back by itself when the branch fails too often.
 *
 * With a key, a message stays on its side. After the rollback everything goes to `stable` until a new chooser is opened; the
 * state survives a restart through `save` and `restore`.
 *
 * @throws InvalidArgumentError (`invalid-argument`)
 */
export function canary<const S extends string, const C extends string>(
  options: CanaryOptions<S, C>,
): RoutePolicy<unknown, S | C> {
  onlyOptions(options ?? null, 'canary', CANARY_OPTIONS)
  names([options.stable, options.canary], 'canary.stable and canary.canary')
  const window = wholeNumber(options.window ?? 100, 'canary.window', 1, 65_536)
  const limits = {
    share: within(options.share ?? 0.05, 'canary.share', 0, 1),
    errorRateMax: within(options.errorRateMax ?? 0.05, 'canary.errorRateMax', 0, 1),
    window,
    samplesMin: wholeNumber(options.samplesMin ?? Math.min(20, window), 'canary.samplesMin', 1, window),
  }
  const { stable, canary: name, onRollback } = options
  if (onRollback !== undefined) aFunction(onRollback, 'canary.onRollback')
  return routePolicy(
    'canary',
    [stable, name],
    { stable, canary: name, ...limits },
    (site) => new Canary(site, stable, name, limits, onRollback),
  )
}

interface Limits {
  readonly share: number
  readonly errorRateMax: number
  readonly window: number
  readonly samplesMin: number
}

class Canary extends Chooser<unknown> {
  readonly kind = 'canary'
  readonly #stable: string
  readonly #canary: string
  readonly #limits: Limits
  readonly #onRollback: ((rollback: CanaryRollback) => unknown) | undefined
  /** 1: failed. A ring of the latest outcomes. */
  readonly #latest: Uint8Array
  readonly #salt: number
  #outcomes = 0
  #failed = 0
  #rolledBack = false
  #stableAt = -1
  #canaryAt = -1

  constructor(
    site: RouteSite,
    stable: string,
    canaryName: string,
    limits: Limits,
    onRollback: ((rollback: CanaryRollback) => unknown) | undefined,
  ) {
    super(site)
    this.#stable = stable
    this.#canary = canaryName
    this.#limits = limits
    this.#onRollback = onRollback
    this.#latest = new Uint8Array(limits.window)
    this.#salt = hashText(canaryName)
  }

  protected override compile({ names }: BranchSet): void {
    this.#stableAt = names.indexOf(this.#stable)
    this.#canaryAt = names.indexOf(this.#canary)
  }

  protected pick(_branches: BranchSet, { key }: RouteRequest, into: RouteChoice): void {
    const point = key === undefined ? this.site.random.next() : unit(scatter(hashText(key, this.#salt)))
    const toCanary = !this.#rolledBack && this.#canaryAt !== -1 && point < this.#limits.share
    const at = toCanary ? this.#canaryAt : this.#stableAt
    if (at !== -1) into.add(at, 1)
  }

  override observe(id: number, branch: string, outcome: RouteOutcome): void {
    super.observe(id, branch, outcome)
    if (branch !== this.#canary || outcome.agreement !== undefined || this.#rolledBack) return
    const { window, samplesMin, errorRateMax } = this.#limits
    const slot = this.#outcomes % window
    // An outcome that leaves the window no longer counts.
    this.#failed -= this.#latest[slot] as number
    this.#latest[slot] = outcome.failed ? 1 : 0
    this.#failed += this.#latest[slot] as number
    this.#outcomes += 1
    const judged = Math.min(this.#outcomes, window)
    if (judged < samplesMin || this.#failed / judged <= errorRateMax) return
    this.#rolledBack = true
    const told = this.#onRollback?.({ canary: this.#canary, outcomes: judged, failed: this.#failed })
    warnIfRejected(`onRollback of ${this.site.path} rejected`, told)
  }

  override save(): RouteState {
    return { version: 1, kind: this.kind, canary: this.#canary, rolledBack: this.#rolledBack }
  }

  /** A rollback of another canary says nothing about this one. */
  override restore(state: unknown): void {
    const saved = savedBy(this.kind, state, this.site.path)
    if (saved.canary === this.#canary) this.#rolledBack = saved.rolledBack === true
  }
}
