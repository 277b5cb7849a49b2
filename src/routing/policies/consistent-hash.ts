import { atOnce } from '../../kernel/callbacks.ts'
import { aFunction } from '../../kernel/demand.ts'
import { hashText } from '../../kernel/hash-text.ts'
import { onlyOptions } from '../../kernel/only-options.ts'
import { Chooser, routePolicy } from '../chooser.ts'
import { affinity, scatter, unit } from '../hash.ts'
import type { BranchSet, RoutePolicy, RouteRequest, RouteSite } from '../policy.ts'
import type { RouteChoice } from '../route-choice.ts'
import { cumulative, draw } from './weighted.ts'

/** Where to find the key of a message. */
export interface ConsistentHashOptions<T> {
  /** The key of a message; by default its order key. Without a key the branch is drawn by weight. */
  readonly key?: (value: T) => string | undefined
}

/**
 * Sends the same key to the same branch. A branch that comes or goes moves only the keys it gains or loses.
 *
 * Weighted rendezvous hashing: the branch with the greatest −a_ij / ln h(key, name), h uniform in (0, 1) (Thaler & Ravishankar
 * 1998; weights as in Schindelhauer & Schomaker 2005). Unlike a ring, it needs no virtual nodes, and its shares follow the
 * weights exactly in expectation. Only the names decide, so two processes with the same branches agree. It looks at every
 * branch, about 20 ns each.
 */
export function consistentHash<T = unknown>(options: ConsistentHashOptions<T> = {}): RoutePolicy<T, never> {
  onlyOptions(options, 'consistentHash', ['key'])
  const { key } = options
  if (key !== undefined) aFunction(key, 'consistentHash.key')
  const told = key === undefined ? {} : { key: key.name || 'function' }
  return routePolicy('consistentHash', [], told, (site) => new ConsistentHash<T>(site, key))
}

class ConsistentHash<T> extends Chooser<T> {
  readonly kind = 'consistentHash'
  readonly #key: ((value: T) => string | undefined) | undefined
  #hashes: Uint32Array = new Uint32Array(0)
  #cumulative: Float64Array = new Float64Array(0)

  constructor(site: RouteSite, key: ((value: T) => string | undefined) | undefined) {
    super(site)
    this.#key = key
  }

  protected override compile({ names, weights }: BranchSet): void {
    this.#hashes = Uint32Array.from(names, (name) => scatter(hashText(name)))
    this.#cumulative = cumulative(weights)
  }

  protected pick({ names, weights }: BranchSet, request: RouteRequest<T>, into: RouteChoice): void {
    const key = this.#key === undefined ? request.key : atOnce(this.site.path, this.#key(request.value))
    if (key === undefined) {
      into.add(draw(this.#cumulative, this.site.random), 1)
      return
    }
    const hash = hashText(key)
    let best = 0
    let highest = -1
    for (let at = 0; at < names.length; at++) {
      const score = -(weights[at] as number) / Math.log(unit(affinity(hash, this.#hashes[at] as number)))
      // Equals are ordered by name, not by their place in A.
      if (score < highest || (score === highest && (names[at] as string) > (names[best] as string))) continue
      best = at
      highest = score
    }
    into.add(best, 1)
  }
}
