import { atOnce } from '../../kernel/callbacks.ts'
import { aFunction, entriesIn, names } from '../../kernel/demand.ts'
import { oneOf } from '../../kernel/one-of.ts'
import { onlyOptions } from '../../kernel/only-options.ts'
import { Chooser, routePolicy } from '../chooser.ts'
import type { BranchSet, RoutePolicy, RouteRequest, RouteSite } from '../policy.ts'
import type { RouteChoice } from '../route-choice.ts'

/** What happens when several conditions hold, or none does. */
export interface ConditionalOptions<B extends string = string> {
  /** `first` (default): the first branch whose condition holds. `every`: all of them. */
  readonly match?: 'first' | 'every'
  /** The branch for messages that meet no condition. Without it, they go to no branch at all. */
  readonly otherwise?: B
}

/**
 * Branches by conditions on the message, in the order listed: `conditional({ short: (q) => q.length < 20 }, { otherwise: 'long' })`.
 *
 * A condition must be pure and synchronous. One that throws or returns a promise fails the message it was asked about, and only
 * that one.
 *
 * @throws InvalidArgumentError (`invalid-argument`)
 */
export function conditional<T, const B extends string, const O extends string = never>(
  conditions: { readonly [branch in B]: (value: T) => boolean },
  options: ConditionalOptions<O> = {},
): RoutePolicy<T, B | O> {
  onlyOptions(options, 'conditional', ['match', 'otherwise'])
  const { match = 'first', otherwise } = options
  oneOf(['first', 'every'], match, 'conditional.match')
  const entries = entriesIn<B, (value: T) => boolean>(
    conditions,
    'conditional.conditions',
    'an object of conditions by branch',
  )
  for (const [name, holds] of entries) aFunction(holds, `conditional.${name}`)
  if (otherwise !== undefined) names([otherwise], 'conditional.otherwise')
  const branches: (B | O)[] = entries.map(([name]) => name)
  if (otherwise !== undefined && !branches.includes(otherwise)) branches.push(otherwise)
  return routePolicy(
    'conditional',
    branches,
    { conditions: entries.map(([name]) => name), ...options },
    (site) => new Conditional<T>(site, entries, match === 'every', otherwise),
  )
}

class Conditional<T> extends Chooser<T> {
  readonly kind = 'conditional'
  readonly #conditions: readonly (readonly [string, (value: T) => boolean])[]
  readonly #every: boolean
  readonly #otherwise: string | undefined
  /** Position of each condition's branch; -1 if A has no such arrow. */
  #positions: Int32Array = new Int32Array(0)
  #fallback = -1

  constructor(
    site: RouteSite,
    conditions: readonly (readonly [string, (value: T) => boolean])[],
    every: boolean,
    otherwise: string | undefined,
  ) {
    super(site)
    this.#conditions = conditions
    this.#every = every
    this.#otherwise = otherwise
  }

  protected override compile({ names }: BranchSet): void {
    this.#positions = Int32Array.from(this.#conditions, ([name]) => names.indexOf(name))
    this.#fallback = this.#otherwise === undefined ? -1 : names.indexOf(this.#otherwise)
  }

  protected pick({ weights }: BranchSet, { value }: RouteRequest<T>, into: RouteChoice): void {
    for (let at = 0; at < this.#conditions.length; at++) {
      const position = this.#positions[at] as number
      const condition = this.#conditions[at]
      if (position === -1 || condition === undefined || !atOnce(this.site.path, condition[1](value))) continue
      into.add(position, weights[position] as number)
      if (!this.#every) return
    }
    if (into.count === 0 && this.#fallback !== -1) {
      into.add(this.#fallback, weights[this.#fallback] as number)
    }
  }
}
