import type { Timer } from '../kernel/kernel.ts'
import { type Join, type JoinPolicy, openJoin } from '../merge/join.ts'
import type { Hop, Message } from '../message/header.ts'
import type { Parcel } from '../ports/host.ts'
import type { MadeDecision } from './fan-routes.ts'
import type { Frame } from './frame.ts'
import type { Layout } from './layout.ts'

/** What a stream of one run shows while it is under way. */
export type RunEvent =
  | {
      readonly type: 'partial'
      readonly processor: string
      /** Of the step that gave it; a second attempt gives its partial results anew. */
      readonly attempt: number
      readonly value: unknown
    }
  | { readonly type: 'hop'; readonly hop: Hop }

/** How one merge came about. */
export interface JoinRecord {
  readonly merge: string
  /** Row of A over the parts that came, renormalised. */
  readonly weights: Readonly<Record<string, number>>
  readonly arrived: readonly string[]
  readonly failed: readonly string[]
  readonly missing: readonly string[]
  /** Branches that neither came nor were waited for, and were given their default. */
  readonly defaulted: readonly string[]
  /** Parts that came after the merge: each is a dead letter `late`. */
  readonly late: readonly string[]
}

/** One choice of a vote. */
export interface Ballot {
  readonly choice: unknown
  readonly share: number
  readonly voters: readonly string[]
}

/** The state of one merge within one run. It outlives the merge's instance: a crash there loses no part. */
export interface OpenJoin extends Join {
  readonly merge: string
  readonly frame: Frame | undefined
  /** What went into the fan-out. */
  input: unknown
  /** Over the branches that this run was sent to; by default the merge's own. */
  policy: JoinPolicy | undefined
  /** The parcel whose arrival completed the join; others are late from then on. */
  completedBy: Parcel | undefined
  record: JoinRecord | undefined
  timer: Timer | undefined
  readonly late: string[]
}

/** One parcel of a paused run: where it stands, by name. */
export interface Standing {
  readonly to: string
  readonly from: string
  readonly weight: number
  readonly body: unknown
  readonly signal: Tag['signal']
  readonly frame: Frame | undefined
  readonly error?: unknown
}

/** A run that is being paused: `ready` is called once nothing of it is under way any more. */
export interface Pause {
  readonly parcels: Standing[]
  readonly ready: () => void
}

/** One message's way through the pipeline, from its ask to its settlement. */
export class PipelineRun {
  readonly id: number
  readonly input: unknown
  /** Monotonic milliseconds. */
  readonly startedAt: number
  readonly deadline: number
  /** When it settled, monotonic milliseconds. */
  endedAt: number | undefined
  readonly hops: Hop[] = []
  readonly messages: Message[] = []
  readonly explain: boolean
  readonly onEvent: ((event: RunEvent) => unknown) | undefined
  /** Names of the nodes that hold a parcel of this run, with how many. */
  readonly holding = new Map<string, number>()
  readonly #joins = new Map<string, OpenJoin>()
  /** Messages of one key keep their order, whatever is replaced or resized meanwhile. */
  readonly orderKey: string | undefined
  /** The plan, A and stations that all of this run goes by. */
  readonly layout: Layout
  /** What policies decided; made by the first. */
  decisions: MadeDecision[] | undefined
  /** Votes of its merges, by name. */
  votes: Map<string, readonly Ballot[]> | undefined
  /** Names of nodes that got a shadow's copy. */
  shadows: Set<string> | undefined
  settled = false
  /** What people have answered, by the step that asked; kept until the step is done. */
  answers: Map<string, unknown[]> | undefined
  /** Whether a step of it has ever asked a person. */
  asked = false
  /** While it is paused: what would have been sent, and what was under way. */
  pause: Pause | undefined
  /** Why it failed; `undefined` while it goes on, and once it is answered. */
  error: unknown
  settle: (error: unknown, value: unknown) => void = () => {}

  constructor(details: {
    id: number
    input: unknown
    startedAt: number
    deadline: number
    explain: boolean
    onEvent: ((event: RunEvent) => unknown) | undefined
    orderKey: string | undefined
    layout: Layout
  }) {
    this.id = details.id
    this.input = details.input
    this.startedAt = details.startedAt
    this.deadline = details.deadline
    this.explain = details.explain
    this.onEvent = details.onEvent
    this.orderKey = details.orderKey
    this.layout = details.layout
  }

  join(merge: string, frame?: Frame): OpenJoin {
    const key = joinKey(merge, frame)
    let join = this.#joins.get(key)
    if (join === undefined) {
      join = {
        ...openJoin(),
        merge,
        frame,
        input: undefined,
        policy: undefined,
        completedBy: undefined,
        record: undefined,
        timer: undefined,
        late: [],
      }
      this.#joins.set(key, join)
    }
    return join
  }

  joins(): Iterable<OpenJoin> {
    return this.#joins.values()
  }

  /** The frame in which a merge was fanned out to, from a frame within that: the part may have gone into loops since. */
  frameOfJoin(merge: string, within: Frame | undefined): Frame | undefined {
    let frame = within
    while (frame !== undefined && !this.#joins.has(joinKey(merge, frame))) frame = frame.outer
    return frame
  }

  joinRecords(): JoinRecord[] {
    return [...this.#joins.values()].flatMap((join) => (join.record === undefined ? [] : [join.record]))
  }

  shadow(node: string): void {
    this.shadows ??= new Set()
    this.shadows.add(node)
  }

  held(node: string): void {
    this.holding.set(node, (this.holding.get(node) ?? 0) + 1)
  }

  released(node: string): void {
    const left = (this.holding.get(node) ?? 1) - 1
    if (left === 0) this.holding.delete(node)
    else this.holding.set(node, left)
  }

  /** Cancels what would fire later. */
  close(): void {
    for (const join of this.#joins.values()) join.timer?.cancel()
  }
}

/** A merge inside a loop has one join a turn. */
function joinKey(merge: string, frame: Frame | undefined): string {
  return frame === undefined ? merge : `${merge}@${frame.id}`
}

/** What a parcel carries back to the pipeline with its outcome. */
export interface Tag {
  readonly run: PipelineRun
  /** Index in A of the node that sent it. */
  readonly from: number
  readonly signal: 'value' | 'part-lost' | 'time-up'
  /** The turn of a loop, or the sub-pipeline, that it is in. */
  readonly frame?: Frame | undefined
  /** With `part-lost`: why. */
  readonly error?: unknown
  /** A copy for this shadow branch: what comes of it goes nowhere. */
  readonly shadow?: string | undefined
}
