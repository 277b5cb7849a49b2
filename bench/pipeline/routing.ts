import { SeededRandomness } from '../../src/kernel/random.ts'
import { exp3 } from '../../src/routing/bandits/exp3.ts'
import { linUcb } from '../../src/routing/bandits/lin-ucb.ts'
import { thompson } from '../../src/routing/bandits/thompson.ts'
import { ucb1 } from '../../src/routing/bandits/ucb1.ts'
import { consistentHash } from '../../src/routing/policies/consistent-hash.ts'
import { leastLoaded } from '../../src/routing/policies/least-loaded.ts'
import { all, weightedRandom } from '../../src/routing/policies/weighted.ts'
import type { RouteChooser, RoutePolicy } from '../../src/routing/policy.ts'
import { RouteChoice } from '../../src/routing/route-choice.ts'
import { RoutingMatrix } from '../../src/routing/routing-matrix.ts'
import type { BenchResult } from '../result.ts'
import { median } from '../runtime/measure.ts'

const NODES = 1000
/** Arrows that leave each node of the sparse A: 8 of 1,000. */
const ARROWS = 8
/** Branches that a bandit chooses among. */
const BRANCHES = 8

/** Routing a message by a sparse 1,000 × 1,000 A, and a bandit's decision with its feedback, in µs. */
export async function routing(scale: number, rounds: number): Promise<BenchResult[]> {
  const count = Math.max(1000, Math.round(1e6 * scale))
  const results: BenchResult[] = []
  for (const policy of [all(), weightedRandom(), consistentHash(), leastLoaded({ sample: 2 })]) {
    results.push({
      name: `route by ${NODES}×${NODES} A: ${policy.kind}`,
      value: await median(rounds, () => routed(policy, count)),
      unit: 'µs',
    })
  }
  const dimensions = 8
  const features = new Float64Array(dimensions).fill(0.3)
  const learners = [
    thompson(),
    ucb1(),
    exp3(),
    linUcb({ features: () => features, dimensions }),
  ] as const satisfies readonly RoutePolicy[]
  for (const policy of learners) {
    const decisions = Math.max(1000, Math.round(count / 5))
    results.push(
      {
        name: `decide among ${BRANCHES}: ${policy.kind}`,
        value: await median(rounds, () => decided(policy, decisions, false)),
        unit: 'µs',
      },
      {
        name: `decide among ${BRANCHES}, with feedback: ${policy.kind}`,
        value: await median(rounds, () => decided(policy, decisions, true)),
        unit: 'µs',
      },
    )
  }
  return results
}

function sparseMatrix(): RoutingMatrix {
  const names = Array.from({ length: NODES }, (_, at) => `n${at}`)
  const random = new SeededRandomness(1).stream('matrix')
  const edges = names.flatMap((from) => {
    const to = new Set<number>()
    while (to.size < ARROWS) to.add(random.integer(NODES))
    return [...to].map((at) => ({ from, to: names[at] as string, weight: random.next() + 0.01 }))
  })
  return RoutingMatrix.from({ names, edges })
}

function open<T>(policy: RoutePolicy<T>, name: string): RouteChooser<T> {
  return policy.open({
    path: name,
    random: new SeededRandomness(1).stream(name),
    clock: { monotonic: () => 0 },
    load: () => 0,
  })
}

/** µs per message on a random walk over A: one choice, and the recipients' indices. */
function routed(policy: RoutePolicy, messages: number): number {
  const matrix = sparseMatrix()
  const table = matrix.table()
  const choosers = matrix.names.map((name) => open(policy, name))
  const choice = new RouteChoice(ARROWS)
  const keys = Array.from({ length: 256 }, (_, at) => `user-${at}`)
  const request = { id: 0, key: '', value: undefined, remainingMs: 1000 }
  const walk = (count: number) => {
    let at = 0
    for (let id = 0; id < count; id++) {
      request.id = id
      request.key = keys[id & 255] as string
      ;(choosers[at] as RouteChooser).choose(table.branches(at), request, choice)
      at = table.target[(table.start[at] as number) + (choice.chosen[id % choice.count] as number)] as number
    }
    return at
  }
  // Every node has seen its branch set before the clock starts.
  let seen = 0
  for (; seen < NODES; seen++) (choosers[seen] as RouteChooser).choose(table.branches(seen), request, choice)
  const startedAt = performance.now()
  const end = walk(messages)
  if (end < 0 || seen !== NODES) throw new Error('nothing was routed')
  return ((performance.now() - startedAt) / messages) * 1000
}

function decided(policy: RoutePolicy, decisions: number, feedback: boolean): number {
  const chooser = open(policy, policy.kind)
  const names = Array.from({ length: BRANCHES }, (_, at) => `b${at}`)
  const branches = { names, weights: new Float64Array(BRANCHES).fill(1) }
  const choice = new RouteChoice()
  const request = { id: 0, key: undefined, value: undefined, remainingMs: 1000 }
  const startedAt = performance.now()
  for (let id = 0; id < decisions; id++) {
    request.id = id
    chooser.choose(branches, request, choice)
    if (feedback) chooser.learner?.feedback(id, ((choice.chosen[0] as number) + (id & 3)) / 16)
  }
  const micros = ((performance.now() - startedAt) / decisions) * 1000
  if (chooser.report().reduce((sum, { chosen }) => sum + chosen, 0) !== decisions)
    throw new Error('decisions were lost')
  return micros
}
