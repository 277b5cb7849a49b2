import { demand, names } from '../../kernel/demand.ts'
import { onlyOptions } from '../../kernel/only-options.ts'
import { within } from '../checks.ts'
import { Chooser, routePolicy } from '../chooser.ts'
import type {
  BranchSet,
  RouteChooser,
  RouteLearner,
  RouteOutcome,
  RoutePolicy,
  RouteRequest,
  RouteSite,
  RouteState,
} from '../policy.ts'
import { RouteChoice } from '../route-choice.ts'

/** Which branches are shadows, and how often they run. */
export interface ShadowOptions<B extends string> {
  /** Branches that run beside the others. Their output is never used; their cost is counted. */
  readonly to: readonly B[]
  /** Share of the messages that a shadow gets. Default 1. */
  readonly share?: number
}

/**
 * Adds shadows to another policy: `shadow(all(), { to: ['candidate'] })`.
 *
 * `policy` chooses among the other branches as if there were no shadows. Each shadow gets the message too, marked in
 * `RouteChoice.shadow`. `report()` has the cost of a shadow (`shadowed`, `failed`, `busyMs`).
 *
 * @throws InvalidArgumentError (`invalid-argument`)
 */
export function shadow<T, B extends string, const S extends string>(
  policy: RoutePolicy<T, B>,
  options: ShadowOptions<S>,
): RoutePolicy<T, B | S> {
  demand(
    policy,
    'shadow.policy',
    'a policy, such as all()',
    (given) =>
      Array.isArray(given.names) && typeof given.open === 'function' && typeof given.toJSON === 'function',
  )
  onlyOptions(options ?? null, 'shadow', ['to', 'share'])
  const { to, share = 1 } = options
  names(to, 'shadow.to')
  within(share, 'shadow.share', 0, 1)
  return routePolicy(
    'shadow',
    [...policy.names, ...to],
    { of: policy.toJSON(), to, share },
    (site) => new Shadow<T>(site, policy.open(site), new Set(to), share),
  )
}

class Shadow<T> extends Chooser<T> {
  readonly kind = 'shadow'
  readonly #real: RouteChooser<T>
  readonly #names: ReadonlySet<string>
  readonly #share: number
  readonly #choice = new RouteChoice()
  #others: BranchSet = { names: [], weights: new Float64Array(0) }
  /** Position in the whole set, by position among the others. */
  #positions: number[] = []
  #shadows: number[] = []

  constructor(site: RouteSite, real: RouteChooser<T>, names: ReadonlySet<string>, share: number) {
    super(site)
    this.#real = real
    this.#names = names
    this.#share = share
  }

  override get learner(): RouteLearner | undefined {
    return this.#real.learner
  }

  protected override compile({ names, weights }: BranchSet): void {
    const positions = names.map((_, at) => at)
    this.#positions = positions.filter((at) => !this.#names.has(names[at] as string))
    this.#shadows = positions.filter((at) => this.#names.has(names[at] as string))
    this.#others = {
      names: this.#positions.map((at) => names[at] as string),
      weights: Float64Array.from(this.#positions, (at) => weights[at] as number),
    }
  }

  protected pick({ weights }: BranchSet, request: RouteRequest<T>, into: RouteChoice): void {
    const choice = this.#choice
    this.#real.choose(this.#others, request, choice)
    for (let at = 0; at < choice.count; at++) {
      const position = this.#positions[choice.chosen[at] as number] as number
      into.add(position, choice.weight[at] as number, choice.shadow[at] === 1)
    }
    if (this.#share < 1 && this.site.random.next() >= this.#share) return
    for (let at = 0; at < this.#shadows.length; at++) {
      const position = this.#shadows[at] as number
      into.add(position, weights[position] as number, true)
    }
  }

  override observe(id: number, branch: string, outcome: RouteOutcome): void {
    super.observe(id, branch, outcome)
    // A learner must not learn from a choice it did not make.
    if (!this.#names.has(branch)) this.#real.observe(id, branch, outcome)
  }

  override save(): RouteState | undefined {
    return this.#real.save()
  }

  override restore(state: unknown): void {
    this.#real.restore(state)
  }
}
