import { InvalidArgumentError } from '../../kernel/errors.ts'
import { type Known, onlyKnown } from '../../kernel/only-options.ts'
import type { InferenceCall } from '../../ports/inference.ts'
import { estimatedLength } from '../batching/lengths.ts'
import { InferenceError } from '../errors.ts'

/** A deadline further away is one of another clock. */
const AWAY_MAX_MS = 10 * 365 * 86_400_000
const CLOCK = "Give milliseconds of the kernel's monotonic clock: kernel.clock.monotonic() + 200"

const CALL_OPTIONS: Known = {
  deadline: true,
  signal: true,
  priority: true,
  owner: true,
  account: true,
} satisfies { [K in keyof InferenceCall]-?: true }

/** @throws InvalidArgumentError (`invalid-argument`) for what no caller can mean. `now` is monotonic. */
export function checkCall(rows: unknown, call: InferenceCall, now: number): void {
  onlyKnown(call, 'run', CALL_OPTIONS)
  const { deadline, priority } = call
  if (!Array.isArray(rows)) throw wrong('rows', rows, 'Give an array of rows, one or many')
  if (deadline !== undefined) {
    if (typeof deadline !== 'number' || Number.isNaN(deadline)) throw wrong('deadline', deadline, CLOCK)
    if (deadline !== Number.POSITIVE_INFINITY && deadline - now > AWAY_MAX_MS) {
      throw new InvalidArgumentError(`deadline ${deadline} is more than ten years away`, {
        path: 'deadline',
        value: deadline,
        remedy: `${CLOCK}; that of the wall counts from 1970`,
      })
    }
  }
  if (priority !== undefined && !Number.isFinite(priority))
    throw wrong('priority', priority, 'Give a finite number')
}

function wrong(path: string, value: unknown, remedy: string): InvalidArgumentError {
  return new InvalidArgumentError(`${path} is ${typeof value}`, { path, value, remedy })
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
