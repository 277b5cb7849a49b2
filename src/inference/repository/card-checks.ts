import { isFileName, isModelName, isVersionName } from './names.ts'

/** One problem of a card, by the field that has it (`inputs.input_ids.shape`). */
export interface CardProblem {
  readonly field: string
  readonly expected: string
  readonly value: unknown
}

/** Undefined for a good value, otherwise a description of a good one; or problems of its parts. */
type Check = (value: unknown, card: Readonly<Record<string, unknown>>) => string | CardProblem[] | undefined

const TYPES = new Set([
  'float32',
  'float16',
  'float64',
  'int8',
  'uint8',
  'int16',
  'uint16',
  'int32',
  'uint32',
  'int64',
  'uint64',
  'bool',
  'string',
  'int4',
  'uint4',
])
const POOLING = ['mean', 'cls', 'none']
const SHA256 = /^[0-9a-f]{64}$/
/** A larger file is not a model card. This bounds what a hub can make us do. */
const ENTRIES_MAX = 4_096

const CHECKS: Readonly<Record<string, Check>> = {
  name: (value) => (isText(value) && isModelName(value) ? undefined : 'a name of letters, digits and ._+-'),
  version: (value) =>
    isText(value) && isVersionName(value) ? undefined : 'a version of letters, digits and ._+-',
  task: text,
  licence: optional(text),
  source: optional(text),
  sha256: mapOf('sha256', fileName, (value) =>
    isText(value) && SHA256.test(value) ? undefined : '64 hex digits in lower case',
  ),
  bytes: optional(mapOf('bytes', fileName, (value) => (whole(value, 0) ? undefined : 'a number of bytes'))),
  files: optional(
    mapOf('files', undefined, (value) =>
      isText(value) && isFileName(value) ? undefined : 'a file inside the folder',
    ),
  ),
  inputs: optional(mapOf('inputs', undefined, tensor)),
  outputs: optional(mapOf('outputs', undefined, tensor)),
  pooling: forEmbeddings((value) =>
    POOLING.includes(value as string) ? undefined : "'mean', 'cls' or 'none'",
  ),
  normalize: optional((value) => (typeof value === 'boolean' ? undefined : 'true or false')),
  maxTokens: forEmbeddings((value) => (whole(value, 3) ? undefined : 'a whole number above 2')),
  // An empty one says that such a text stays as it is.
  prefixes: optional(mapOf('prefixes', undefined, (value) => (value === '' ? undefined : text(value)))),
  dimensions: optional((value) => (whole(value, 1) ? undefined : 'a whole number above 0')),
  labels: optional((value) =>
    Array.isArray(value) && value.length > 0 && value.length <= ENTRIES_MAX && value.every(isText)
      ? undefined
      : 'a list of strings',
  ),
  quantization: optional(text),
  quality: optional(
    mapOf('quality', undefined, (value) =>
      isText(value) || (typeof value === 'number' && Number.isFinite(value))
        ? undefined
        : 'a number or a string',
    ),
  ),
}

/** Every problem of the content of `model.json`; empty for a good card. */
export function cardProblems(found: unknown): CardProblem[] {
  if (!isRecord(found)) return [{ field: '', expected: 'an object', value: found }]
  return Object.entries(CHECKS).flatMap(([field, check]) => {
    const value = Object.hasOwn(found, field) ? found[field] : undefined
    const verdict = check(value, found)
    if (verdict === undefined) return []
    return typeof verdict === 'string' ? [{ field, expected: verdict, value }] : verdict
  })
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function whole(value: unknown, least: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= least
}

function text(value: unknown): string | undefined {
  return isText(value) ? undefined : 'a text'
}

function fileName(key: string): string | undefined {
  if (key === 'model.json') return 'without model.json itself'
  return isFileName(key) ? undefined : 'with names of files inside the folder'
}

function tensor(value: unknown): string | undefined {
  const good =
    isRecord(value) &&
    TYPES.has(value.type as string) &&
    Array.isArray(value.shape) &&
    value.shape.length <= 16 &&
    value.shape.every((size) => whole(size, 0) || isText(size))
  return good ? undefined : "{ type: 'float32' …, shape: [names or sizes] }"
}

function optional(check: Check): Check {
  return (value, card) => (value === undefined ? undefined : check(value, card))
}

/** A wrong guess here makes vectors that look right and are wrong, so an embeddings card must say it. */
function forEmbeddings(check: Check): Check {
  return (value, card) => (value === undefined && card.task !== 'embeddings' ? undefined : check(value, card))
}

function mapOf(
  field: string,
  keyCheck: ((key: string) => string | undefined) | undefined,
  valueCheck: (value: unknown) => string | undefined,
): Check {
  return (value) => {
    if (!isRecord(value)) return 'an object'
    const entries = Object.entries(value)
    if (entries.length > ENTRIES_MAX) return `an object of at most ${ENTRIES_MAX} entries`
    return entries.flatMap(([key, one]) => {
      const expected = keyCheck?.(key) ?? valueCheck(one)
      return expected === undefined ? [] : [{ field: `${field}.${key}`, expected, value: one }]
    })
  }
}
