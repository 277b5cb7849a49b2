import { atOnce } from '../../kernel/callbacks.ts'
import { aFunction, demand } from '../../kernel/demand.ts'
import { hashText } from '../../kernel/hash-text.ts'
import { onlyOptions } from '../../kernel/only-options.ts'
import { shares } from '../checks.ts'
import { Chooser, routePolicy } from '../chooser.ts'
import { scatter, unit } from '../hash.ts'
import type { BranchSet, RoutePolicy, RouteRequest, RouteSite } from '../policy.ts'
import type { RouteChoice } from '../route-choice.ts'
import { cumulative, positionOf } from './weighted.ts'

/** Name and key of an experiment. */
export interface AbTestOptions<T> {
  /** Name of the experiment. Experiments with different names assign the same keys independently. Default `'ab-test'`. */
  readonly experiment?: string
  /** Default: the message's order key. Messages without a key are drawn one by one. */
  readonly key?: (value: T) => string | undefined
}

/**
 * Splits traffic by shares and keeps each key in its arm: `abTest({ control: 0.9, novel: 0.1 })`.
 *
 * Shares are relative. The key's hash is a point on [0, 1), which is cut into the arms in the order listed. Moving a share from
 * one arm to its neighbour therefore moves only the keys in between. The share of an arm that A lacks goes to the others.
 *
 * @throws InvalidArgumentError (`invalid-argument`)
 */
export function abTest<const B extends string, T = unknown>(
  arms: { readonly [branch in B]: number },
  options: AbTestOptions<T> = {},
): RoutePolicy<T, B> {
  const entries = shares(arms, 'abTest.shares')
  onlyOptions(options, 'abTest', ['experiment', 'key'])
  const { experiment = 'ab-test', key } = options
  demand(experiment, 'abTest.experiment', 'a name', (given) => typeof given === 'string')
  if (key !== undefined) aFunction(key, 'abTest.key')
  return routePolicy(
    'abTest',
    entries.map(([name]) => name),
    { shares: arms, experiment, ...(key === undefined ? {} : { key: key.name || 'function' }) },
    (site) => new AbTest<T>(site, entries, hashText(experiment), key),
  )
}

class AbTest<T> extends Chooser<T> {
  readonly kind = 'abTest'
  readonly #arms: readonly (readonly [string, number])[]
  readonly #salt: number
  readonly #key: ((value: T) => string | undefined) | undefined
  #positions: number[] = []
  #cumulative: Float64Array = new Float64Array(0)

  constructor(
    site: RouteSite,
    arms: readonly (readonly [string, number])[],
    salt: number,
    key: ((value: T) => string | undefined) | undefined,
  ) {
    super(site)
    this.#arms = arms
    this.#salt = salt
    this.#key = key
  }

  protected override compile({ names }: BranchSet): void {
    const here = this.#arms.filter(([name, share]) => share > 0 && names.includes(name))
    this.#positions = here.map(([name]) => names.indexOf(name))
    this.#cumulative = cumulative(here.map(([, share]) => share))
  }

  protected pick(_branches: BranchSet, request: RouteRequest<T>, into: RouteChoice): void {
    if (this.#positions.length === 0) return
    const key = this.#key === undefined ? request.key : atOnce(this.site.path, this.#key(request.value))
    const point = key === undefined ? this.site.random.next() : unit(scatter(hashText(key, this.#salt)))
    const sum = this.#cumulative[this.#cumulative.length - 1] as number
    into.add(this.#positions[positionOf(this.#cumulative, point * sum)] as number, 1)
  }
}
