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

/** One input or output of a model: a number is a fixed size, a name stands for a size that varies (`'rows'`). */
export interface TensorCard {
  readonly type: TensorType
  readonly shape: readonly (number | string)[]
}

/** `model.json`: what a model is, where it comes from, and how its rows go in and out. */
export interface ModelCard {
  readonly name: string
  readonly version: string
  readonly task: string
  /** SPDX identifier. */
  readonly licence: string
  readonly source: string
  /** Hex digests by file name, of every file that the model needs; checked before a worker loads them. */
  readonly sha256: Readonly<Record<string, string>>
  /** Sizes by file name: lets a download say how far it is, and refuse a disk that is too small at once. */
  readonly bytes?: Readonly<Record<string, number>>
  /** For models of several files: what each is for (`{ detect: 'detect.onnx' }`). Absent: `model.onnx`. */
  readonly files?: Readonly<Record<string, string>>
  readonly inputs?: Readonly<Record<string, TensorCard>>
  readonly outputs?: Readonly<Record<string, TensorCard>>
  /** How token vectors become one: needed for embeddings; `none` where a card of another task leaves it out. */
  readonly pooling: 'mean' | 'cls' | 'none'
  readonly normalize: boolean
  /** Tokens a row at most: needed for embeddings; 512 where a card of another task leaves it out. */
  readonly maxTokens: number
  /** Length of one output vector. */
  readonly dimensions?: number
  /** Names of the classes, by their number. */
  readonly labels?: readonly string[]
  readonly quantization?: string
  /** Measured figures by name (`{ f1: 0.81 }`), or a sentence where a figure needs one. */
  readonly quality?: Readonly<Record<string, number | string>>
}

/** What a folder without a card is taken to be: sentence embeddings by mean pooling, as sentence-transformers does. */
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

/** The files that a model of this card consists of, `model.json` itself not among them. */
export function filesOf(card: ModelCard): readonly string[] {
  const named = card.files === undefined ? ['model.onnx'] : Object.values(card.files)
  return [...new Set([...named, ...Object.keys(card.sha256)])]
}

/**
 * The card that a text holds. Fields that it does not know are kept and mean nothing.
 *
 * @param file what the card is called in errors: its path or address.
 * @throws InferenceError (`model-damaged`) for what is not JSON; (`model-unsupported`) for a card with problems: all of
 * them in `value`, the first one's place (`model.json#maxTokens`) in `path`.
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
  return new InferenceError('model-unsupported', `${file} is no usable model card: ${listed.join('; ')}`, {
    path: placed[0]?.path ?? file,
    value: placed,
    remedy: 'Fix it as docs/models.md says, or make a new one with scripts/model-card.ts',
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
