import { aFunction, demand } from '../kernel/demand.ts'
import { shownBody } from './shown-body.ts'

/** A sequential object: what each operation does when it is alone. */
export interface SequentialModel<S, I, O> {
  /** The state at the beginning. */
  readonly init: () => S
  /** The state after an operation and its output. It must not change the given state. */
  readonly apply: (state: S, input: I) => readonly [next: S, output: O]
  /** States with one key are the same. Default: their JSON. */
  readonly key?: (state: S) => string
  /** Whether an output is the model's. Default: the same JSON. */
  readonly matches?: (given: O, expected: O) => boolean
}

/** Records operations on an object that several clients use at once. */
export interface History<I, O> {
  /** Runs an operation and records when it began and ended, and its output. One that rejects may have happened, or not. */
  call(input: I, run: () => Promise<O>): Promise<O>
}

interface Operation<I, O> {
  readonly input: I
  readonly begun: number
  /** Infinity while it has not ended, or where it ended without an answer. */
  ended: number
  output: O | undefined
}

/** Most states that a check visits. */
const VISITS_MAX = 200_000

/**
 * Whether some order of the operations, each at one moment between its begin and its end, gives every output that was seen. A
 * depth-first search over the operations that may come next, with the visited pairs of operations done and state (Wing and Gong:
 * "Testing and Verifying Concurrent Objects", 1993; Lowe: "Testing for Linearizability", 2017).
 */
export class Linearizability<S, I, O> implements History<I, O> {
  readonly #model: SequentialModel<S, I, O>
  readonly #operations: Operation<I, O>[] = []
  readonly #passes: () => void
  #moment = 0

  /** `passes` is called whenever an operation begins or ends. */
  constructor(model: SequentialModel<S, I, O>, passes: () => void) {
    this.#passes = passes
    demand(model, 'linearizable.model', 'an object with init and apply', (given) => typeof given === 'object')
    aFunction(model.init, 'linearizable.model.init', 'a function that gives the first state')
    aFunction(model.apply, 'linearizable.model.apply', 'a function that gives the next state and the output')
    this.#model = model
  }

  async call(input: I, run: () => Promise<O>): Promise<O> {
    this.#passes()
    this.#moment += 1
    const operation: Operation<I, O> = {
      input,
      begun: this.#moment,
      ended: Number.POSITIVE_INFINITY,
      output: undefined,
    }
    this.#operations.push(operation)
    const output = await run()
    this.#passes()
    this.#moment += 1
    operation.ended = this.#moment
    operation.output = output
    return output
  }

  /** Undefined if the history is linearizable; otherwise why not. */
  problem(): string | undefined {
    const operations = [...this.#operations].sort((a, b) => a.begun - b.begun)
    const answered = operations.filter(({ ended }) => ended < Number.POSITIVE_INFINITY).length
    const seen = new Set<string>()
    const { init, apply, key = (state: S) => JSON.stringify(state) ?? '' } = this.#model
    const { matches = (a: O, b: O) => JSON.stringify(a) === JSON.stringify(b) } = this.#model
    const done = operations.map(() => false)
    let visits = 0
    let furthest = 0
    const search = (state: S, left: number): boolean => {
      furthest = Math.max(furthest, answered - left)
      if (left === 0) return true
      const place = `${done.map(Number).join('')} ${key(state)}`
      if (seen.has(place)) return false
      seen.add(place)
      visits += 1
      if (visits > VISITS_MAX) return false
      // Only what began before the first end among the rest can come next.
      const firstEnd = operations.reduce(
        (first, { ended }, at) => (done[at] === true ? first : Math.min(first, ended)),
        Number.POSITIVE_INFINITY,
      )
      for (const [at, { input, begun, ended, output }] of operations.entries()) {
        if (done[at] === true || begun > firstEnd) continue
        const [next, expected] = apply(state, input)
        const wasAnswered = ended < Number.POSITIVE_INFINITY
        if (wasAnswered && !matches(output as O, expected)) continue
        done[at] = true
        if (search(next, wasAnswered ? left - 1 : left)) return true
        done[at] = false
      }
      return false
    }
    if (search(init(), answered)) return undefined
    if (visits > VISITS_MAX)
      return `undecided after ${VISITS_MAX} states: record fewer operations that overlap`
    const told = operations.map(({ input, output, begun, ended }) => {
      const end =
        ended === Number.POSITIVE_INFINITY ? '?' : `${ended} → ${shownBody(output, false) || 'nothing'}`
      return `${shownBody(input, false)} [${begun}, ${end}]`
    })
    return `no order of the ${operations.length} operations gives these answers (the longest explains ${furthest} of ${answered}): ${told.join('; ')}`
  }
}
