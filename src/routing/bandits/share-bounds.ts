import { entriesIn } from '../../kernel/demand.ts'
import { InvalidArgumentError } from '../../kernel/errors.ts'
import { onlyOptions } from '../../kernel/only-options.ts'
import { within } from '../checks.ts'
import type { BranchSet } from '../policy.ts'

/** The least and greatest share of the decisions that a branch may get, each in [0, 1]. */
export interface ShareBounds {
  readonly min?: number
  readonly max?: number
}

/** Decisions of credit that a branch can save below its `max`: how far a burst may exceed it. */
const CREDIT_MAX = 2

/**
 * Keeps every branch within its share of the decisions, by credit:
 *
 *   each decision   due += min     credit += max   (credit at most 2)
 *   chosen          due −= 1       credit −= 1     (due at least 0)
 *   due ≥ 1         it must be chosen              credit < 1   it may not be chosen
 *
 * So a branch is chosen at least once in any ⌈1/min⌉ decisions in which no other branch is due, and at most max·w + 2 times
 * in any w. This holds over every window, not only in the long run, and for branches that join later.
 */
export class ShareKeeper {
  readonly #bounds: ReadonlyMap<string, ShareBounds>
  #names: readonly string[] = []
  #min: Float64Array = new Float64Array(0)
  #max: Float64Array = new Float64Array(0)
  #due: Float64Array = new Float64Array(0)
  #credit: Float64Array = new Float64Array(0)

  /** @throws InvalidArgumentError (`invalid-argument`): bounds out of range, or least shares that sum to more than 1 */
  constructor(bounds: { readonly [branch: string]: ShareBounds } | undefined, path: string) {
    this.#bounds = checked(bounds ?? {}, path)
  }

  /**
   * Switches to another branch set, perhaps of the same branches. What a branch is due stays due; otherwise swaps could
   * postpone it indefinitely.
   */
  see({ names }: BranchSet): void {
    const before = new Map(this.#names.map((name, at) => [name, at]))
    const min = Float64Array.from(names, (name) => this.#bounds.get(name)?.min ?? 0)
    const max = Float64Array.from(names, (name) => this.#bounds.get(name)?.max ?? 1)
    this.#min = min
    this.#max = max
    const kept = (values: Float64Array, fresh: number) =>
      Float64Array.from(names, (name) => values[before.get(name) ?? -1] ?? fresh)
    this.#due = kept(this.#due, 0)
    this.#credit = kept(this.#credit, 1)
    this.#names = names
  }

  /** Starts a decision: marks in `allowed` (1 or 0) which branches may be chosen. @returns how many */
  open(allowed: Uint8Array): number {
    let count = 0
    for (let at = 0; at < this.#min.length; at++) {
      this.#due[at] = (this.#due[at] as number) + (this.#min[at] as number)
      const max = this.#max[at] as number
      const credit = Math.min(CREDIT_MAX, (this.#credit[at] as number) + max)
      this.#credit[at] = credit
      // Rounding must not cost a turn: ten times 0.1 is less than 1.
      const may = max === 1 || credit >= 1 - 1e-9
      allowed[at] = may ? 1 : 0
      if (may) count += 1
    }
    if (count === 0) count = this.#allowMostSaved(allowed)
    return count
  }

  /** The branch whose least share is most overdue; -1 if none is overdue. */
  mostDue(allowed: Uint8Array): number {
    let most = -1
    for (let at = 0; at < this.#due.length; at++) {
      const due = this.#due[at] as number
      if (due < 1 - 1e-9 || allowed[at] === 0) continue
      if (most === -1 || due > (this.#due[most] as number)) most = at
    }
    return most
  }

  chosen(at: number): void {
    this.#due[at] = Math.max(0, (this.#due[at] as number) - 1)
    this.#credit[at] = Math.max(0, (this.#credit[at] as number) - 1)
  }

  /** Greatest shares that sum to less than 1 can't all hold: the branch with the most credit is chosen anyway. */
  #allowMostSaved(allowed: Uint8Array): number {
    let most = 0
    for (let at = 1; at < this.#credit.length; at++) {
      if ((this.#credit[at] as number) > (this.#credit[most] as number)) most = at
    }
    allowed[most] = 1
    return 1
  }
}

function checked(
  bounds: { readonly [branch: string]: ShareBounds },
  path: string,
): ReadonlyMap<string, ShareBounds> {
  for (const [name, own] of entriesIn<string, ShareBounds>(bounds, path, 'an object of bounds by branch')) {
    onlyOptions(own ?? null, `${path}.${name}`, ['min', 'max'])
    const { min = 0, max = 1 } = own
    within(min, `${path}.${name}.min`, 0, 1)
    within(max, `${path}.${name}.max`, min, 1)
  }
  const least = Object.values(bounds).reduce((total, { min = 0 }) => total + min, 0)
  if (least > 1 + 1e-9) {
    throw new InvalidArgumentError(`${path}: the least shares sum to ${least}`, {
      path,
      value: least,
      remedy: 'Pass least shares that sum to at most 1',
    })
  }
  return new Map(Object.entries(bounds))
}
