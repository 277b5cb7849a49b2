import { ARRIVED, FAILED, type JoinSlab, LATE, LOST, MERGED } from './join-slab.ts'

/** How a join stands. */
export interface JoinStatus<B extends string = string> {
  readonly state: 'open' | 'merged' | 'failed'
  readonly arrived: readonly B[]
  readonly failed: readonly B[]
  readonly missing: readonly B[]
  /** Came after it had answered; they are among the missing too. */
  readonly late: readonly B[]
}

/** How the join at `slot` stands, by the names of its branches in the order of their places. */
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
