import type { Timer } from '../../kernel/kernel.ts'
import type { Join, JoinPolicy } from '../../merge/join.ts'
import type { Parcel } from '../../ports/host.ts'
import type { Frame } from './frame.ts'

/** How one merge got its result. */
export interface JoinRecord {
  readonly merge: string
  /** Row of A over the parts that arrived, renormalised. */
  readonly weights: Readonly<Record<string, number>>
  readonly arrived: readonly string[]
  readonly failed: readonly string[]
  readonly missing: readonly string[]
  /** Branches that did not arrive and got their default. */
  readonly defaulted: readonly string[]
  /** Parts that arrived after the merge: each is a dead letter `late`. */
  readonly late: readonly string[]
  /** Optional branches, among the missing, that were left out because of the load. */
  readonly shed?: readonly string[]
}

/** The state of one merge within one run. It outlives the merge's instance, so a crash there loses no part. */
export interface OpenJoin extends Join {
  readonly merge: string
  readonly frame: Frame | undefined
  /** The input of the fan-out. */
  input: unknown
  /** Over the branches that this run was sent to. Default: the merge's own join. */
  policy: JoinPolicy | undefined
  /** The parcel that completed the join; others are late from then on. */
  completedBy: Parcel | undefined
  record: JoinRecord | undefined
  /** Timers of its deadline and its grace. */
  timer: Timer | undefined
  graceTimer: Timer | undefined
  readonly late: string[]
  /** Optional branches that it was not sent to, because of the load. */
  shed: readonly string[] | undefined
}

/** The join of a merge that no part has reached yet. */
export function openJoin(merge: string, frame: Frame | undefined): OpenJoin {
  return {
    parts: new Map(),
    failed: new Map(),
    merge,
    frame,
    input: undefined,
    policy: undefined,
    completedBy: undefined,
    record: undefined,
    timer: undefined,
    graceTimer: undefined,
    late: [],
    shed: undefined,
  }
}

/** No timer wakes the join any more; it may get new ones. */
export function disarm(join: OpenJoin): void {
  join.timer?.cancel()
  join.graceTimer?.cancel()
  join.timer = undefined
  join.graceTimer = undefined
}

/** A merge inside a loop has one join per turn. */
export function joinKey(merge: string, frame: Frame | undefined): string {
  return frame === undefined ? merge : `${merge}@${frame.id}`
}

/** Its run has settled: of what went through the join only the record is kept. Whatever still comes is late. */
export function forgetParts(join: OpenJoin): void {
  join.parts.clear()
  join.failed.clear()
  join.input = undefined
  join.completedBy = SOMEBODY
}

/** No parcel is this one, so anything that arrives for its join is late. */
export const SOMEBODY = {} as Parcel
