import { createHash, type Hash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { readdir, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { StringDecoder } from 'node:string_decoder'
import { createGunzip, createGzip } from 'node:zlib'
import { makeFolder } from '../../../../src/kernel/make-folder.ts'
import type { Pauses } from '../../../../src/kernel/pauses.ts'
import type { Keeping } from '../../keeping.ts'
import { isLeftBehind } from '../../left-behind.ts'
import type { Passage } from '../../text/passages.ts'
import { PIECE } from './packed.ts'

/** Increase it whenever the same file yields other passages. */
const VERSION = 32
const FILE = 'passages.gz'
/** Most characters stored per folder: enough for tens of thousands of pages. */
const CHARS_MAX = 80_000_000
const PART_CHARS = 64 * 1024

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

  /** For the bytes of a file. Its name counts too: it determines the format, and may be the title. */
  hashFor(file: string): Hash {
    return createHash('sha256').update(`${basename(file)}\n`)
  }

  async get(key: string, file: string): Promise<Entry | undefined> {
    const entry = this.#known.get(key) ?? this.#used.get(key)
    if (entry === undefined) return undefined
    await this.#use(key, entry)
    if (entry.passages[0]?.file === file) return entry
    const { pauses } = this.#keeping
    const passages: Passage[] = []
    for (const passage of entry.passages) {
      if (pauses.due) await pauses.take()
      passages.push({ ...passage, file })
    }
    return { ...entry, passages }
  }

  async set(key: string, entry: Entry): Promise<void> {
    if (await this.#use(key, entry)) this.#changed = true
  }

  /** Stores what was used, if anything is new. Rejects with the signal's reason. */
  async finish(signal?: AbortSignal): Promise<void> {
    if (!this.#changed) return
    const part = join(this.#folder, `${FILE}-${this.#keeping.unique()}.part`)
    try {
      await makeFolder(this.#folder)
      await pipeline(Readable.from(this.#lines()), createGzip({ level: 6 }), createWriteStream(part), {
        ...(signal === undefined ? {} : { signal }),
      })
      await rename(part, join(this.#folder, FILE))
      await this.#tidy()
    } catch (error) {
      // The next start parses again.
      await rm(part, { force: true }).catch(() => {})
      signal?.throwIfAborted()
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

  /** A line with the version, then some for each file: those with the same key make one entry. In parts worth packing. */
  async *#lines(): AsyncGenerator<string> {
    const { pauses } = this.#keeping
    let part = `${JSON.stringify({ version: VERSION })}\n`
    for (const [key, { passages, ...rest }] of this.#used) {
      let from = 0
      do {
        if (pauses.due) await pauses.take()
        part += `${JSON.stringify([key, { ...rest, passages: passages.slice(from, from + PIECE) }])}\n`
        from += PIECE
        if (part.length < PART_CHARS) continue
        yield part
        part = ''
      } while (from < passages.length)
    }
    yield part
  }

  async #use(key: string, entry: Entry): Promise<boolean> {
    if (this.#used.has(key)) return false
    for (const passage of entry.passages) {
      if (this.#keeping.pauses.due) await this.#keeping.pauses.take()
      this.#chars += charsOf(passage)
    }
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

/** What a stored cache holds; nothing if any of it can't be read. */
async function entriesOf(folder: string, pauses: Pauses): Promise<[string, Entry][]> {
  const found = new Map<string, { passages: Passage[]; aside?: string }>()
  try {
    let first = true
    for await (const line of linesOf(join(folder, FILE))) {
      if (pauses.due) await pauses.take()
      if (first) {
        if ((JSON.parse(line) as { version: number }).version !== VERSION) return []
        first = false
        continue
      }
      const [key, entry] = JSON.parse(line) as [string, Entry]
      const begun = found.get(key)
      if (begun === undefined) found.set(key, { ...entry, passages: [...entry.passages] })
      else for (const passage of entry.passages) begun.passages.push(passage)
    }
    return [...found]
  } catch {
    return []
  }
}

/**
 * The lines of a packed file, as they are unpacked.
 *
 * @throws as the file system and `zlib` do
 */
async function* linesOf(file: string): AsyncGenerator<string> {
  const unpacked = createGunzip({ chunkSize: CHUNK_BYTES })
  const reading = pipeline(createReadStream(file), unpacked)
  reading.catch(() => {})
  const text = new StringDecoder()
  let open = ''
  for await (const chunk of unpacked) {
    const lines = (open + text.write(chunk as Buffer)).split('\n')
    open = lines.pop() ?? ''
    yield* lines
  }
  if (open !== '') yield open
  await reading
}

const CHUNK_BYTES = 256 * 1024
