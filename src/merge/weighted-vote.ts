import { MergeError } from './errors.ts'
import { type MergeContext, type Parts, present } from './strategy.ts'

/** The winner, and the share of all weight that was for it. */
export interface VoteResult<T> {
  readonly winner: T
  /** Share of the weight that voted for the winner, 0 to 1; abstentions count in the whole. */
  readonly agreement: number
  readonly votes: readonly {
    readonly choice: T
    readonly share: number
    readonly voters: readonly string[]
  }[]
}

/**
 * Weighted vote: the choice with the largest sum of weights wins; the first voter's choice wins a tie.
 *
 * @param options.by identity of a choice; by default the value itself. Returning `undefined` abstains.
 * @throws MergeError (`merge`) when nobody votes.
 */
export function weightedVote(options: { readonly by?: (choice: never) => unknown } = {}) {
  const by = (options.by ?? ((choice: unknown) => choice)) as (choice: unknown) => unknown
  return <T>(parts: Parts<T>, at: MergeContext): VoteResult<T> => {
    const ballots = new Map<unknown, { choice: T; share: number; voters: string[] }>()
    for (const [branch, choice] of present(parts)) {
      const key = by(choice)
      if (key === undefined) continue
      const ballot = ballots.get(key) ?? { choice, share: 0, voters: [] }
      ballot.share += at.weights[branch] ?? 0
      ballot.voters.push(branch)
      ballots.set(key, ballot)
    }
    const votes = [...ballots.values()].sort((a, b) => b.share - a.share)
    const first = votes[0]
    if (first === undefined) {
      throw new MergeError('a vote among none has no winner', 'parts', parts, 'Let at least one branch vote')
    }
    return { winner: first.choice, agreement: first.share, votes }
  }
}
