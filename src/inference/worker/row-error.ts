import { InferenceError } from '../errors.ts'

/** The error for row `index` of a batch; `within` is the place in the row (`.question`, `.x.dims[0]`). */
export function badRow(
  index: number,
  within: string,
  what: string,
  value: unknown,
  remedy: string,
): InferenceError {
  return new InferenceError('bad-input', what, { path: `rows[${index}]${within}`, value, remedy })
}

/** A row's text, checked. */
export function textOf(value: unknown, index: number, within = ''): string {
  if (typeof value === 'string') return value
  throw badRow(index, within, `expected a text, got ${nameOf(value)}`, value, 'Pass a string')
}

/** A row that must be an object, checked; `shape` describes it in the error. */
export function recordOfRow(value: unknown, index: number, shape: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>
  }
  throw badRow(index, '', `a row is ${nameOf(value)}, not ${shape}`, value, `Pass ${shape}`)
}

/** The name of a value in errors. */
export function nameOf(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (typeof value !== 'object') return `a ${typeof value}`
  return `a ${value.constructor?.name ?? 'object without a prototype'}`
}
