import type { Calibration } from '../calibration/calibration.ts'
import type { Found } from '../reading/candidate.ts'
import type { StatementSpan } from '../reading/extraction.ts'
import type { ReaderName, Reading } from '../reading/reader.ts'

/** One statement with its votes. */
export interface Ballot {
  readonly found: number
  readonly statement: number
  /** Weighted sum of the readers' marks, in log-odds. */
  readonly score: number
  /** Softmax of `score` over all statements: 0 to 1, summing to 1. */
  readonly share: number
  /** Each reader's mark, before its weight; 0 for a missing reader. */
  readonly marks: Readonly<Record<ReaderName, number>>
}

/** The statements by rank, and whether nobody can be sure of the first: versions of a document differ, and nothing tells which one counts. */
export interface Ranked {
  readonly ballots: readonly Ballot[]
  readonly disputed: boolean
}

export interface Outcome {
  /** Best first. */
  readonly ballots: readonly Ballot[]
  /** Found passages by their best statement, best first. */
  readonly passages: readonly { readonly found: number; readonly share: number }[]
  /** Weight of the readers whose first choice is the winner, 0 to 1. */
  readonly agreement: number
  /** The spans of an extracting reader in the winner, best first; absent without such a reader. */
  readonly spans?: readonly StatementSpan[]
  /** Its log-odds that any passage answers. */
  readonly answerable?: number
  /** Nobody can be sure of the winner: versions of a document differ, or another statement had more votes. */
  readonly disputed?: boolean
}

const READERS: readonly ReaderName[] = ['similarity', 'overlap', 'answerType', 'standing', 'extraction']

/**
 * Weighted vote over statements: `score = scale · Σ weight · mark`. Weights are the row of the routing matrix,
 * summing to 1 over the readers that arrived (the engine renormalises), so the others take over the say of a missing reader.
 * Ties keep the order of passages and statements. `found` are the passages that were read; `rank` may put another statement first.
 */
export function vote(
  readings: readonly Reading[],
  found: readonly Pick<Found, 'passage'>[],
  calibration: Calibration,
  weights: Readonly<Partial<Record<ReaderName, number>>> = calibration.vote.weights,
  rank: (ballots: readonly Ballot[]) => Ranked = (ballots) => ({ ballots, disputed: false }),
): Outcome {
  const came = readings.filter((reading) => reading.marks.length > 0)
  if (came.length === 0) return { ballots: [], passages: [], agreement: 0 }
  const whole = came.reduce((sum, reading) => sum + (weights[reading.reader] ?? 0), 0)
  const weightOf = (reader: ReaderName) => (whole > 0 ? (weights[reader] ?? 0) / whole : 1 / came.length)
  const places = found.flatMap(({ passage }, i) =>
    passage.statements.map((_, statement) => ({ found: i, statement })),
  )
  const tallied = places.map((place, i) => {
    const marks = Object.fromEntries(READERS.map((reader) => [reader, 0])) as Record<ReaderName, number>
    let score = 0
    for (const reading of came) {
      const mark = reading.marks[i] ?? 0
      marks[reading.reader] = mark
      score += weightOf(reading.reader) * mark
    }
    return { ...place, score: score * calibration.vote.scale, marks }
  })
  const most = tallied.reduce((best, ballot) => Math.max(best, ballot.score), Number.NEGATIVE_INFINITY)
  const total = tallied.reduce((sum, ballot) => sum + Math.exp(ballot.score - most), 0)
  const { ballots, disputed } = rank(
    tallied
      .map((ballot) => ({ ...ballot, share: Math.exp(ballot.score - most) / total }))
      .sort((a, b) => b.score - a.score),
  )
  const winner = ballots[0] as Ballot
  const at = places.findIndex((place) => place.found === winner.found && place.statement === winner.statement)
  return {
    ballots,
    passages: byPassage(ballots),
    agreement: agreementOn(at, came, weightOf),
    ...extractedOf(at, came),
    ...(disputed ? { disputed } : {}),
  }
}

/** An extracting reader's findings about the winner, the statement `at`. */
function extractedOf(at: number, came: readonly Reading[]): Pick<Outcome, 'spans' | 'answerable'> {
  const extraction = came.find(({ reader }) => reader === 'extraction')
  if (extraction?.spans === undefined || extraction.answerable === undefined) return {}
  return { spans: extraction.spans[at] ?? [], answerable: extraction.answerable }
}

function byPassage(ballots: readonly Ballot[]): { found: number; share: number }[] {
  const shares = new Map<number, number>()
  // Ballots are ordered best first, so passages are listed by their best statement.
  for (const { found, share } of ballots) shares.set(found, (shares.get(found) ?? 0) + share)
  return [...shares].map(([found, share]) => ({ found, share }))
}

function agreementOn(at: number, came: readonly Reading[], weightOf: (reader: ReaderName) => number): number {
  let agreed = 0
  for (const { reader, marks } of came) {
    const best = marks.reduce((most, mark) => Math.max(most, mark), Number.NEGATIVE_INFINITY)
    if ((marks[at] as number) >= best) agreed += weightOf(reader)
  }
  return agreed
}
