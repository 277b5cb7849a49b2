import { type AsyncContext, callersContext } from '../kernel/async-context.ts'
import type { Turns } from '../kernel/kernel.ts'

/**
 * Requests that came in one turn of the event loop are answered together at its end, each in the context in which it came:
 *
 *   socket ─▶ add ─┐
 *   socket ─▶ add ─┼─▶ end of the turn ─▶ answer, answer, answer ─▶ runs, one dispatch ─▶ answers written
 *   socket ─▶ add ─┘
 *
 * Parsing, running and writing request after request takes a seventh more CPU. By then the body of a small request has come too.
 */
export class Arrivals<C> {
  readonly #turns: Turns
  readonly #answer: (call: C) => void
  #calls: C[] = []
  #contexts: AsyncContext[] = []

  constructor(turns: Turns, answer: (call: C) => void) {
    this.#turns = turns
    this.#answer = answer
  }

  add(call: C): void {
    if (this.#calls.length === 0) this.#turns.later(this.#answerAll)
    this.#calls.push(call)
    this.#contexts.push(callersContext())
  }

  readonly #answerAll = (): void => {
    const calls = this.#calls
    const contexts = this.#contexts
    this.#calls = []
    this.#contexts = []
    let at = 0
    try {
      while (at < calls.length) {
        const call = calls[at] as C
        const context = contexts[at] as AsyncContext
        at += 1
        context.runInAsyncScope(this.#answer, undefined, call)
      }
    } finally {
      // Even if one threw, the others get their answers.
      if (at < calls.length) this.#again(calls.slice(at), contexts.slice(at))
    }
  }

  #again(calls: readonly C[], contexts: readonly AsyncContext[]): void {
    if (this.#calls.length === 0) this.#turns.later(this.#answerAll)
    this.#calls.unshift(...calls)
    this.#contexts.unshift(...contexts)
  }
}
