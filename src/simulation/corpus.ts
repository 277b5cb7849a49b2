import { appendFileSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

const HEAD =
  '# Runs that have failed: each is played first. A line is a token; what follows # is for people.\n'

/** The tokens of failures that are kept in the repository: a text file, one token a line. */
export class Corpus {
  readonly #file: string

  constructor(file: string | URL) {
    this.#file = typeof file === 'string' && !file.startsWith('file:') ? file : fileURLToPath(file)
  }

  tokens(): readonly string[] {
    return this.#text()
      .split('\n')
      .map((line) => line.replace(/#.*/, '').trim())
      .filter((line) => line !== '')
  }

  keep(token: string, why: string): void {
    const text = this.#text()
    if (text.includes(token)) return
    mkdirSync(dirname(this.#file), { recursive: true })
    const between = text === '' ? HEAD : text.endsWith('\n') ? '' : '\n'
    appendFileSync(this.#file, `${between}# ${why.replaceAll('\n', ' ')}\n${token}\n`)
  }

  #text(): string {
    try {
      return readFileSync(this.#file, 'utf8')
    } catch (error) {
      if ((error as { code?: string }).code === 'ENOENT') return ''
      throw error
    }
  }
}
