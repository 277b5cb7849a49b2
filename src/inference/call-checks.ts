import { InvalidArgumentError } from '../kernel/errors.ts'
import type { InferenceCall } from '../ports/inference.ts'
import { estimatedLength } from './batching/lengths.ts'
import { InferenceError } from './errors.ts'

/** @throws InvalidArgumentError (`invalid-argument`) for what no caller can mean. */
export function checkCall(rows: unknown, { deadline, priority }: InferenceCall): void {
  const checks: [path: string, value: unknown, good: boolean, remedy: string][] = [
    ['rows', rows, Array.isArray(rows), 'Give an array of rows, one or many'],
    ['deadline', deadline, deadline === undefined || isNumber(deadline), 'Give monotonic milliseconds'],
    ['priority', priority, priority === undefined || Number.isFinite(priority), 'Give a finite number'],
  ]
  for (const [path, value, good, remedy] of checks) {
    if (!good) throw new InvalidArgumentError(`${path} is ${typeof value}`, { path, value, remedy })
  }
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' && !Number.isNaN(value)
}

/** @throws InferenceError (`bad-input`) for a row that can't even be looked at. */
export function lengthOf(value: unknown, index: number): number {
  // Node 24 clones such an array to nothing where Node 20 refuses; `detached` is there from Node 21 on.
  if (ArrayBuffer.isView(value) && (value.buffer as { readonly detached?: boolean }).detached === true) {
    throw new InferenceError('bad-input', `the buffer of rows[${index}] has been moved away`, {
      path: `rows[${index}]`,
      remedy: 'Give an array that still has its buffer, or a copy',
    })
  }
  try {
    return estimatedLength(value)
  } catch (cause) {
    throw new InferenceError('bad-input', `rows[${index}] can't be read`, {
      path: `rows[${index}]`,
      remedy: 'Give plain data: no getters that throw, no revoked proxies',
      cause,
    })
  }
}
