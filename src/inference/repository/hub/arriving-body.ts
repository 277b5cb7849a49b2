/** Most pieces waiting for the disk; beyond that the connection waits too. */
const PIECES_MAX = 32

/**
 * The body of a response, read as it arrives. `fetch` discards data not yet handed over when a connection breaks, and a
 * download wants every byte received. A break is reported after the last piece.
 *
 *     connection ─▶ [ piece | piece | … 32 ] ─▶ disk
 */
export class ArrivingBody {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array> | undefined
  readonly #pieces: Uint8Array[] = []
  readonly #onMoved: () => void
  #ended = false
  #error: { readonly cause: unknown } | undefined
  #closed = false
  #wake: () => void = () => {}

  /** @param onMoved called whenever a piece arrives or is taken. */
  constructor(response: Response, onMoved: () => void) {
    this.#reader = (response.body as ReadableStream<Uint8Array> | null)?.getReader()
    this.#onMoved = onMoved
    void this.#read()
  }

  /** The next piece; undefined at the end. Rejects with the error that broke the connection. */
  async next(): Promise<Uint8Array | undefined> {
    for (;;) {
      const piece = this.#pieces.shift()
      if (piece !== undefined) {
        this.#onMoved()
        this.#wake()
        return piece
      }
      if (this.#error !== undefined) throw this.#error.cause
      if (this.#ended) return undefined
      await this.#changed()
    }
  }

  /** Closes the connection. */
  async close(): Promise<void> {
    this.#closed = true
    this.#wake()
    await this.#reader?.cancel().catch(() => {})
  }

  async #read(): Promise<void> {
    try {
      while (!this.#closed) {
        const next = await this.#reader?.read()
        if (next === undefined || next.done) break
        this.#onMoved()
        this.#pieces.push(next.value)
        this.#wake()
        while (this.#pieces.length >= PIECES_MAX && !this.#closed) await this.#changed()
      }
      this.#ended = true
    } catch (cause) {
      this.#error = { cause }
    }
    this.#wake()
  }

  /** One side waits at a time: the reader for room, or the taker for pieces. */
  #changed(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }
}
