import { InferenceError } from '../errors.ts'
import { type CardProblem, cardProblems } from './card-checks.ts'

/** Element types of ONNX tensors, as ONNX Runtime names them. */
export type TensorType =
  | 'float32'
  | 'float16'
  | 'float64'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'bool'
  | 'string'
  | 'int4'
  | 'uint4'

/** One input or output of a model: a number is a fixed size, a name is a size that varies (`'rows'`). */
export interface TensorCard {
  readonly type: TensorType
  readonly shape: readonly (number | string)[]
}

/** `model.json`: what a model is, where it comes from, and what its inputs and outputs look like. */
export interface ModelCard {
  readonly name: string
  readonly version: string
  readonly task: string
  /** SPDX identifier. */
  readonly licence: string
  readonly source: string
  /** Hex digests by file name, for every file the model needs; checked before a worker loads them. */
  readonly sha256: Readonly<Record<string, string>>
  /** Sizes by file name. They let a download show its progress, and refuse at once when the disk is too small. */
  readonly bytes?: Readonly<Record<string, number>>
  /** For models of several files: the purpose of each (`{ detect: 'detect.onnx' }`). Absent: `model.onnx`. */
  readonly files?: Readonly<Record<string, string>>
  readonly inputs?: Readonly<Record<string, TensorCard>>
  readonly outputs?: Readonly<Record<string, TensorCard>>
  /** How token vectors become one vector: required for embeddings; `none` if a card of another task omits it. */
  readonly pooling: 'mean' | 'cls' | 'none'
  readonly normalize: boolean
  /** Most tokens per row: required for embeddings; 512 if a card of another task omits it. */
  readonly maxTokens: number
  /** What the model wants before a text, by what the text is: `{ query: 'query: ', passage: 'passage: ' }`. */
  readonly prefixes?: Readonly<Record<string, string>>
  /** Length of one output vector. */
  readonly dimensions?: number
  /** Names of the classes, by their number. */
  readonly labels?: readonly string[]
  readonly quantization?: string
  /** Measured figures by name (`{ f1: 0.81 }`), or a sentence if a figure needs one. */
  readonly quality?: Readonly<Record<string, number | string>>
}

/** The card assumed for a folder without one: sentence embeddings by mean pooling, as in sentence-transformers. */
export function assumedCard(name: string, version = 'uncarded'): ModelCard {
  return {
    name,
    version,
    task: 'embeddings',
    licence: 'unknown',
    source: 'a folder without model.json',
    sha256: {},
    pooling: 'mean',
    normalize: true,
    maxTokens: 256,
  }
}

/** The files of a model with this card, without `model.json` itself. */
export function filesOf(card: ModelCard): readonly string[] {
  const named = card.files === undefined ? ['model.onnx'] : Object.values(card.files)
  return [...new Set([...named, ...Object.keys(card.sha256)])]
}

/**
 * Parses a card. Unknown fields are kept and ignored.
 *
 * @param file the name of the card in errors: its path or address.
 * @throws InferenceError (`model-damaged`) for text that is not JSON; (`model-unsupported`) for a card with problems: `value`
 * holds all of them, `path` the place of the first (`model.json#maxTokens`).
 */
export function readCard(text: string, file: string): ModelCard {
  const found = parse(text, file)
  const problems = cardProblems(found)
  if (problems.length > 0) throw problemsError(problems, file)
  const card = found as Partial<ModelCard>
  return {
    ...(card as ModelCard),
    licence: card.licence ?? 'unknown',
    source: card.source ?? 'unknown',
    pooling: card.pooling ?? 'none',
    normalize: card.normalize ?? false,
    maxTokens: card.maxTokens ?? 512,
  }
}

function problemsError(problems: readonly CardProblem[], file: string): InferenceError {
  const placed = problems.map((problem) => ({ ...problem, path: `${file}#${problem.field}` }))
  const listed = placed.map(({ field, expected }) => `'${field}' should be ${expected}`)
  return new InferenceError('model-unsupported', `${file} is not a usable model card: ${listed.join('; ')}`, {
    path: placed[0]?.path ?? file,
    value: placed,
    remedy: 'Fix it (docs/models.md describes the fields), or make a new one with scripts/model-card.ts',
  })
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new InferenceError('model-damaged', `${file} is not JSON`, {
      path: file,
      remedy: 'Restore the file from the model package',
      cause,
    })
  }
}
