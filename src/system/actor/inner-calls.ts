/** A call that a handler makes for its message: when the message is cancelled, so is the call. */
export interface InnerCall {
  within: InnerCalls | undefined
  previousCall: InnerCall | undefined
  nextCall: InnerCall | undefined
  /** The handler's message was cancelled, or its instance has ended. */
  abandon(reason: unknown): void
}

/** The calls of one message in flight, as a list through the calls themselves: adding and removing makes no garbage. */
export class InnerCalls {
  #last: InnerCall | undefined = undefined

  get empty(): boolean {
    return this.#last === undefined
  }

  add(call: InnerCall): void {
    call.within = this
    call.previousCall = this.#last
    if (this.#last !== undefined) this.#last.nextCall = call
    this.#last = call
  }

  /** Idempotent. */
  remove(call: InnerCall): void {
    if (call.within !== this) return
    const { previousCall, nextCall } = call
    if (previousCall !== undefined) previousCall.nextCall = nextCall
    if (nextCall === undefined) this.#last = previousCall
    else nextCall.previousCall = previousCall
    call.within = undefined
    call.previousCall = undefined
    call.nextCall = undefined
  }

  /** Each leaves the list as it settles. */
  abandon(reason: unknown): void {
    for (let call = this.#last; call !== undefined; call = this.#last) {
      this.remove(call)
      call.abandon(reason)
    }
  }
}
