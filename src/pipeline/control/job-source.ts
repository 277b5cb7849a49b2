import { atOnce } from '../../kernel/callbacks.ts'
import { demand, methods } from '../../kernel/demand.ts'
import type { Inputs, JobOptions } from './ask-all-options.ts'

const PATH = 'askAll.inputs'

/** One input with its name. */
export interface NamedInput<T> {
  readonly index: number
  readonly id: string | number
  readonly input: T
}

/** The inputs of a job, one at a time: each gets its name, and those already done are skipped. */
export class JobSource<T> {
  readonly #inputs: Inputs<T>
  readonly #options: Pick<JobOptions<T>, 'id' | 'done'>
  #iterator: AsyncIterator<T> | Iterator<T> | undefined
  #reading = false
  #read = 0
  /** The inputs have ended. */
  exhausted = false

  constructor(inputs: Inputs<T>, options: Pick<JobOptions<T>, 'id' | 'done'>) {
    this.#inputs = inputs
    this.#options = options
  }

  /** Undefined at the end. Rejects with the error of the inputs, `id` or `done`, after closing the inputs. */
  async next(): Promise<NamedInput<T> | undefined> {
    try {
      this.#iterator ??= this.#begin()
      while (!this.exhausted) {
        const next = await this.#readOne(this.#iterator)
        if (next.done === true || this.exhausted) break
        const named = await this.#named(next.value)
        if (named !== undefined) return named
      }
      this.exhausted = true
      return undefined
    } catch (error) {
      this.close().catch(() => undefined)
      throw error
    }
  }

  /** Stops reading. Rejects if the inputs can't be closed; does not wait for a read in progress. Idempotent. */
  async close(): Promise<void> {
    if (this.exhausted) return
    this.exhausted = true
    const closed = this.#iterator?.return?.()
    if (this.#reading) Promise.resolve(closed).catch(() => undefined)
    else await closed
  }

  #begin(): AsyncIterator<T> | Iterator<T> {
    const inputs = this.#inputs as Partial<AsyncIterable<T> & Iterable<T>>
    const begun = inputs[Symbol.asyncIterator]?.() ?? (this.#inputs as Iterable<T>)[Symbol.iterator]()
    return methods(atOnce(PATH, begun), PATH, 'an iterable or async iterable of inputs', ['next'])
  }

  async #readOne(iterator: AsyncIterator<T> | Iterator<T>): Promise<IteratorResult<T>> {
    this.#reading = true
    try {
      return await iterator.next()
    } catch (error) {
      this.exhausted = true
      throw error
    } finally {
      this.#reading = false
    }
  }

  async #named(input: T): Promise<NamedInput<T> | undefined> {
    const index = this.#read
    this.#read += 1
    const { id: name, done } = this.#options
    const id = name === undefined ? index : nameOf(name(input, index), index)
    return done !== undefined && (await done(id)) ? undefined : { index, id, input }
  }
}

/** A name is the idempotency key of its run: `String` of anything else would be one key for many inputs, or would throw. */
function nameOf(given: string | number, index: number): string | number {
  if (typeof given === 'string' || Number.isFinite(given)) return given
  const path = `askAll.id(input ${index})`
  return demand(atOnce(path, given), path, 'a string or a finite number', () => false)
}
