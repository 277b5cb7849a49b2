/**
 * stdout: answers and nothing else. Waits for a slow reader; a reader that closes the pipe (`| head -1`) ends the work
 * quietly.
 */
export class Output {
  readonly #stream: NodeJS.WriteStream
  #closed = false
  #onClosed: (failed: boolean) => void

  /** @param onClosed is told whether it failed, as on a full disk, rather than was closed by its reader. */
  constructor(stream: NodeJS.WriteStream, onClosed: (failed: boolean) => void) {
    this.#stream = stream
    this.#onClosed = onClosed
    stream.on('error', (error: NodeJS.ErrnoException) => {
      this.#closed = true
      this.#onClosed(error.code !== 'EPIPE')
    })
  }

  get closed(): boolean {
    return this.#closed
  }

  get isTerminal(): boolean {
    return this.#stream.isTTY === true
  }

  get columns(): number {
    return this.#stream.columns ?? 100
  }

  /** Resolves once the text is handed over, or the reader has closed the pipe. */
  write(text: string): Promise<void> {
    if (this.#closed) return Promise.resolve()
    return new Promise((resolve) => {
      this.#stream.write(text, () => resolve())
    })
  }
}
