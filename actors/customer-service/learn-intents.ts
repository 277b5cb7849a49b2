import { InferenceError } from '../../src/inference/errors.ts'
import type { InferencePort } from '../../src/ports/inference.ts'
import { isUnspaced } from '../knowledge/text/words.ts'
import { CustomerServiceError } from './errors.ts'
import { embeddersOf, joined } from './intents/embedders.ts'
import { evenly } from './intents/evenly.ts'
import { type Example, OUT_OF_SCOPE } from './intents/example.ts'
import type { IntentModel } from './intents/intent-model.ts'
import { trainIntents } from './intents/train.ts'

/** How intents are learned. */
export interface LearnOptions {
  /** Default 1. */
  readonly seed?: number
  /** Share of messages in scope that are kept; the others count as out of scope. Default 0.985. */
  readonly kept?: number
  readonly signal?: AbortSignal
  readonly onProgress?: (what: 'embedding' | 'training', done: number, of: number) => void
  /** Called where only a part of the examples is used. */
  readonly onNotice?: (text: string) => void
}

/** Two models see more than one: they err in different places. */
const EMBEDDERS = ['e5-small-v2', 'all-minilm-l6-v2'] as const
const CHINESE_EMBEDDERS = ['bge-small-zh-v1.5'] as const
/** Examples learned from: time and memory grow with them, and an intent is known after some hundreds. */
const EXAMPLES_MOST = 20_000
/** Texts embedded between two looks at the signal. */
const PORTION = 256
const ABSENT: ReadonlySet<string> = new Set([
  'model-not-found',
  'hub-unreachable',
  'hub-refused',
  'hub-offline',
])

/**
 * Learns intents from examples: embeds them, fits the readers, and fits weights and threshold on held-out examples.
 *
 * @throws CustomerServiceError (`too-few-examples`); InferenceError; the signal's reason
 */
export async function learnIntents(
  given: readonly Example[],
  inference: InferencePort,
  { seed = 1, kept = 0.985, signal, onProgress, onNotice }: LearnOptions = {},
): Promise<IntentModel> {
  const all = distinct(given)
  const examples = evenly(all, EXAMPLES_MOST)
  if (examples.length < all.length)
    onNotice?.(
      `${examples.length} of ${all.length} examples are learned from, as many as may be of each intent: more take longer and teach little`,
    )
  checkExamples(examples)
  const embedders = await available(inference, isChinese(examples) ? CHINESE_EMBEDDERS : EMBEDDERS)
  const tasks = embeddersOf(embedders)
  const vectors: Float32Array[] = []
  for (let at = 0; at < examples.length; at += PORTION) {
    signal?.throwIfAborted()
    onProgress?.('embedding', at, examples.length)
    const texts = examples.slice(at, at + PORTION).map(({ text }) => text)
    const parts = await Promise.all(tasks.map((task) => inference.run(task, texts)))
    vectors.push(...texts.map((_, i) => joined(parts.map((part) => part[i] as Float32Array))))
  }
  signal?.throwIfAborted()
  const embedded = examples.map(({ text, intent }, i) => ({
    text,
    intent,
    vector: vectors[i] as Float32Array,
  }))
  return trainIntents(embedded, {
    embedders,
    seed,
    kept,
    onFit: (done, of) => onProgress?.('training', done, of),
  })
}

/** One that is there twice would be held out and learned from at once: the figures and the threshold would be too good. */
function distinct(examples: readonly Example[]): readonly Example[] {
  return [...new Map(examples.map((one) => [`${one.intent}\n${one.text.trim()}`, one])).values()]
}

function checkExamples(examples: readonly Example[]): void {
  const counts = new Map<string, number>()
  for (const { intent } of examples) counts.set(intent, (counts.get(intent) ?? 0) + 1)
  counts.delete(OUT_OF_SCOPE)
  if (counts.size < 2)
    throw new CustomerServiceError(
      'too-few-examples',
      `there are examples of ${counts.size} intents`,
      'examples',
      counts.size,
      'Add examples of at least two intents',
    )
  const [few] = [...counts].filter(([, count]) => count < 2).map(([intent]) => intent)
  if (few !== undefined)
    throw new CustomerServiceError(
      'too-few-examples',
      `'${few}' has one example`,
      'examples',
      few,
      'Add a second that is another message: one is held out to fit the weights; ten or more are better',
    )
}

/** The installed ones; without any, the engine's error about the first. */
async function available(inference: InferencePort, names: readonly string[]): Promise<string[]> {
  const found: string[] = []
  let first: unknown
  for (const [i, task] of embeddersOf(names).entries()) {
    try {
      await inference.warm(task)
      found.push(names[i] as string)
    } catch (error) {
      if (!(error instanceof InferenceError && ABSENT.has(error.code))) throw error
      first ??= error
    }
  }
  if (found.length === 0) throw first
  return found
}

/** Most of the examples hold characters of scripts without spaces. */
function isChinese(examples: readonly Example[]): boolean {
  return examples.filter(({ text }) => isUnspaced(text)).length > examples.length / 2
}
