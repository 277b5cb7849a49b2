import type { IndexProgress } from '../../../actors/knowledge/index/build-index.ts'
import type { HubProgress } from '../../inference/repository/hub/model-hub.ts'

const BAR = 24

/** Progress of long work on stderr: a bar on a terminal, a line every tenth elsewhere. */
export class ProgressLine {
  readonly #stream: NodeJS.WriteStream
  /** Tenths already reported, by kind of work. */
  readonly #tenths = new Map<string, number>()
  #drawn = false

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream
  }

  indexing({ done, total, rate, etaMs }: IndexProgress): void {
    this.#show(
      'indexing',
      done / total,
      `indexing ${done}/${total} passages, ${rate.toFixed(0)}/s, ${remaining(etaMs)} left`,
    )
  }

  /** A model file from a hub; without its size there is no bar. */
  fetching({ model, version, file, bytes, total }: HubProgress): void {
    const so = total === undefined ? megabytes(bytes) : `${megabytes(bytes)} of ${megabytes(total)}`
    const share = total === undefined ? undefined : total === 0 ? 1 : bytes / total
    this.#show(`${model} ${version} ${file}`, share, `fetching ${model} ${version}, ${file}: ${so}`)
  }

  /** Leaves the terminal as it was. */
  clear(): void {
    if (this.#drawn) this.#stream.write('\r\u001b[2K')
    this.#drawn = false
  }

  #show(what: string, share: number | undefined, text: string): void {
    // A dumb terminal can't go back to the start of its line.
    if (this.#stream.isTTY && process.env.TERM !== 'dumb') {
      const filled = Math.round(BAR * Math.min(1, share ?? 0))
      const bar = share === undefined ? '' : `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)} `
      this.#stream.write(`\r\u001b[2K${bar}${text}`)
      this.#drawn = true
      return
    }
    const tenth = Math.floor(10 * (share ?? 0))
    if (tenth > (this.#tenths.get(what) ?? 0)) this.#stream.write(`${text}\n`)
    this.#tenths.set(what, tenth)
  }
}

function remaining(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  return seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
