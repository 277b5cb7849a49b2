/** One choice of a vote. */
export interface Ballot {
  readonly choice: unknown
  readonly share: number
  readonly voters: readonly string[]
}

/** The ballots in the result of `weightedVote` or `majorityVote`; undefined for any other value. */
export function ballotsOf(value: unknown): readonly Ballot[] | undefined {
  const votes = (value as { votes?: unknown } | null | undefined)?.votes
  const all =
    Array.isArray(votes) && votes.every((one) => typeof one?.share === 'number' && Array.isArray(one.voters))
  return all ? (votes as readonly Ballot[]) : undefined
}
