import type { RandomStream } from '../../../src/kernel/kernel.ts'
import { type Chances, MOODS, type Mood } from '../reading/mood.ts'
import type { Weights } from '../reading/weights.ts'
import { type Example, outOfFold, type Scores, scoresOf, train } from './train.ts'

/** How well moods are told apart: F1 of each mood, and the mean of the three. */
export interface MoodFigures {
  readonly n: number
  readonly macroF1: number
  readonly accuracy: number
  readonly byMood: Readonly<Record<Mood, number>>
}

export function moodFigures(given: readonly Mood[], truths: readonly Mood[]): MoodFigures {
  const right = given.filter((mood, i) => mood === truths[i]).length
  const byMood = Object.fromEntries(
    MOODS.map((mood) => {
      const hits = given.filter((one, i) => one === mood && truths[i] === mood).length
      const said = given.filter((one) => one === mood).length
      const there = truths.filter((one) => one === mood).length
      return [mood, said + there === 0 ? 0 : (2 * hits) / (said + there)]
    }),
  ) as Record<Mood, number>
  return {
    n: given.length,
    macroF1: MOODS.reduce((sum, mood) => sum + byMood[mood] / MOODS.length, 0),
    accuracy: right / Math.max(1, given.length),
    byMood,
  }
}

/** The vote of some scorers: a weighted average of their chances. */
export function pooled(scores: Scores, vote: Weights['vote']): Chances {
  const out = { negative: 0, neutral: 0, positive: 0 }
  for (const [name, chances] of Object.entries(scores))
    for (const mood of MOODS) out[mood] += (vote[name] ?? 0) * chances[mood]
  return out
}

/** Figures on headlines that were left out of training: each scorer, the vote, the vote without the encoder, the most frequent mood. */
export function crossValidated(
  examples: readonly Example[],
  random: RandomStream,
): Record<string, MoodFigures> {
  const truths = examples.map(({ truth }) => MOODS[truth] as Mood)
  const most = MOODS.toSorted(
    (a, b) => truths.filter((one) => one === b).length - truths.filter((one) => one === a).length,
  )[0] as Mood
  const votes: Record<string, Mood[]> = { majority: truths.map(() => most) }
  const best = (chances: Chances) => MOODS.reduce((a, b) => (chances[b] > chances[a] ? b : a))
  const all = outOfFold(
    examples,
    random,
    (part) => train(part, random),
    (example, weights) => {
      const scores = scoresOf(example, weights)
      const { encoder: _, ...light } = scores
      return { ...scores, light: pooled(light, weights.vote), vote: pooled(scores, weights.vote) } as Scores
    },
  )
  for (const name of Object.keys(all[0] ?? {}))
    votes[name] = all.map((scores) => best(scores[name as keyof Scores] as Chances))
  return Object.fromEntries(Object.entries(votes).map(([name, given]) => [name, moodFigures(given, truths)]))
}
