import type { Timer } from '../kernel/kernel.ts'
import { type Join, openJoin } from '../merge/join.ts'
import type { Hop, Message } from '../message/header.ts'
import type { Parcel } from '../ports/host.ts'
import type { Frame } from './frame.ts'

/** What a stream of one run shows while it is under way. */
export type RunEvent =
  | { readonly type: 'partial'; readonly processor: string; readonly value: unknown }
  | { readonly type: 'hop'; readonly hop: Hop }

/** How one merge came about. */
export interface JoinRecord {
  readonly merge: string
  /** Row of A over the parts that came, renormalised. */
  readonly weights: Readonly<Record<string, number>>
  readonly arrived: readonly string[]
  readonly failed: readonly string[]
  readonly missing: readonly string[]
}

/** The state of one merge within one run. It outlives the merge's instance: a crash there loses no part. */
export interface OpenJoin extends Join {
  /** What went into the fan-out. */
  input: unknown
  /** The parcel whose arrival completed the join; others are late from then on. */
  completedBy: Parcel | undefined
  record: JoinRecord | undefined
  timer: Timer | undefined
}

/** One message's way through the pipeline, from its ask to its settlement. */
export class PipelineRun {
  readonly id: number
  readonly input: unknown
  /** Monotonic milliseconds. */
  readonly startedAt: number
  readonly deadline: number
  readonly hops: Hop[] = []
  readonly messages: Message[] = []
  readonly explain: boolean
  readonly onEvent: ((event: RunEvent) => void) | undefined
  /** Names of the nodes that hold a parcel of this run, with how many. */
  readonly holding = new Map<string, number>()
  readonly #joins = new Map<string, OpenJoin>()
  settled = false
  settle: (error: unknown, value: unknown) => void = () => {}

  constructor(details: {
    id: number
    input: unknown
    startedAt: number
    deadline: number
    explain: boolean
    onEvent: ((event: RunEvent) => void) | undefined
  }) {
    this.id = details.id
    this.input = details.input
    this.startedAt = details.startedAt
    this.deadline = details.deadline
    this.explain = details.explain
    this.onEvent = details.onEvent
  }

  join(merge: string, frame?: Frame): OpenJoin {
    const key = joinKey(merge, frame)
    let join = this.#joins.get(key)
    if (join === undefined) {
      join = { ...openJoin(), input: undefined, completedBy: undefined, record: undefined, timer: undefined }
      this.#joins.set(key, join)
    }
    return join
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
}
