import { createHash } from 'node:crypto'
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { makeFolder } from '../../../../src/kernel/make-folder.ts'
import type { Pauses } from '../../../../src/kernel/pauses.ts'
import type { Keeping } from '../../keeping.ts'
import { isLeftBehind } from '../../left-behind.ts'
import type { Passage } from '../../text/passages.ts'

/** Increase it whenever the same file yields other passages. */
const VERSION = 12
const FILE = 'passages.gz'
/** Most characters stored per folder: enough for tens of thousands of pages. */
const CHARS_MAX = 80_000_000

interface Entry {
  readonly passages: readonly Passage[]
  readonly aside?: string
}

/** The passages of files that were parsed before, by their content. A cache that can't be read is none. */
export class ParseCache {
  readonly #folder: string
  readonly #keeping: Keeping
  readonly #known: ReadonlyMap<string, Entry>
  readonly #used = new Map<string, Entry>()
  #chars = 0
  #changed = false

  private constructor(folder: string, known: ReadonlyMap<string, Entry>, keeping: Keeping) {
    this.#folder = folder
    this.#keeping = keeping
    this.#known = known
  }

  /** @param shipped folder of a cache that travels with its documents; read, never written. */
  static async open(folder: string, shipped: string, keeping: Keeping): Promise<ParseCache> {
    const known = new Map([
      ...(await entriesOf(shipped, keeping.pauses)),
      ...(await entriesOf(folder, keeping.pauses)),
    ])
    return new ParseCache(folder, known, keeping)
  }

  /** The name counts too: it determines the format, and may be the title. */
  keyOf(file: string, bytes: Uint8Array): string {
    return createHash('sha256')
      .update(`${basename(file)}\n`)
      .update(bytes)
      .digest('base64')
      .slice(0, 32)
  }

  get(key: string, file: string): Entry | undefined {
    const entry = this.#known.get(key) ?? this.#used.get(key)
    if (entry === undefined) return undefined
    this.#use(key, entry)
    return { ...entry, passages: entry.passages.map((passage) => ({ ...passage, file })) }
  }

  set(key: string, entry: Entry): void {
    if (this.#use(key, entry)) this.#changed = true
  }

  /** Stores what was used, if anything is new. */
  async finish(): Promise<void> {
    if (!this.#changed) return
    const { pauses } = this.#keeping
    const part = join(this.#folder, `${FILE}-${this.#keeping.unique()}.part`)
    try {
      const lines = [JSON.stringify({ version: VERSION })]
      for (const entry of this.#used) {
        if (pauses.due) await pauses.take()
        lines.push(JSON.stringify(entry))
      }
      await makeFolder(this.#folder)
      await writeFile(part, await promisify(gzip)(lines.join('\n'), { level: 6 }))
      await rename(part, join(this.#folder, FILE))
      await this.#tidy()
    } catch (error) {
      // The next start parses again.
      await rm(part, { force: true }).catch(() => {})
      this.#keeping.unwritable(this.#folder, error)
    }
  }

  /** Removes what processes that ended while they wrote have left. */
  async #tidy(): Promise<void> {
    for (const name of await readdir(this.#folder)) {
      const half = name.startsWith(`${FILE}-`) && name.endsWith('.part')
      if (half && (await isLeftBehind(this.#folder, name, this.#keeping.now())))
        await rm(join(this.#folder, name), { force: true })
    }
  }

  #use(key: string, entry: Entry): boolean {
    if (this.#used.has(key)) return false
    this.#chars += entry.passages.reduce((sum, passage) => sum + charsOf(passage), 0)
    if (this.#chars > CHARS_MAX) return false
    this.#used.set(key, entry)
    return true
  }
}

/** As stored, with what its statements belong to, which may be more than its text. */
function charsOf({ text, trail, lead, statements }: Passage): number {
  const above = trail.reduce((sum, heading) => sum + heading.length, lead.length)
  return statements.reduce((sum, { under }) => sum + STATEMENT_CHARS + under.length, text.length + above)
}

/** The names and numbers of one statement. */
const STATEMENT_CHARS = 64

/** A line with the version, then one for each file. */
async function entriesOf(folder: string, pauses: Pauses): Promise<[string, Entry][]> {
  try {
    const text = (await promisify(gunzip)(await readFile(join(folder, FILE)))).toString()
    const [first = '', ...lines] = text.split('\n')
    if ((JSON.parse(first) as { version: number }).version !== VERSION) return []
    const found: [string, Entry][] = []
    for (const line of lines) {
      if (pauses.due) await pauses.take()
      found.push(JSON.parse(line) as [string, Entry])
    }
    return found
  } catch {
    return []
  }
}
