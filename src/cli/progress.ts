import type { IndexProgress } from '../../actors/question-answering/index/build-index.ts'

const BAR = 24

/** Progress of indexing on stderr: a bar on a terminal, a line every tenth elsewhere. */
export class ProgressLine {
  readonly #stream: NodeJS.WriteStream
  #tenth = 0
  #drawn = false

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream
  }

  show(progress: IndexProgress): void {
    const { done, total, rate, etaMs } = progress
    const text = `indexing ${done}/${total} passages, ${rate.toFixed(0)}/s, ${remaining(etaMs)} left`
    if (this.#stream.isTTY) {
      const filled = Math.round((BAR * done) / total)
      this.#stream.write(`\r\u001b[2K${'█'.repeat(filled)}${'░'.repeat(BAR - filled)} ${text}`)
      this.#drawn = true
      return
    }
    const tenth = Math.floor((10 * done) / total)
    if (tenth > this.#tenth) this.#stream.write(`${text}\n`)
    this.#tenth = tenth
  }

  /** Leaves the terminal as it was. */
  clear(): void {
    if (this.#drawn) this.#stream.write('\r\u001b[2K')
    this.#drawn = false
  }
}

function remaining(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  return seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`
}
