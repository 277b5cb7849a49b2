import { availableParallelism } from 'node:os'
import { demand } from '../../kernel/demand.ts'
import { InvalidArgumentError } from '../../kernel/errors.ts'
import { wholeNumber } from '../../kernel/whole-number.ts'

/** One pool's share of the machine. */
export interface PoolPlan {
  readonly name: string
  /** Least and greatest number of workers. */
  readonly min: number
  readonly max: number
  /** Threads of each worker's sessions (`intraOpNumThreads`). */
  readonly threads: number
}

/**
 * Shares the cores among pools, so that `workers × threads` of all of them never exceeds the cores. ONNX Runtime's
 * threads spin while they wait, so more threads than cores make every batch slower.
 *
 *     cores 8 │ embed 4 × 1 │ read 2 × 2 │        a third pool of 1 × 1 is refused, with this arithmetic
 *
 * One plan may be shared by several engines: `createInference({ plan })`.
 */
export class CorePlan {
  readonly cores: number
  readonly #pools: PoolPlan[] = []

  constructor(cores: number = availableParallelism()) {
    this.cores = wholeNumber(cores, 'cores')
  }

  /** @throws InvalidArgumentError (`invalid-argument`) when the pool does not fit in beside the others. */
  reserve(pool: PoolPlan): void {
    demand(pool, 'pool', 'a plan of a pool', ({ name }) => typeof name === 'string')
    wholeNumber(pool.min, 'workers.min')
    wholeNumber(pool.max, 'workers.max', pool.min)
    wholeNumber(pool.threads, 'threads')
    const wanted = [...this.#pools, pool]
    const used = wanted.reduce((sum, one) => sum + one.max * one.threads, 0)
    if (used > this.cores) {
      const terms = wanted.map((one) => `${one.name} ${one.max} × ${one.threads}`).join(' + ')
      const own =
        wanted.length === 1 && pool.threads === 1 ? `workers is ${pool.max}` : `${terms} = ${used} threads`
      throw new InvalidArgumentError(`${own} on a machine with ${this.cores} cores`, {
        path: 'workers',
        value: pool.max,
        remedy: 'Use fewer workers or threads: each keeps one core busy',
      })
    }
    this.#pools.push(pool)
  }

  /** Frees the share of a stopped engine. */
  release(pool: PoolPlan): void {
    const at = this.#pools.indexOf(pool)
    if (at >= 0) this.#pools.splice(at, 1)
  }

  /** The plan as text: one line per pool. */
  toString(): string {
    const lines = this.#pools.map(({ name, min, max, threads }) => {
      const workers = min === max ? `${max}` : `${min} to ${max}`
      return `${name}: ${workers} workers × ${threads} ${threads === 1 ? 'thread' : 'threads'}`
    })
    const used = this.#pools.reduce((sum, { max, threads }) => sum + max * threads, 0)
    return [...lines, `${used} of ${this.cores} cores`].join('\n')
  }
}
