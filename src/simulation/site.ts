import { type ChosenFault, ROUND } from './choices.ts'
import type { FaultEdit } from './edits.ts'
import type { Odds } from './fault-plan.ts'
import type { FaultAt, FaultPoint } from './faults.ts'

/** A place where faults can strike repeatedly. */
export interface Site<P extends FaultPoint = FaultPoint> {
  readonly point: P
  readonly name: string
  /** Names of the actors involved. */
  readonly about: readonly string[]
  n: number
  round: number
  readonly planned: ReadonlyMap<number, ChosenFault> | undefined
  /** What can strike here by chance. */
  readonly odds: Odds | undefined
  /** What happens here instead of what chance would choose. */
  readonly edits: ReadonlyMap<number, FaultEdit> | undefined
  /** Of its chance: what happens at an opportunity depends on the site and its number alone. */
  seed: number
  /** Rounds that are over: the number before the first opportunity, and the last. */
  readonly past: (readonly [from: number, to: number])[]
}

/** Opportunities of a site that one of its kinds of faults could have used. */
export interface Opening {
  readonly site: string
  readonly odds: Odds
  /** The first is `from + 1`. */
  readonly from: number
  readonly to: number
}

/** A fault that strikes at a point. */
export interface Fault<P extends FaultPoint = FaultPoint> {
  readonly kind: FaultAt<P>
  readonly value: number
}

/** Its opportunities by round; none where nothing can strike. */
export function openingsOf({ name, odds, past, round, n }: Site): Opening[] {
  if (odds === undefined) return []
  const rounds = [...past, [round * ROUND, n] as const]
  return rounds.filter(([from, to]) => to > from).map(([from, to]) => ({ site: name, odds, from, to }))
}
