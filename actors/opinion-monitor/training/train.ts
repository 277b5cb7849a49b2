import type { RandomStream } from '../../../src/kernel/kernel.ts'
import { contrastFeatures } from '../reading/contrast.ts'
import { mentionsOf, type View, viewOf } from '../reading/headline.ts'
import { type Lexicon, lexiconFeatures } from '../reading/lexicon.ts'
import { type Chances, MOODS, type Mood } from '../reading/mood.ts'
import { BUCKETS, phraseFeatures } from '../reading/phrases.ts'
import { type DenseWeights, denseChances, type SparseWeights, sparseChances } from '../reading/softmax.ts'
import type { Weights } from '../reading/weights.ts'
import { type FitOptions, fitDense, fitPool, fitSparse, quantised, shuffled } from './fit.ts'

/** A headline with the mood of each entity that it names. */
export interface LabelledHeadline {
  readonly title: string
  readonly entities: Readonly<Record<string, Mood>>
}

/** One entity of one headline, ready to learn from. */
export interface Example {
  /** The number of its headline: all its entities are in one fold. */
  readonly headline: number
  readonly title: string
  readonly entity: string
  readonly view: View
  readonly buckets: Uint32Array
  /** Of the masked headline; absent where no encoder is used. */
  readonly vector?: Float32Array
  /** Place in `MOODS`. */
  readonly truth: number
}

export type Scores = { [name in 'encoder' | 'phrases' | 'lexicon' | 'contrast']?: Chances }

const FOLDS = 5
const LEXICON_MOST = 2_500

export function examplesOf(headlines: readonly LabelledHeadline[]): Example[] {
  return headlines.flatMap(({ title, entities }, headline) => {
    const mentions = mentionsOf(title, Object.keys(entities))
    return Object.entries(entities).map(([entity, mood]) => {
      const view = viewOf(title, entity, mentions)
      return { headline, title, entity, view, buckets: phraseFeatures(view), truth: MOODS.indexOf(mood) }
    })
  })
}

/** Every scorer, and the weights of the vote, which are fitted on scores of examples that the scorers had not seen. */
export function train(examples: readonly Example[], random: RandomStream): Weights {
  const unseen = outOfFold(examples, random, (part) => fitScorers(part, random))
  const names = ['encoder', 'phrases', 'lexicon', 'contrast'] as const
  const present = names.filter((name) => unseen[0]?.[name] !== undefined)
  const members = Object.fromEntries(
    present.map((name) => [name, unseen.map((scores) => scores[name] as Chances)]),
  ) as Record<(typeof names)[number], Chances[]>
  const vote = fitPool(
    members,
    examples.map((one) => one.truth),
  )
  return { ...fitScorers(examples, random), vote }
}

/** The scores of every example by scorers that were fitted without its fold. */
export function outOfFold<W extends Omit<Weights, 'vote'>>(
  examples: readonly Example[],
  random: RandomStream,
  learn: (part: readonly Example[]) => W,
  scores: (example: Example, weights: W) => Scores = scoresOf,
): Scores[] {
  const fold = foldsOf(examples, random)
  const out: Scores[] = new Array(examples.length)
  for (let f = 0; f < FOLDS; f++) {
    const weights = learn(examples.filter((_, i) => fold[i] !== f))
    examples.forEach((example, i) => {
      if (fold[i] === f) out[i] = scores(example, weights)
    })
  }
  return out
}

function foldsOf(examples: readonly Example[], random: RandomStream): number[] {
  const headlines = 1 + examples.reduce((most, one) => Math.max(most, one.headline), 0)
  const place = new Uint32Array(headlines)
  for (const [at, headline] of shuffled(headlines, random).entries()) place[headline] = at
  return examples.map(({ headline }) => (place[headline] as number) % FOLDS)
}

/** What each scorer says about an example. */
export function scoresOf(example: Example, weights: Omit<Weights, 'vote'>): Scores {
  const { view, vector } = example
  return {
    ...(vector === undefined || weights.encoder === undefined
      ? {}
      : { encoder: denseChances([...vector, 1], weights.encoder.head) }),
    phrases: sparseChances(example.buckets, weights.phrases),
    lexicon: denseChances([...lexiconFeatures(view, weights.lexicon.words), 1], weights.lexicon.head),
    contrast: denseChances([...contrastFeatures(view, weights.lexicon.words), 1], weights.contrast.head),
  }
}

export function fitScorers(examples: readonly Example[], random: RandomStream): Omit<Weights, 'vote'> {
  const truths = examples.map((one) => one.truth)
  const words = fitLexicon(examples, truths, random)
  const small = { epochs: 12, l2: 1e-5, rate: 0.05, random }
  const width = examples[0]?.vector?.length ?? 0
  const dense = (rows: readonly ArrayLike<number>[], options: FitOptions): DenseWeights =>
    fitDense(rows, truths, rows[0]?.length ?? 0, options)
  return {
    ...(width === 0
      ? {}
      : {
          encoder: {
            model: 'e5-small-v2',
            head: dense(
              examples.map((one) => one.vector as Float32Array),
              {
                epochs: 16,
                l2: 0.008,
                rate: 0.02,
                random,
              },
            ),
          },
        }),
    phrases: fitPhrases(examples, truths, random),
    lexicon: {
      words,
      head: dense(
        examples.map(({ view }) => lexiconFeatures(view, words)),
        small,
      ),
    },
    contrast: {
      head: dense(
        examples.map(({ view }) => contrastFeatures(view, words)),
        small,
      ),
    },
  }
}

function fitPhrases(
  examples: readonly Example[],
  truths: readonly number[],
  random: RandomStream,
): SparseWeights {
  const rows = examples.map((one) => one.buckets)
  return quantised(fitSparse(rows, truths, BUCKETS, { epochs: 10, l2: 1e-5, rate: 0.25, random }))
}

/** A word's polarity: how much it pulls a headline towards positive against negative, whatever the entity. */
function fitLexicon(examples: readonly Example[], truths: readonly number[], random: RandomStream): Lexicon {
  const numbers = new Map<string, number>()
  const counts: number[] = []
  const rows = examples.map(({ view }) => {
    const words = new Set(view.words.filter((word) => /^\p{L}/u.test(word)))
    return Uint32Array.from(words, (word) => {
      const number = numbers.get(word) ?? numbers.size
      numbers.set(word, number)
      counts[number] = (counts[number] ?? 0) + 1
      return number
    })
  })
  const { weights } = fitSparse(rows, truths, numbers.size, {
    epochs: 8,
    l2: 3e-5,
    rate: 0.1,
    random,
    normalised: false,
  })
  const polarities = [...numbers].flatMap(([word, number]) => {
    const polarity = ((weights[number * 3 + 2] as number) - (weights[number * 3] as number)) / 2
    const kept = (counts[number] as number) >= 4 && Math.abs(polarity) >= 0.1
    return kept ? [[word, Math.round(polarity * 100) / 100] as const] : []
  })
  polarities.sort(([, a], [, b]) => Math.abs(b) - Math.abs(a))
  return new Map(polarities.slice(0, LEXICON_MOST))
}
