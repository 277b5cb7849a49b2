import { ARRIVED, FAILED, type JoinSlab, LATE, LOST, MERGED } from './join-slab.ts'

/** The state of a join. */
export interface JoinStatus<B extends string = string> {
  readonly state: 'open' | 'merged' | 'failed'
  readonly arrived: readonly B[]
  readonly failed: readonly B[]
  readonly missing: readonly B[]
  /** Arrived after the join had answered; these are among the missing too. */
  readonly late: readonly B[]
}

/** The state of the join at `slot`, with branches by name in their order. */
export function statusOf<B extends string>(
  slab: JoinSlab,
  slot: number,
  branches: readonly B[],
): JoinStatus<B> {
  const state = slab.state(slot)
  const those = (test: (place: number) => boolean) => branches.filter((_, place) => test(place))
  return {
    state: state === MERGED ? 'merged' : state === FAILED ? 'failed' : 'open',
    arrived: those((place) => slab.has(slot, ARRIVED, place)),
    failed: those((place) => slab.has(slot, LOST, place)),
    missing: those((place) => !slab.has(slot, ARRIVED, place) && !slab.has(slot, LOST, place)),
    late: those((place) => slab.has(slot, LATE, place)),
  }
}
