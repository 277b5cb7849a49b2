import { InvalidArgumentError } from '../../kernel/errors.ts'
import { type Known, onlyKnown } from '../../kernel/only-options.ts'
import type { InferenceCall } from '../../ports/inference.ts'
import { estimatedLength } from '../batching/lengths.ts'
import { InferenceError } from '../errors.ts'

/** A deadline further away than this is on another clock. */
const AWAY_MAX_MS = 10 * 365 * 86_400_000
const CLOCK = "Use milliseconds on the kernel's monotonic clock: kernel.clock.monotonic() + 200"

const CALL_OPTIONS: Known = {
  deadline: true,
  due: true,
  signal: true,
  priority: true,
  tenant: true,
  share: true,
  owner: true,
  account: true,
} satisfies { [K in keyof InferenceCall]-?: true }

/** @throws InvalidArgumentError (`invalid-argument`) for arguments that can't be meant. `now` is monotonic. */
export function checkCall(rows: unknown, call: InferenceCall, now: number): void {
  onlyKnown(call, 'run', CALL_OPTIONS)
  const { deadline, priority, tenant, share } = call
  if (!Array.isArray(rows)) throw wrong('rows', rows, 'Pass an array of rows, one or many')
  if (deadline !== undefined) {
    if (typeof deadline !== 'number' || Number.isNaN(deadline)) throw wrong('deadline', deadline, CLOCK)
    if (deadline !== Number.POSITIVE_INFINITY && deadline - now > AWAY_MAX_MS) {
      throw new InvalidArgumentError(`deadline ${deadline} is more than ten years away`, {
        path: 'deadline',
        value: deadline,
        remedy: `${CLOCK}; the wall clock counts from 1970`,
      })
    }
  }
  if (priority !== undefined && !Number.isFinite(priority))
    throw wrong('priority', priority, 'Pass a finite number')
  if (tenant !== undefined && typeof tenant !== 'string') throw wrong('tenant', tenant, 'Pass a name')
  if (share !== undefined && !(Number.isFinite(share) && share > 0))
    throw wrong('share', share, 'Pass a finite number above 0')
}

function wrong(path: string, value: unknown, remedy: string): InvalidArgumentError {
  return new InvalidArgumentError(`${path} is ${typeof value}`, { path, value, remedy })
}

/** @throws InferenceError (`bad-input`) for a row that can't even be read. */
export function lengthOf(value: unknown, index: number): number {
  // Node 24 clones such an array as empty where Node 20 throws; `detached` exists from Node 21 on.
  if (ArrayBuffer.isView(value) && (value.buffer as { readonly detached?: boolean }).detached === true) {
    throw new InferenceError('bad-input', `the buffer of rows[${index}] was transferred`, {
      path: `rows[${index}]`,
      remedy: 'Pass an array that still has its buffer, or a copy',
    })
  }
  try {
    return estimatedLength(value)
  } catch (cause) {
    throw new InferenceError('bad-input', `rows[${index}] can't be read`, {
      path: `rows[${index}]`,
      remedy: 'Use plain data: no getters that throw, no revoked proxies',
      cause,
    })
  }
}
