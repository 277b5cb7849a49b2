import { entriesIn } from '../../kernel/demand.ts'
import { type Duration, milliseconds } from '../../kernel/durations.ts'
import { onlyOptions } from '../../kernel/only-options.ts'
import { wholeNumber } from '../../kernel/whole-number.ts'
import { within } from '../checks.ts'
import { ByBranch, Chooser, routePolicy } from '../chooser.ts'
import type { BranchSet, RouteOutcome, RoutePolicy, RouteRequest, RouteSite } from '../policy.ts'
import type { RouteChoice } from '../route-choice.ts'
import { LatencyWindow } from './latency-window.ts'

/** How latencies are observed, and the certainty required. */
export interface CheapestWithinOptions {
  /** Certainty, from the observed latencies: 0.95 requires that 19 of 20 would have been in time. Default 0.95. */
  readonly quantile?: number
  /** Outcomes remembered per branch. Default 64. */
  readonly window?: number
  /** A branch without an outcome for this long counts as untried: it may have recovered. Default 30 s. */
  readonly forgetAfter?: Duration
}

/**
 * The cheapest branch that answers within the message's remaining time; if none does, the fastest.
 *
 * A branch fits when the `quantile` of its observed latencies is at most `remainingMs`. A failure counts as infinite latency,
 * so a branch that fails more often than 1 − quantile never fits. An untried branch fits. Branches without a price are free;
 * among equals the faster one wins.
 *
 * @throws InvalidArgumentError (`invalid-argument`)
 */
export function cheapestWithin<const B extends string>(
  costs: { readonly [branch in B]: number },
  options: CheapestWithinOptions = {},
): RoutePolicy<unknown, B> {
  onlyOptions(options, 'cheapestWithin', ['quantile', 'window', 'forgetAfter'])
  const { quantile = 0.95, window = 64, forgetAfter = '30s' } = options
  const path = 'cheapestWithin'
  const entries = entriesIn<B, number>(costs, `${path}.costs`, 'an object of costs by branch')
  for (const [name, cost] of entries) {
    within(cost, `${path}.costs.${name}`, 0, Number.MAX_VALUE)
  }
  within(quantile, `${path}.quantile`, 0, 1)
  wholeNumber(window, `${path}.window`, 1, 65_536)
  const forgetMs = milliseconds(forgetAfter, `${path}.forgetAfter`)
  return routePolicy(
    path,
    entries.map(([name]) => name),
    { costs, ...options },
    (site) => new CheapestWithin(site, new Map<string, number>(entries), quantile, window, forgetMs),
  )
}

class CheapestWithin extends Chooser<unknown> {
  readonly kind = 'cheapestWithin'
  readonly #costs: ReadonlyMap<string, number>
  readonly #forgetMs: number
  readonly #latencies: ByBranch<LatencyWindow>
  #priced: Float64Array = new Float64Array(0)

  constructor(
    site: RouteSite,
    costs: ReadonlyMap<string, number>,
    quantile: number,
    window: number,
    forgetMs: number,
  ) {
    super(site)
    this.#costs = costs
    this.#forgetMs = forgetMs
    this.#latencies = new ByBranch(() => new LatencyWindow(window, quantile))
  }

  protected override compile(branches: BranchSet): void {
    this.#latencies.see(branches)
    this.#priced = Float64Array.from(branches.names, (name) => this.#costs.get(name) ?? 0)
  }

  override observe(id: number, branch: string, outcome: RouteOutcome): void {
    super.observe(id, branch, outcome)
    if (outcome.agreement !== undefined) return
    const latencyMs = outcome.failed ? Number.POSITIVE_INFINITY : outcome.latencyMs
    this.#latencies.get(branch)?.add(latencyMs, this.site.clock.monotonic())
  }

  protected pick({ names }: BranchSet, request: RouteRequest, into: RouteChoice): void {
    const oldest = this.site.clock.monotonic() - this.#forgetMs
    let cheapest = -1
    let fastest = 0
    for (let at = 0; at < names.length; at++) {
      const ms = this.#ms(at, oldest)
      if (ms < this.#ms(fastest, oldest)) fastest = at
      if (ms > request.remainingMs || ms === Number.POSITIVE_INFINITY) continue
      if (cheapest === -1 || this.#isBetter(at, ms, cheapest, oldest)) cheapest = at
    }
    into.add(cheapest === -1 ? fastest : cheapest, 1)
  }

  #isBetter(at: number, ms: number, than: number, oldest: number): boolean {
    const difference = (this.#priced[at] as number) - (this.#priced[than] as number)
    return difference < 0 || (difference === 0 && ms < this.#ms(than, oldest))
  }

  /** 0 for an untried branch, which gets the benefit of the doubt. */
  #ms(at: number, oldest: number): number {
    return (this.#latencies.at[at] as LatencyWindow).quantile(oldest) ?? 0
  }
}
