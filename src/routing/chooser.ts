import { InvalidArgumentError } from '../kernel/errors.ts'
import type {
  BranchReport,
  BranchSet,
  RouteChooser,
  RouteLearner,
  RouteOutcome,
  RoutePolicy,
  RouteRequest,
  RouteSite,
  RouteState,
} from './policy.ts'
import type { RouteChoice } from './route-choice.ts'

/** Branches that have left A and are still remembered, in case they return. */
const DEPARTED_MAX = 256

interface Tally {
  readonly name: string
  chosen: number
  shadowed: number
  ended: number
  failed: number
  busyMs: number
}

/**
 * What every chooser does: counts by branch name, and notices a new branch set.
 *
 *   choose ─▶ another set? ─▶ compile(set): name → position, once
 *          ─▶ pick(set, request, choice)
 */
export abstract class Chooser<T> implements RouteChooser<T> {
  abstract readonly kind: string
  protected readonly site: RouteSite
  readonly #tallies = new Map<string, Tally>()
  #set: BranchSet | undefined
  #byPosition: Tally[] = []

  constructor(site: RouteSite) {
    this.site = site
  }

  get learner(): RouteLearner | undefined {
    return undefined
  }

  choose(branches: BranchSet, request: RouteRequest<T>, into: RouteChoice): void {
    if (branches !== this.#set) this.#see(branches)
    into.clear()
    if (branches.names.length === 0) return
    this.pick(branches, request, into)
    for (let at = 0; at < into.count; at++) {
      const tally = this.#byPosition[into.chosen[at] as number] as Tally
      if (into.shadow[at] === 1) tally.shadowed += 1
      else tally.chosen += 1
    }
  }

  /** Fills `into`, which is empty; `branches` has at least one, and `compile` has seen it. */
  protected abstract pick(branches: BranchSet, request: RouteRequest<T>, into: RouteChoice): void

  /** Called once per new branch set, before the first pick from it. */
  protected compile(_branches: BranchSet): void {}

  observe(_id: number, branch: string, outcome: RouteOutcome): void {
    const tally = this.#tallies.get(branch)
    // The agreement arrives after the end was counted.
    if (tally === undefined || outcome.agreement !== undefined) return
    tally.ended += 1
    if (outcome.failed) tally.failed += 1
    tally.busyMs += outcome.latencyMs
  }

  report(): readonly BranchReport[] {
    return [...this.#tallies.values()].map((tally) => ({ ...tally }))
  }

  save(): RouteState | undefined {
    return undefined
  }

  restore(state: unknown): void {
    savedBy(this.kind, state, this.site.path)
  }

  #see(branches: BranchSet): void {
    this.#byPosition = branches.names.map((name) => {
      const known = this.#tallies.get(name)
      // Deleting and setting again keeps the map in order of last use, the longest departed first.
      if (known !== undefined) this.#tallies.delete(name)
      const tally = known ?? { name, chosen: 0, shadowed: 0, ended: 0, failed: 0, busyMs: 0 }
      this.#tallies.set(name, tally)
      return tally
    })
    forgetOldest(this.#tallies, branches.names.length + DEPARTED_MAX)
    this.compile(branches)
    this.#set = branches
  }
}

/** Drops the oldest entries of a map until `max` are left. */
export function forgetOldest<V>(map: Map<string, V>, max: number): void {
  for (const name of map.keys()) {
    if (map.size <= max) return
    map.delete(name)
  }
}

/** Data stored by branch name and looked up by position. Each branch has one entry; departed ones are kept up to a bound. */
export class ByBranch<V> {
  /** In the order of the latest branch set. */
  at: readonly V[] = []
  readonly #make: (name: string) => V
  readonly #known = new Map<string, V>()

  constructor(make: (name: string) => V) {
    this.#make = make
  }

  see(branches: BranchSet): void {
    this.at = branches.names.map((name) => {
      const one = this.get(name) ?? this.#make(name)
      this.set(name, one)
      return one
    })
    forgetOldest(this.#known, branches.names.length + DEPARTED_MAX)
  }

  get(name: string): V | undefined {
    return this.#known.get(name)
  }

  set(name: string, value: V): void {
    this.#known.delete(name)
    this.#known.set(name, value)
  }

  entries(): IterableIterator<[string, V]> {
    return this.#known.entries()
  }
}

/** Makes a policy from its parts. */
export function routePolicy<T, B extends string, const K extends string>(
  kind: K,
  names: readonly B[],
  options: { readonly [option: string]: unknown },
  open: (site: RouteSite) => RouteChooser<T>,
): RoutePolicy<T, B> & { readonly kind: K } {
  return { kind, names, open, toJSON: () => ({ kind, ...options }) }
}

/**
 * The saved state of a chooser of this kind.
 *
 * @throws InvalidArgumentError (`invalid-argument`)
 */
export function savedBy(kind: string, state: unknown, path: string): { readonly [part: string]: unknown } {
  const saved = state as { version?: unknown; kind?: unknown } | null
  if (typeof saved === 'object' && saved !== null && saved.version === 1 && saved.kind === kind) {
    return saved as { [part: string]: unknown }
  }
  throw new InvalidArgumentError(`the state given to ${path} is not one that '${kind}' version 1 saved`, {
    path: `${path}.state`,
    value: state,
    remedy: 'Pass what `save()` of a chooser of the same kind returned',
  })
}
