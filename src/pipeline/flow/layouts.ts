import { text } from '../../kernel/errors.ts'
import { wholeNumber } from '../../kernel/whole-number.ts'
import type { Edge } from '../../routing/edge.ts'
import { ReshapeError } from '../errors.ts'
import { type Plan, type PlanNode, widthOf } from '../plan/plan.ts'
import { withWeights } from '../plan/reshape.ts'
import { REPLICAS_MAX } from '../plan/stage-options.ts'
import { type ArrowCount, Layout } from '../run/layout.ts'
import type { Seen, Station } from '../run/station.ts'

/**
 * The current layout, and those that runs still use:
 *
 *   install(plan) ─▶ current ─ the next install ─▶ its last run ends ─▶ stations that no other layout holds retire
 */
export class Layouts {
  readonly #make: (node: PlanNode, replacement: boolean) => Station
  readonly #follow: (layout: Layout) => void
  /** Names that ever had a station: runs may still use one that the current layout lacks. */
  readonly #names = new Set<string>()
  /** By the two names of an arrow, in the order of the plans that brought them. */
  readonly #arrows = new Map<string, Map<string, ArrowCount>>()
  #current: Layout
  /** What the current layout takes at once without a wait at any step; the door reckons with it. */
  readonly width = { runs: 1 }

  /** `follow` is called with a layout before it becomes current; if it throws, nothing has changed. */
  constructor(
    plan: Plan,
    make: (node: PlanNode, replacement: boolean) => Station,
    follow: (layout: Layout) => void,
  ) {
    this.#make = make
    this.#follow = follow
    const byName = new Map(plan.nodes.map((node) => [node.name, node]))
    this.#current = this.#adopt(this.#layout(plan, (name) => make(byName.get(name) as PlanNode, false)))
    follow(this.#current)
    this.#measure()
  }

  /** The layout for runs that begin now. */
  get current(): Layout {
    return this.#current
  }

  /**
   * Makes another plan current, at once and as a whole; runs that have begun keep theirs. Nodes that are the same
   * object keep their stations. Others get new stations, and the old ones stop when nothing can reach them any more.
   *
   * @throws the plan's error; then nothing has changed.
   */
  install(plan: Plan): Layout {
    const known = new Map(this.#current.stations.map((station) => [station?.name, station]))
    const byName = new Map(plan.nodes.map((node) => [node.name, node]))
    const made: Station[] = []
    const stationOf = (name: string): Station => {
      const node = byName.get(name) as PlanNode
      const before = known.get(name)
      if (before?.node === node) return before
      const station = this.#make(node, this.#names.has(name))
      // Keep the number of copies from its last resize.
      if (node.kind === 'processor' && before !== undefined && before.replicas !== station.replicas)
        station.resize(before.replicas)
      made.push(station)
      return station
    }
    let next: Layout
    try {
      next = this.#layout(plan, stationOf)
      this.#follow(next)
    } catch (error) {
      for (const station of made) station.retire()
      throw error
    }
    const before = this.#current
    this.#current = this.#adopt(next)
    this.#measure()
    if (before.runs === 0) this.#drop(before)
    return next
  }

  /** The current layout, or another over the same stations for a run with its own weights. */
  withEdges(edges: readonly Edge[]): Layout {
    const { plan: now } = this.#current
    const weightOf = (from: string, to: string) =>
      edges.find((edge) => edge.from === from && edge.to === to)?.weight ?? 0
    if (now.edges.every(({ from, to, weight }) => weightOf(from, to) === weight)) return this.#current
    const plan = withWeights(now, edges)
    const byName = new Map(this.#current.stations.map((station) => [station?.name, station]))
    return this.#layout(plan, (name) => byName.get(name) as Station)
  }

  /** Counts a run that uses it. */
  enter(layout: Layout): void {
    // A separate layout holds its stations from its first run on.
    if (layout.runs === 0 && layout !== this.#current) this.#hold(layout)
    layout.runs += 1
  }

  /** Counts a run that has ended. */
  leave(layout: Layout): void {
    layout.runs -= 1
    if (layout.runs === 0 && layout !== this.#current) this.#drop(layout)
  }

  /** The station of this name in the current layout. */
  station(name: string): Station | undefined {
    return this.#current.stations.find((one) => one?.name === name)
  }

  /** @throws ReshapeError (`reshape`) if there is no such processor or map; InvalidArgumentError (`invalid-argument`) */
  resize(name: string, replicas: number): void {
    const copies = wholeNumber(replicas, `${text(name)}.replicas`, 1, REPLICAS_MAX)
    const station = this.station(name)
    if (station === undefined || station.node.kind === 'merge') {
      throw new ReshapeError(
        `'${text(name)}' can't be resized`,
        text(name),
        replicas,
        'Name a processor or a map',
      )
    }
    station.resize(copies)
    this.#measure()
  }

  /** The last message that a step took, and its result. */
  seen(name: string): Seen | undefined {
    return this.station(name)?.seen
  }

  /** Parcels waiting and running at a node, over all replicas. */
  load(name: string): number {
    let load = 0
    for (const station of this.#current.stations) {
      if (station === undefined) continue
      const { name: own, within } = station.node
      // The load of a branch that is a pipeline is that of all its steps.
      if (own !== name && within !== name && within?.startsWith(`${name}.`) !== true) continue
      for (const stage of station.stages) load += stage.load
    }
    return load
  }

  /** How many messages have gone along each arrow, those of former plans included. */
  arrows(): ArrowCount[] {
    return [...this.#arrows.values()].flatMap((to) => [...to.values()].map((one) => ({ ...one })))
  }

  #measure(): void {
    this.width.runs = widthOf(this.#current.plan, (name) => this.station(name)?.replicas ?? 1)
  }

  #layout(plan: Plan, stationOf: (name: string) => Station): Layout {
    return new Layout(plan, stationOf, (from, to) => {
      const row = this.#arrows.get(from) ?? new Map<string, ArrowCount>()
      const count = row.get(to) ?? { from, to, messages: 0 }
      this.#arrows.set(from, row.set(to, count))
      return count
    })
  }

  #adopt(layout: Layout): Layout {
    layout.stations.forEach((station, index) => {
      if (station === undefined) return
      station.index = index
      this.#names.add(station.name)
    })
    return this.#hold(layout)
  }

  #hold(layout: Layout): Layout {
    for (const station of layout.stations) if (station !== undefined) station.layouts += 1
    return layout
  }

  /** No run uses it any more. */
  #drop(layout: Layout): void {
    for (const station of layout.stations) {
      if (station === undefined) continue
      station.layouts -= 1
      if (station.layouts === 0) station.retire()
    }
  }
}
