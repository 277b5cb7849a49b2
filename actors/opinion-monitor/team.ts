import { z } from 'zod'
import { defineProcessor, type Processor } from '../../src/behavior/define-processor.ts'
import type { Duration } from '../../src/kernel/durations.ts'
import { weightedAverage } from '../../src/merge/weighted-average.ts'
import { pipeline } from '../../src/pipeline/builder.ts'
import type { ModelTask } from '../../src/ports/inference.ts'
import { contrastFeatures } from './reading/contrast.ts'
import { findEntities } from './reading/find-entities.ts'
import { masked, mentionsOf, tokensOf, type View, viewOf } from './reading/headline.ts'
import { lexiconFeatures } from './reading/lexicon.ts'
import { type Chances, moodOf } from './reading/mood.ts'
import { phraseFeatures } from './reading/phrases.ts'
import type { MentionReading, Reading } from './reading/reading.ts'
import { sketchOf } from './reading/sketch.ts'
import { denseChances, sparseChances } from './reading/softmax.ts'
import type { Weights } from './reading/weights.ts'

const Headline = z.object({
  title: z.string().trim().min(1).max(2_000),
  /** Absent: found in the title. */
  entities: z.array(z.string().trim().min(1).max(200)).max(50).optional(),
})
/** Bodies between our own processors are plain data checked by the compiler; a schema only names them. */
const Sheets = z.custom<Sheet>((value) => isRecord(value) && Array.isArray(value.entities))
const Scores = z.custom<Score>((value) => isRecord(value) && Array.isArray(value.chances))

/** Every scorer's input: the headline as seen from each of its entities. */
interface Sheet {
  readonly title: string
  readonly entities: readonly string[]
  readonly views: readonly View[]
  /** What the encoder reads of each entity; the title itself where there is none. */
  readonly masked: readonly string[]
}

/** A scorer's part: the chances of each entity, and from the encoder a vector of what the headline is about. */
interface Score {
  readonly chances: readonly Chances[]
  readonly vector?: Float32Array
}

/** What the team reads with. */
export interface Scorers {
  readonly weights: Weights
  /** Embeds masked headlines, with the model that the head was trained on. Absent: the team reads without an encoder. */
  readonly encoder?: ModelTask<string, Float32Array>
  /** Entities that are looked for in headlines that come without. */
  readonly known?: readonly string[]
  /** How long a scorer may stay behind the first before the vote goes on without it. Default 1s. */
  readonly grace?: Duration
}

/** Every scorer keeps a voice, so that the team still reads when the others are gone. */
const LEAST_WEIGHT = 0.01

/**
 * The opinion monitor's readers as a pipeline:
 *
 *   entities ─┬▶ encoder ──┬▶ vote     if an encoder is installed
 *             ├▶ phrases ──┤
 *             ├▶ lexicon ──┤
 *             └▶ contrast ─┘
 */
export function opinionReaders(scorers: Scorers, limits: { readonly maxInFlight?: number } = {}) {
  const voters = readers(scorers)
  return pipeline('opinion-monitor', Headline, { timeout: '10s', ...limits })
    .to(entityFinder(scorers))
    .fan(voters, { weights: voteWeights(Object.keys(voters), scorers.weights.vote) })
    .merge(
      (parts, at) => {
        const came = Object.entries(parts).filter((part): part is [string, Score] => part[1] !== undefined)
        return reading(at.input, came, at.weights, Object.keys(voters))
      },
      { name: 'vote', quorum: 1, grace: scorers.grace ?? '1s', onMissing: 'partial' },
    )
}

/** The learned weights over the scorers that are there; they sum to 1. */
export function voteWeights(names: readonly string[], learned: Weights['vote']): Record<string, number> {
  const floored = names.map((name) => Math.max(learned[name] ?? 0, LEAST_WEIGHT))
  const sum = floored.reduce((a, b) => a + b, 0)
  return Object.fromEntries(names.map((name, i) => [name, (floored[i] as number) / sum]))
}

function entityFinder({ weights, known = [] }: Scorers) {
  return defineProcessor({
    name: 'entities',
    input: Headline,
    output: Sheets,
    process({ title, entities }) {
      const names = [...new Set(entities ?? findEntities(title, known, weights.lexicon.words))]
      const mentions = mentionsOf(title, names)
      return {
        title,
        entities: names,
        views: names.map((name) => viewOf(title, name, mentions)),
        masked: names.length === 0 ? [title] : names.map((name) => masked(title, name, mentions)),
      }
    },
  })
}

/** The scorers by name; each is a branch of the vote. */
function readers({ weights, encoder }: Scorers): Readonly<Record<string, Processor<Sheet, Score>>> {
  const scorer = (name: string, score: (view: View) => Chances) =>
    defineProcessor({
      name,
      input: Sheets,
      output: Scores,
      process: ({ views }): Score => ({ chances: views.map(score) }),
    })
  const { words, head } = weights.lexicon
  return {
    ...(encoder === undefined || weights.encoder === undefined
      ? {}
      : { encoder: encoderScorer(encoder, weights.encoder.head) }),
    phrases: scorer('phrases', (view) => sparseChances(phraseFeatures(view), weights.phrases)),
    lexicon: scorer('lexicon', (view) => denseChances([...lexiconFeatures(view, words), 1], head)),
    contrast: scorer('contrast', (view) =>
      denseChances([...contrastFeatures(view, words), 1], weights.contrast.head),
    ),
  }
}

function encoderScorer(model: ModelTask<string, Float32Array>, head: Weights['contrast']['head']) {
  return defineProcessor({
    name: 'encoder',
    input: Sheets,
    output: Scores,
    models: { model },
    concurrency: 64,
    async process({ masked, entities }, ctx): Promise<Score> {
      const vectors = await ctx.inferAll('model', masked)
      return {
        chances: entities.map((_, i) => denseChances([...(vectors[i] as Float32Array), 1], head)),
        ...(vectors[0] === undefined ? {} : { vector: vectors[0] }),
      }
    },
  })
}

function reading(
  sheet: Sheet,
  came: readonly (readonly [string, Score])[],
  weights: Readonly<Record<string, number>>,
  expected: readonly string[],
): Reading {
  const average = weightedAverage()
  const mentions = sheet.entities.map((entity, i): MentionReading => {
    const by = Object.fromEntries(came.map(([name, score]) => [name, score.chances[i] as Chances]))
    const chances = average(by, { input: sheet, weights }) as Chances
    return { entity, mood: moodOf(chances), chances, by }
  })
  const here = new Set(came.map(([name]) => name))
  const words = tokensOf(sheet.title)
  return {
    mentions,
    missing: expected.filter((name) => !here.has(name)),
    vector: came.find(([, { vector }]) => vector !== undefined)?.[1].vector ?? sketchOf(words),
    words,
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
