import { InferenceError } from '../errors.ts'

/** `model.json`: what a model is, where it comes from, and how its rows go in and out. */
export interface ModelCard {
  readonly name: string
  readonly version: string
  readonly task: string
  /** SPDX identifier. */
  readonly licence: string
  readonly source: string
  /** Hex digests by file name; checked when a worker loads the model. */
  readonly sha256: Readonly<Record<string, string>>
  readonly pooling: 'mean' | 'cls' | 'none'
  readonly normalize: boolean
  readonly maxTokens: number
  readonly dimensions?: number
}

/** What a folder without a card is taken to be: sentence embeddings by mean pooling, as sentence-transformers does. */
export function assumedCard(name: string): ModelCard {
  return {
    name,
    version: 'uncarded',
    task: 'embeddings',
    licence: 'unknown',
    source: 'a folder without model.json',
    sha256: {},
    pooling: 'mean',
    normalize: true,
    maxTokens: 256,
  }
}

/** @throws InferenceError (`model-unsupported`) naming the field that is missing or wrong. */
export function readCard(text: string, file: string): ModelCard {
  const card = parse(text, file)
  const checks: [field: keyof ModelCard, good: boolean][] = [
    ['name', typeof card.name === 'string'],
    ['version', typeof card.version === 'string'],
    ['task', typeof card.task === 'string'],
    ['sha256', typeof card.sha256 === 'object' && card.sha256 !== null],
    ['pooling', card.pooling === 'mean' || card.pooling === 'cls' || card.pooling === 'none'],
    ['maxTokens', Number.isSafeInteger(card.maxTokens) && (card.maxTokens ?? 0) > 2],
  ]
  for (const [field, good] of checks) {
    if (good) continue
    throw new InferenceError('model-unsupported', `${file} has no usable '${field}'`, {
      path: `${file}#${field}`,
      value: card[field],
      remedy: 'Compare it with the card of models/all-minilm-l6-v2, or remove it to have one assumed',
    })
  }
  return card as ModelCard
}

function parse(text: string, file: string): Partial<ModelCard> {
  try {
    return JSON.parse(text) as Partial<ModelCard>
  } catch (cause) {
    throw new InferenceError('model-damaged', `${file} is not JSON`, {
      path: file,
      remedy: 'Restore the file from the model package',
      cause,
    })
  }
}
