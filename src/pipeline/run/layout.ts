import type { JoinPolicy } from '../../merge/join.ts'
import type { BranchSet, RoutePolicy } from '../../routing/policy.ts'
import { RouteTable } from '../../routing/route-table.ts'
import { RoutingMatrix } from '../../routing/routing-matrix.ts'
import { INPUT, localName, type MergeNode, type Plan } from '../plan/plan.ts'
import { branchHeads, joinOver, partsOf } from '../plan/shape.ts'
import type { Station } from './station.ts'

/** Where one message becomes many, and the merge where they come back together. */
export interface Fan {
  readonly merge: string
  /** Index of the node whose value goes to the branches. */
  readonly from: number
  /** Names of the branches at the merge, in its order: those whose arrow has a weight. */
  readonly branches: readonly string[]
  /** Index of each branch's first node. */
  readonly heads: readonly number[]
  /** The merge's join over these branches. */
  readonly join: JoinPolicy
  /** Chooses among the branches; without it the message goes to all. */
  readonly route: RoutePolicy<never, string> | undefined
  /** The branches by their policy's names, with the weights of the arrows to them. */
  readonly set: BranchSet
  /** Worth of the branches that may be left out under load. */
  readonly optional: ReadonlyMap<string, number> | undefined
}

/** How many messages have gone along one arrow of A. All layouts that have the arrow share it. */
export interface ArrowCount {
  readonly from: string
  readonly to: string
  messages: number
}

/**
 * What a run uses from its beginning to its end: the plan, A, and the stations of its nodes. It is immutable: a swap makes a
 * new one for later runs. So each run is routed entirely by the old A or entirely by the new.
 */
export class Layout {
  readonly plan: Plan
  readonly matrix: RoutingMatrix
  /** Arrows by column. Arrows of weight 0 from a fan are left out; those into a merge are not, and their part counts 0. */
  readonly table: RouteTable
  /** By index in A; index 0 is the input, which has no station. */
  readonly stations: readonly (Station | undefined)[]
  readonly exit: number
  /** By the index of the node where they start. */
  readonly fans: readonly (Fan | undefined)[]
  /** Whether any branch may be left out under load. */
  readonly optional: boolean
  /** Runs that use it and have not settled. */
  runs = 0
  /** By index: the part that is lost with a message there; -1 if a loss fails the run. */
  readonly partOf: Int32Array
  /** By place in the table. */
  readonly #counts: readonly ArrowCount[]
  readonly #rows = new Map<string, Readonly<Record<string, number>>>()

  constructor(
    plan: Plan,
    stationOf: (name: string) => Station,
    countOf: (from: string, to: string) => ArrowCount,
  ) {
    this.plan = plan
    const names = [INPUT, ...plan.nodes.map((node) => node.name)]
    this.matrix = RoutingMatrix.from({ names, edges: plan.edges })
    this.exit = this.matrix.indexOf(plan.exit)
    this.stations = names.map((name, index) => (index === 0 ? undefined : stationOf(name)))
    const fans = fansOf(plan, this.matrix)
    const closed = new Set(fans.flatMap(({ closed }) => closed))
    this.table = RouteTable.compile(
      names,
      plan.edges.filter((edge) => edge.weight !== 0 || !closed.has(`${edge.from}→${edge.to}`)),
      (name) => this.matrix.indexOf(name),
    )
    this.#counts = names.flatMap((from, column) =>
      Array.from(this.table.target.subarray(this.table.start[column], this.table.start[column + 1]), (row) =>
        countOf(from, names[row] as string),
      ),
    )
    this.optional = fans.some(({ fan }) => fan.optional !== undefined)
    const parts = partsOf(plan)
    this.partOf = Int32Array.from(names, (name) => {
      const part = parts.get(name)
      return part === undefined ? -1 : this.matrix.indexOf(part)
    })
    this.fans = names.map((_, index) => fans.find(({ fan }) => fan.from === index)?.fan)
  }

  /** Counts a message along an arrow. */
  count(from: number, to: number): void {
    const { start, target } = this.table
    const end = start[from + 1] as number
    for (let at = start[from] as number; at < end; at++) {
      if (target[at] !== to) continue
      ;(this.#counts[at] as ArrowCount).messages += 1
      return
    }
  }

  /** The row and column of a station; its own hint is right for the newest layout. */
  indexOf(station: Station): number {
    const { index } = station
    return this.stations[index] === station ? index : this.matrix.indexOf(station.name)
  }

  /** The recipient of a node's first arrow; 0 (the input, to which no arrow leads) means none. */
  next(index: number): number {
    return index === this.exit ? 0 : (this.table.target[this.table.start[index] as number] as number)
  }

  /** Row of A at a merge: the weight of each branch. */
  row(merge: MergeNode): Readonly<Record<string, number>> {
    let row = this.#rows.get(merge.name)
    if (row === undefined) {
      row = Object.fromEntries(
        merge.join.expected.map((branch) => [branch, this.matrix.weight(branch, merge.name)]),
      )
      this.#rows.set(merge.name, row)
    }
    return row
  }
}

interface FoundFan {
  readonly fan: Fan
  /** Arrows of weight 0 from the fan's start. */
  readonly closed: readonly string[]
}

function fansOf(plan: Plan, matrix: RoutingMatrix): FoundFan[] {
  return plan.nodes.flatMap((node) => {
    if (node.kind !== 'merge') return []
    const { from, heads } = branchHeads(plan, node)
    const weightTo = (head: string) => plan.edges.find((e) => e.from === from && e.to === head)?.weight ?? 0
    const branches = node.join.expected.filter((_, i) => weightTo(heads[i] as string) !== 0)
    const headOf = (branch: string) => heads[node.join.expected.indexOf(branch)] as string
    const fan: Fan = {
      merge: node.name,
      from: matrix.indexOf(from),
      branches,
      heads: branches.map((branch) => matrix.indexOf(headOf(branch))),
      join: joinOver(node.join, branches),
      route: node.route,
      optional: node.optional === undefined ? undefined : new Map(Object.entries(node.optional)),
      set: {
        names: branches.map((branch) => localName(node, branch)),
        weights: Float64Array.from(branches, (branch) => weightTo(headOf(branch))),
      },
    }
    return [{ fan, closed: heads.filter((head) => weightTo(head) === 0).map((head) => `${from}→${head}`) }]
  })
}
