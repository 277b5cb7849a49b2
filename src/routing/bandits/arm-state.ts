import { InvalidArgumentError } from '../../kernel/errors.ts'

/** An arm as JSON. */
export interface SavedArm {
  readonly name: string
  readonly plays: number
  readonly count: number
  readonly sum: number
  readonly [part: string]: unknown
}

/** @throws InvalidArgumentError (`invalid-argument`) naming the first damaged arm */
export function savedArms(given: unknown, path: string): readonly SavedArm[] {
  if (!Array.isArray(given)) throw damaged(`${path}.state.arms`, given)
  return given.map((arm: unknown, at) => {
    const { name, plays, count, sum } = (arm ?? {}) as Partial<SavedArm>
    const counts = [plays, count].every((one) => Number.isSafeInteger(one) && (one as number) >= 0)
    // Rewards are within [0, 1], so their sum is within [0, count].
    if (typeof name === 'string' && counts && typeof sum === 'number' && sum >= 0 && sum <= Number(count)) {
      return arm as SavedArm
    }
    throw damaged(`${path}.state.arms[${at}]`, arm)
  })
}

/** `size` finite numbers, or one number where `size` is 1. @throws InvalidArgumentError (`invalid-argument`) */
export function savedNumbers(given: unknown, size: number, path: string): Float64Array {
  const numbers: unknown = typeof given === 'number' ? [given] : given
  if (!Array.isArray(numbers) || numbers.length !== size || !numbers.every(Number.isFinite)) {
    throw damaged(path, given)
  }
  return Float64Array.from(numbers as number[])
}

function damaged(path: string, value: unknown): InvalidArgumentError {
  return new InvalidArgumentError(`${path} is damaged`, {
    path,
    value,
    remedy: 'Pass what `save()` returned, unchanged; or start without a state',
  })
}
