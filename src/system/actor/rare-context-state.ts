import type { Cancellation } from './cancellation.ts'

/** Fields that few contexts need; made on use: there is a context for each message, and its size is a third of a tell's time. */
export class RareContextState {
  /** Its handler is asynchronous and in flight. */
  held = false
  /** Whether the handler did anything that its end must check: reply, stash, signal. */
  touched = false
  end: 'replied' | 'stashed' | undefined = undefined
  cancellation: Cancellation | undefined = undefined

  /** Its handler has answered the message or set it aside. */
  endBy(end: 'replied' | 'stashed'): void {
    this.end = end
    this.touched = true
  }
}
