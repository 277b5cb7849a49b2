import { MergeError } from './errors.ts'
import { type Accumulator, type BeginContext, mergeAll, type Parts, present, ranksOf } from './strategy.ts'

/** Values that can be concatenated. */
export type Concatenable = readonly unknown[] | Float32Array | Float64Array
/** The result: a list from lists, a vector from vectors. */
export type Concatenated<T> = T extends Float32Array
  ? Float32Array
  : T extends Float64Array
    ? Float64Array
    : T extends readonly (infer E)[]
      ? E[]
      : never

/** Concatenation as a merge of lists or vectors; `begin` takes parts as they come. */
export interface Concat {
  <T extends Concatenable>(parts: Parts<T>): Concatenated<T>
  /** The same merge, taking parts as they come; its result does not depend on their order. */
  begin<T extends Concatenable>(at: BeginContext): Accumulator<T, Concatenated<T>>
}

/**
 * Lists, or vectors of one type, end to end in the order of the branches: `x_1 ‖ x_2 ‖ … ‖ x_n`.
 *
 * - Empties: an empty part adds nothing; no parts at all give an empty list.
 * - Ties: none. NaN: kept in place; nothing is computed from it.
 * - Incremental: a part without a gap before it is appended at once; others are held until their turn.
 *
 * @throws MergeError (`merge`) naming the branch, when a part is not a list or vector, or has another type than the first.
 */
export function concat(): Concat {
  const merge = <T extends Concatenable>(parts: Parts<T>): Concatenated<T> => {
    // The length of vectors is known beforehand, so one allocation is enough.
    const came = present(parts)
    const kind = kindOf(came)
    if (kind === 'list') return mergeAll<T, Concatenated<T>>(begin, parts)
    return joined(
      came.map(([, part]) => part as unknown as Float64Array),
      kind,
    ) as Concatenated<T>
  }
  const begin = <T extends Concatenable>(at: BeginContext) => new ConcatAccumulator<T>(at)
  return Object.assign(merge, { begin })
}

type Kind = 'list' | 'Float32Array' | 'Float64Array'

class ConcatAccumulator<T extends Concatenable> implements Accumulator<T, Concatenated<T>> {
  readonly #rank: (branch: string) => number
  readonly #list: unknown[] = []
  readonly #vectors: Float64Array[] = []
  readonly #waiting = new Map<number, T>()
  #kind: Kind | undefined
  #next = 0

  constructor(at: BeginContext) {
    this.#rank = ranksOf(at.branches)
  }

  add(branch: string, part: T): void {
    this.#kind = sameKind(this.#kind, branch, part)
    this.#waiting.set(this.#rank(branch), part)
    for (
      let ready = this.#waiting.get(this.#next);
      ready !== undefined;
      ready = this.#waiting.get(this.#next)
    ) {
      this.#waiting.delete(this.#next)
      this.#append(ready, this.#list, this.#vectors)
      this.#next += 1
    }
  }

  result(): Concatenated<T> {
    const late = [...this.#waiting].sort(([a], [b]) => a - b)
    const list = [...this.#list]
    const vectors = [...this.#vectors]
    for (const [, part] of late) this.#append(part, list, vectors)
    if (this.#kind === undefined || this.#kind === 'list') return list as Concatenated<T>
    return joined(vectors, this.#kind) as Concatenated<T>
  }

  #append(part: T, list: unknown[], vectors: Float64Array[]): void {
    if (this.#kind !== 'list') vectors.push(part as unknown as Float64Array)
    // Not push(...part): a call takes at most some hundred thousand arguments.
    else for (const item of part as readonly unknown[]) list.push(item)
  }
}

function joined(parts: readonly Float64Array[], kind: Kind): Float32Array | Float64Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const out = kind === 'Float32Array' ? new Float32Array(length) : new Float64Array(length)
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

function kindOf(parts: readonly (readonly [branch: string, part: Concatenable])[]): Kind {
  let kind: Kind | undefined
  for (const [branch, part] of parts) kind = sameKind(kind, branch, part)
  return kind ?? 'list'
}

function sameKind(expected: Kind | undefined, branch: string, part: Concatenable): Kind {
  const kind = Array.isArray(part)
    ? 'list'
    : part instanceof Float32Array
      ? 'Float32Array'
      : part instanceof Float64Array
        ? 'Float64Array'
        : undefined
  if (kind !== undefined && (expected === undefined || kind === expected)) return kind
  throw new MergeError(
    `part '${branch}' is ${kind ?? typeof part} where ${expected ?? 'a list or a vector'} is expected`,
    `parts.${branch}`,
    part,
    'Give every branch the same output type: lists, or Float32Array, or Float64Array',
  )
}
