import type { BranchExplanation, RouteCause, RouteExplanation } from '../policy.ts'
import { type Arm, COUNT, type Decision, FIGURES, MEAN, PROPENSITY, SCORE } from './decision-log.ts'

/** A decision as data and as one sentence. `measure` is what the policy compares: `'upper confidence bound'`. */
export function explain<A extends Arm>(
  kind: string,
  measure: string,
  decision: Decision<A>,
): RouteExplanation {
  const { id, names, chosen, cause, state, figures, base } = decision
  const branches = names.map((name, position): BranchExplanation => {
    const at = base + position * FIGURES
    const propensity = figures[at + PROPENSITY] as number
    return {
      name,
      count: figures[at + COUNT] as number,
      mean: figures[at + MEAN] as number,
      score: figures[at + SCORE] as number,
      propensity: Number.isNaN(propensity) ? undefined : propensity,
    }
  })
  const picked = chosen.map((position) => names[position] as string)
  const rewards = Object.fromEntries(
    decision.rewards.flatMap((reward, at) => (Number.isNaN(reward) ? [] : [[picked[at] as string, reward]])),
  )
  const winners = chosen.map((position) => branches[position] as BranchExplanation)
  const text = sentence(measure, cause, winners, branches)
  return { id, kind, chosen: picked, cause, branches, state, rewards, text }
}

function sentence(
  measure: string,
  cause: RouteCause,
  winners: readonly BranchExplanation[],
  branches: readonly BranchExplanation[],
): string {
  const next = branches
    .filter((one) => !winners.includes(one))
    .reduce<BranchExplanation | undefined>(
      (best, one) => (best === undefined || one.score > best.score ? one : best),
      undefined,
    )
  const known = ({ count, mean }: BranchExplanation) =>
    count === 0 ? 'no reward yet' : `mean ${mean.toFixed(3)} of ${count}`
  const names = winners.map((one) => `${one.name} (${measure} ${one.score.toFixed(3)}, ${known(one)})`)
  const runnerUp =
    next === undefined ? '' : `; next ${next.name} (${measure} ${next.score.toFixed(3)}, ${known(next)})`
  return `${names.join(' and ')}, ${SAID[cause]}${runnerUp}`
}

const SAID: { readonly [cause in RouteCause]: string } = {
  learned: 'by its score',
  untried: 'because it had not been tried',
  floor: 'drawn uniformly for the exploration floor',
  bound: 'because its least share was due',
  frozen: 'by what it knew when learning was frozen',
}
