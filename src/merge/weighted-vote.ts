import { aFunction } from '../kernel/demand.ts'
import { onlyOptions } from '../kernel/only-options.ts'
import { MergeError } from './errors.ts'
import { nothing } from './selection.ts'
import {
  type Accumulator,
  type BeginContext,
  type MergeContext,
  mergeAll,
  type Parts,
  ranksOf,
  sumOf,
  weightOf,
} from './strategy.ts'

/** The winner, and its share of the weight. */
export interface VoteResult<T> {
  readonly winner: T
  /** Share of the weight that voted for the winner, 0 to 1; abstentions count in the total. */
  readonly agreement: number
  readonly votes: readonly {
    readonly choice: T
    readonly share: number
    readonly voters: readonly string[]
  }[]
}

/** How a vote distinguishes choices. */
export interface VoteOptions {
  /** Identity of a choice. Default: the value itself. Returning `undefined` abstains. */
  readonly by?: (choice: never) => unknown
}

/** A weighted vote as a merge; `begin` holds one copy of each choice and its voters. */
export interface WeightedVote {
  <T>(parts: Parts<T>, at: MergeContext): VoteResult<T>
  /** The same merge, taking parts as they come; its result does not depend on their order. */
  begin<T>(at: BeginContext): Accumulator<T, VoteResult<T>>
}

/** A majority vote as a merge; `begin` holds one copy of each choice and its voters. */
export interface MajorityVote {
  <T>(parts: Parts<T>): T
  /** The same merge, taking parts as they come; its result does not depend on their order. */
  begin<T>(at: BeginContext): Accumulator<T, T>
}

/**
 * Weighted vote (plurality): `argmax_c Σ_{i votes c} w_i`, with the weights of those that arrived scaled to sum to 1.
 *
 * - Ties: the choice of the first branch among the tied. If all weights are 0, each voter counts the same.
 * - Abstention (`by` returns `undefined`): no vote, but its weight counts in the total for `agreement`.
 * - Empties: a vote without voters is refused. NaN: a choice of NaN is refused, because it is a failed computation, not an opinion.
 * - Incremental: it holds one copy of each choice.
 *
 * Source: Littlestone, Warmuth, "The Weighted Majority Algorithm", Information and Computation 1994 (the vote; weights are A's).
 *
 * @throws InvalidArgumentError (`invalid-argument`) for an option; then MergeError (`merge`) when nobody votes, or a choice is NaN, naming the
 * branch.
 */
export function weightedVote(options: VoteOptions = {}): WeightedVote {
  checkVote(options, 'weightedVote')
  const begin = <T>(at: BeginContext): Accumulator<T, VoteResult<T>> => {
    const poll = new Poll<T>(options, at)
    return { add: (branch, choice) => poll.add(branch, choice), result: () => poll.weighted() }
  }
  return Object.assign(
    <T>(parts: Parts<T>, at: MergeContext) => mergeAll<T, VoteResult<T>>(begin, parts, at.weights),
    { begin },
  )
}

/**
 * The choice of more than half of the voters, each with one vote whatever its weight: `c` with `|{i votes c}| > n / 2`.
 *
 * - Ties: impossible. Without more than half there is no winner, and the vote is refused.
 * - Abstention (`by` returns `undefined`): counts neither as a vote nor in n. Empties and NaN: see `weightedVote`.
 * - Incremental: it holds one copy of each choice.
 *
 * Source: Lam, Suen, "Application of majority voting to pattern recognition", IEEE Trans. SMC 1997.
 *
 * @throws MergeError (`merge`) when nobody votes, no choice has more than half, or a choice is NaN, naming the branch.
 */
export function majorityVote(options: VoteOptions = {}): MajorityVote {
  checkVote(options, 'majorityVote')
  const begin = <T>(at: BeginContext): Accumulator<T, T> => {
    const poll = new Poll<T>(options, at)
    return { add: (branch, choice) => poll.add(branch, choice), result: () => poll.majority() }
  }
  return Object.assign(<T>(parts: Parts<T>) => mergeAll<T, T>(begin, parts), { begin })
}

/** @throws InvalidArgumentError (`invalid-argument`) */
function checkVote(options: VoteOptions, path: string): void {
  onlyOptions(options ?? null, path, ['by'])
  if (options.by !== undefined) aFunction(options.by, `${path}.by`)
}

interface Voter {
  readonly branch: string
  readonly rank: number
}

interface Ballot<T> {
  /** The choice of the first branch that voted for it. */
  choice: T
  readonly voters: Voter[]
}

class Poll<T> {
  readonly #by: (choice: unknown) => unknown
  readonly #rank: (branch: string) => number
  readonly #weights: { readonly [branch: string]: number }
  readonly #ballots = new Map<unknown, Ballot<T>>()
  readonly #came: string[] = []
  #voters = 0

  constructor(options: VoteOptions, at: BeginContext) {
    this.#by = (options.by ?? ((choice: unknown) => choice)) as (choice: unknown) => unknown
    this.#rank = ranksOf(at.branches)
    this.#weights = at.weights
  }

  add(branch: string, choice: T): void {
    const key = this.#by(choice)
    if (Number.isNaN(key)) {
      throw new MergeError(
        `the choice of '${branch}' is NaN`,
        `parts.${branch}`,
        choice,
        'Make the branch fail or abstain instead of choosing NaN',
      )
    }
    this.#came.push(branch)
    if (key === undefined) return
    this.#voters += 1
    const voter = { branch, rank: this.#rank(branch) }
    const ballot = this.#ballots.get(key)
    if (ballot === undefined) {
      this.#ballots.set(key, { choice, voters: [voter] })
      return
    }
    if (voter.rank < first(ballot)) ballot.choice = choice
    ballot.voters.push(voter)
    ballot.voters.sort((a, b) => a.rank - b.rank)
  }

  weighted(): VoteResult<T> {
    if (this.#voters === 0) throw nothing('a vote without voters has no winner')
    const whole = sumOf(this.#came.map((branch) => weightOf(this.#weights, branch)))
    const shareOf = ({ voters }: Ballot<T>): number =>
      whole > 0
        ? sumOf(voters.map(({ branch }) => weightOf(this.#weights, branch))) / whole
        : voters.length / this.#came.length
    const ranked = [...this.#ballots.values()]
      .map((ballot) => ({ ballot, share: shareOf(ballot) }))
      .sort((a, b) => b.share - a.share || first(a.ballot) - first(b.ballot))
    const votes = ranked.map(({ ballot, share }) => ({
      choice: ballot.choice,
      share,
      voters: ballot.voters.map(({ branch }) => branch),
    }))
    const { choice, share } = votes[0] as (typeof votes)[number]
    return { winner: choice, agreement: share, votes }
  }

  majority(): T {
    if (this.#voters === 0) throw nothing('a vote without voters has no winner')
    for (const { choice, voters } of this.#ballots.values())
      if (voters.length * 2 > this.#voters) return choice
    throw new MergeError(
      `none of ${this.#ballots.size} choices has more than half`,
      'parts',
      [...this.#ballots.values()].map(({ choice }) => choice),
      'Use weightedVote, which always has a winner, or more branches',
    )
  }
}

/** Rank of the first branch that voted for it. */
function first(ballot: Ballot<unknown>): number {
  return ballot.voters[0]?.rank ?? Number.POSITIVE_INFINITY
}
