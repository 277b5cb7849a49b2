import type { StreamHeadline } from '../stream-headline.ts'

/** Headlines on their way from requests to the monitor; a full queue refuses, and the sender tries again later. */
export class HeadlineQueue implements AsyncIterable<StreamHeadline> {
  readonly #most: number
  readonly #waiting: StreamHeadline[] = []
  #ended = false
  #wake: (() => void) | undefined

  constructor(most: number) {
    this.#most = most
  }

  /** Takes all of them, or none: false if there is no room. */
  offer(headlines: readonly StreamHeadline[]): boolean {
    if (this.#ended || this.#waiting.length + headlines.length > this.#most) return false
    this.#waiting.push(...headlines)
    this.#wake?.()
    return true
  }

  /** Ends the iteration once what waits is taken. */
  end(): void {
    this.#ended = true
    this.#wake?.()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<StreamHeadline> {
    for (;;) {
      const next = this.#waiting.shift()
      if (next !== undefined) yield next
      else if (this.#ended) return
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
    }
  }
}
