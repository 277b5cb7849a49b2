import assert from 'node:assert/strict'
import { platformKernel } from '../../kernel/platform-kernel.ts'

/** One promise of a port, to run as a test: `for (const { name, run } of storeContract(make)) test(name, run)`. */
export interface ContractCheck {
  /** The promise, as the title of the test. */
  readonly name: string
  /** Checks it on a new adapter. Rejects with an `AssertionError` if the adapter breaks the promise. */
  readonly run: () => Promise<void>
}

/** A check that opens an adapter, tests it, and closes it whatever happened. */
export function checkOf<T>(
  name: string,
  make: () => Promise<T>,
  close: (adapter: T) => Promise<unknown>,
  look: (adapter: T) => Promise<void>,
): ContractCheck {
  return {
    name,
    run: async () => {
      const adapter = await make()
      try {
        await look(adapter)
      } catch (error) {
        // An error of close comes second: the broken promise is the news.
        await close(adapter).catch(() => undefined)
        throw error
      }
      await close(adapter)
    },
  }
}

/** How long a check waits for something that should happen by itself. */
const PATIENCE_MS = 10_000

/** Rejects when `promise` takes longer than any adapter should: a check must end even when nothing ever arrives. */
export async function inTime<T>(what: () => string, promise: Promise<T>): Promise<T> {
  const { timers } = platformKernel()
  return new Promise<T>((resolve, reject) => {
    const late = () => reject(new assert.AssertionError({ message: `${what()} within ${PATIENCE_MS} ms` }))
    const timer = timers.after(PATIENCE_MS, late, undefined, true)
    promise.then(resolve, reject).finally(() => timer.cancel())
  })
}

/** Asserts that the promise rejects with an error of this code, and returns that error. */
export async function refused(promise: Promise<unknown>, code: string): Promise<Error> {
  let refusal: unknown
  await assert.rejects(promise, (error) => {
    refusal = error
    assert.equal((error as { code?: unknown } | undefined)?.code, code)
    return true
  })
  return refusal as Error
}
