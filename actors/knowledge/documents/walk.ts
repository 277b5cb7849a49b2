import type { BigIntStats, Dirent } from 'node:fs'
import { readdir, readFile, stat, statfs } from 'node:fs/promises'
import { extname, join } from 'node:path'
import ignore, { type Ignore } from 'ignore'
import { DocumentsError } from './errors.ts'
import { FORMATS } from './formats/formats.ts'

const LEFT_OUT = new Set(['node_modules'])

/** A folder with more files is not for people: the rest is not read, and a notice says so. */
export const FILES_MAX = 50_000

/** File systems that show the kernel as files. Some of these files never end, and none is a document. */
const OF_THE_KERNEL = new Set([0x9fa0, 0x62656572, 0x64626720, 0x74726163, 0x27e0eb, 0x63677270, 0xcafe4a11])

/** A file that was found but can't be read, and the reason. */
export interface Skipped {
  readonly file: string
  readonly reason: string
}

/** Which files to read, by patterns as in `.gitignore` (`*.md`, `drafts/`, `!keep.md`). */
export interface Selection {
  /** Read only files that match one of these. */
  readonly include?: readonly string[]
  /** Read no file that matches one of these. */
  readonly exclude?: readonly string[]
  readonly signal?: AbortSignal
}

export interface Walk {
  /** Paths below the folder with forward slashes, sorted. */
  readonly files: readonly string[]
  readonly skipped: readonly Skipped[]
  /** How many files of other kinds there are, by extension. */
  readonly unread: ReadonlyMap<string, number>
}

interface Rules {
  readonly base: string
  readonly rules: Ignore
}

/**
 * The documents below a folder (or the file `path` itself). Hidden entries, node_modules, entries in
 * `.gitignore`, and files already reached through another link are left out.
 *
 * @throws DocumentsError (`docs-missing`, `docs-unreadable`)
 */
export async function walk(path: string, selection: Selection = {}): Promise<Walk> {
  const entry = await stat(path, { bigint: true }).catch((cause: unknown) => {
    throw new DocumentsError(
      'docs-missing',
      `there is no folder ${path}`,
      path,
      'Use a folder with documents: --docs DIR',
      cause,
    )
  })
  if (entry.isFile()) return { files: [''], skipped: [], unread: new Map() }
  const walker = new Walker(path, selection)
  try {
    await walker.start(entry)
  } catch (cause) {
    selection.signal?.throwIfAborted()
    if (cause instanceof DocumentsError) throw cause
    throw new DocumentsError(
      'docs-unreadable',
      `the folder ${path} can't be read (${codeOf(cause)})`,
      path,
      'Check its permissions',
      cause,
    )
  }
  return { files: walker.files.sort(), skipped: walker.skipped, unread: walker.unread }
}

class Walker {
  readonly files: string[] = []
  readonly skipped: Skipped[] = []
  readonly unread = new Map<string, number>()
  readonly #path: string
  readonly #signal: AbortSignal | undefined
  readonly #include: Ignore | undefined
  readonly #exclude: Ignore
  readonly #seen = new Set<string>()
  /** Links are followed last, so files they lead to keep their own names. */
  readonly #links: { readonly file: string; readonly rules: readonly Rules[] }[] = []

  constructor(path: string, { include, exclude, signal }: Selection) {
    this.#path = path
    this.#signal = signal
    this.#include = include === undefined ? undefined : ignore().add([...include])
    this.#exclude = ignore().add([...(exclude ?? [])])
  }

  async start(root: BigIntStats): Promise<void> {
    if (await this.#isOfTheKernel('')) {
      throw new DocumentsError(
        'docs-unreadable',
        `${this.#path} is a system folder without documents`,
        this.#path,
        'Use a folder with documents: --docs DIR',
      )
    }
    await this.#folder('', root, [])
    for (let link = this.#links.shift(); link !== undefined; link = this.#links.shift()) {
      const target = await stat(join(this.#path, link.file), { bigint: true }).catch(() => undefined)
      if (target?.isDirectory()) await this.#inner(link.file, target, link.rules)
      else if (target?.isFile()) this.#file(link.file, target)
    }
  }

  async #folder(below: string, own: BigIntStats, rules: readonly Rules[]): Promise<void> {
    if (!this.#isNew(own)) return
    const entries = await readdir(join(this.#path, below), { withFileTypes: true })
    const all = await this.#rulesOf(below, entries, rules)
    for (const one of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      this.#signal?.throwIfAborted()
      if (one.name.startsWith('.') || LEFT_OUT.has(one.name)) continue
      const file = below === '' ? one.name : `${below}/${one.name}`
      if (this.#isLeftOut(one.isDirectory() ? `${file}/` : file, all)) continue
      if (one.isSymbolicLink()) this.#links.push({ file, rules: all })
      else if (one.isDirectory())
        await this.#inner(file, await stat(join(this.#path, file), { bigint: true }), all)
      else if (one.isFile()) this.#file(file, await stat(join(this.#path, file), { bigint: true }))
    }
  }

  async #inner(file: string, own: BigIntStats, rules: readonly Rules[]): Promise<void> {
    try {
      if (await this.#isOfTheKernel(file))
        this.skipped.push({ file: `${file}/`, reason: 'is a system folder' })
      else await this.#folder(file, own, rules)
    } catch (error) {
      this.#signal?.throwIfAborted()
      this.skipped.push({ file: `${file}/`, reason: `folder can't be read (${codeOf(error)})` })
    }
  }

  #file(file: string, own: BigIntStats): void {
    const extension = extname(file).toLowerCase()
    if (this.#include !== undefined && !this.#include.ignores(file)) return
    if (!FORMATS.has(extension)) {
      const kind = extension === '' ? 'without extension' : extension
      this.unread.set(kind, (this.unread.get(kind) ?? 0) + 1)
    } else if (this.#isNew(own)) {
      if (this.files.length < FILES_MAX) this.files.push(file)
      else this.skipped.push({ file, reason: `the folder has more than ${FILES_MAX} files` })
    }
  }

  /** False for a file already seen under another name. */
  #isNew({ dev, ino }: BigIntStats): boolean {
    const key = `${dev}:${ino}`
    if (this.#seen.has(key)) return false
    this.#seen.add(key)
    return true
  }

  async #isOfTheKernel(below: string): Promise<boolean> {
    return OF_THE_KERNEL.has((await statfs(join(this.#path, below))).type)
  }

  async #rulesOf(
    below: string,
    entries: readonly Dirent[],
    rules: readonly Rules[],
  ): Promise<readonly Rules[]> {
    if (!entries.some(({ name }) => name === '.gitignore')) return rules
    const text = await readFile(join(this.#path, below, '.gitignore'), 'utf8').catch(() => '')
    return [...rules, { base: below === '' ? '' : `${below}/`, rules: ignore().add(text) }]
  }

  /** The innermost `.gitignore` with a matching rule decides. */
  #isLeftOut(file: string, all: readonly Rules[]): boolean {
    if (this.#exclude.ignores(file)) return true
    let left = false
    for (const { base, rules } of all) {
      const { ignored, unignored } = rules.test(file.slice(base.length))
      left = ignored || (left && !unignored)
    }
    return left
  }
}

export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : String(error)
}
