import type { BigIntStats, Dirent } from 'node:fs'
import { readdir, readFile, stat, statfs } from 'node:fs/promises'
import { dirname, extname, join, relative, resolve, sep } from 'node:path'
import ignore, { type Ignore } from 'ignore'
import { DocumentsError } from './errors.ts'
import { formatOf } from './formats/file-names.ts'

const LEFT_OUT = new Set(['node_modules'])
/** Hidden entries that belong to tools: nobody misses them among the documents. */
const OF_TOOLS = /^\.(?:git(?:ignore|attributes|modules|keep|-blame-ignore-revs)?|ganglion|DS_Store)$/u
/** A pattern that names hidden entries: ".env", "conf/.*.yml". */
const NAMES_HIDDEN = /(?:^|\/)\.[^/.]/u
/** Each hidden folder that a pattern leads through. */
const HIDDEN_PARTS = /(?<=^|\/)\.[^/.][^/]*\//gu
/** How a notice counts what is no document of its folder. */
const HIDDEN = 'hidden'
const BY_RULE = 'named in .gitignore'

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
  /** Read only files that match one of these. A hidden file or folder is read if one names it with its dot. */
  readonly include?: readonly string[]
  /** Read no file that matches one of these. */
  readonly exclude?: readonly string[]
  readonly signal?: AbortSignal
}

export interface Walk {
  /** Paths below the folder with forward slashes, sorted. */
  readonly files: readonly string[]
  readonly skipped: readonly Skipped[]
  /** How many files of other kinds there are, by extension, and entries that are hidden or that a `.gitignore` names. */
  readonly unread: ReadonlyMap<string, number>
  /** How many files no pattern of `include` matches. */
  readonly notIncluded: number
}

interface Rules {
  /** Its folder, below the one that is read. */
  readonly base: string
  /** The way from its folder to the one that is read, of a `.gitignore` above it. */
  readonly above: string
  readonly rules: Ignore
}

/**
 * The documents below a folder (or the file `path` itself). Hidden entries that no pattern of `include` names (but hidden files of a folder with nothing else), node_modules, entries in a `.gitignore` (also in one
 * above the folder, in the same repository), and files already reached through another link are left out.
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
  if (entry.isFile()) return { files: [''], skipped: [], unread: new Map(), notIncluded: 0 }
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
  const { files, skipped, unread, notIncluded } = walker
  return { files: files.sort(), skipped, unread, notIncluded }
}

class Walker {
  readonly files: string[] = []
  readonly skipped: Skipped[] = []
  readonly unread = new Map<string, number>()
  notIncluded = 0
  readonly #path: string
  readonly #signal: AbortSignal | undefined
  readonly #include: Ignore | undefined
  /** Those of `include` that name hidden entries. */
  readonly #named: Ignore | undefined
  readonly #exclude: Ignore
  readonly #seen = new Set<string>()
  /** Hidden files of the folder itself: what it holds if it holds nothing else. */
  readonly #hidden: string[] = []
  /** Links are followed last, so files they lead to keep their own names. */
  readonly #links: { readonly file: string; readonly rules: readonly Rules[] }[] = []

  constructor(path: string, { include, exclude, signal }: Selection) {
    this.#path = path
    this.#signal = signal
    this.#include = include === undefined ? undefined : ignore().add(include.map(fromHere))
    const named = include?.map(fromHere).filter((pattern) => NAMES_HIDDEN.test(pattern)) ?? []
    this.#named = named.length === 0 ? undefined : ignore().add(named.flatMap(hiddenOnTheWay))
    this.#exclude = ignore().add((exclude ?? []).map(fromHere))
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
    await this.#folder('', root, await rulesAbove(resolve(this.#path)))
    for (let link = this.#links.shift(); link !== undefined; link = this.#links.shift()) {
      const target = await stat(join(this.#path, link.file), { bigint: true }).catch(() => undefined)
      if (target?.isDirectory()) await this.#inner(link.file, target, link.rules)
      else if (target?.isFile()) this.#file(link.file, target)
    }
    const nothingElse = this.files.length === 0 && this.skipped.length === 0 && this.unread.size === 1
    if (nothingElse && this.#include === undefined) await this.#readHidden()
  }

  async #readHidden(): Promise<void> {
    for (const file of this.#hidden) {
      const own = await this.#stateOf(file)
      if (own !== undefined) this.#file(file, own)
    }
    const left = (this.unread.get(HIDDEN) ?? 0) - this.files.length
    if (left > 0) this.unread.set(HIDDEN, left)
    else this.unread.delete(HIDDEN)
  }

  async #folder(below: string, own: BigIntStats, rules: readonly Rules[]): Promise<void> {
    if (!this.#isNew(own)) return
    const entries = await readdir(join(this.#path, below), { withFileTypes: true })
    const all = await this.#rulesOf(below, entries, rules)
    for (const one of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      this.#signal?.throwIfAborted()
      if (LEFT_OUT.has(one.name) || OF_TOOLS.test(one.name)) continue
      const file = below === '' ? one.name : `${below}/${one.name}`
      const asked = one.isDirectory() ? `${file}/` : file
      if (this.#exclude.ignores(asked)) continue
      if (one.name.startsWith('.') && this.#named?.ignores(asked) !== true) {
        this.#count(HIDDEN)
        const isRead = below === '' && one.isFile() && formatOf(file) !== undefined
        if (isRead && !isLeftOut(asked, all)) this.#hidden.push(file)
        continue
      }
      if (isLeftOut(asked, all)) {
        this.#count(BY_RULE)
        continue
      }
      if (one.isSymbolicLink()) this.#links.push({ file, rules: all })
      else if (one.isDirectory() || one.isFile()) {
        const own = await this.#stateOf(file)
        if (own?.isDirectory()) await this.#inner(file, own, all)
        else if (own?.isFile()) this.#file(file, own)
      }
    }
  }

  /** What is gone by now is not there. Anything else that can't be reached is skipped, and the rest is read. */
  async #stateOf(file: string): Promise<BigIntStats | undefined> {
    try {
      return await stat(join(this.#path, file), { bigint: true })
    } catch (error) {
      // The system's name has bytes that are no character, and with others there is no such file.
      if (file.includes('\ufffd')) this.skipped.push({ file, reason: 'its name is not UTF-8' })
      else if (codeOf(error) !== 'ENOENT')
        this.skipped.push({ file, reason: `can't be read (${codeOf(error)})` })
      return undefined
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
    if (this.#include !== undefined && !this.#include.ignores(file)) {
      this.notIncluded += 1
      return
    }
    if (formatOf(file) === undefined) {
      const extension = extname(file).toLowerCase()
      this.#count(extension === '' ? 'without extension' : extension)
    } else if (this.#isNew(own)) {
      if (this.files.length < FILES_MAX) this.files.push(file)
      else this.skipped.push({ file, reason: `the folder has more than ${FILES_MAX} files` })
    }
  }

  #count(kind: string): void {
    this.unread.set(kind, (this.unread.get(kind) ?? 0) + 1)
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
    const own = await gitignoreIn(join(this.#path, below))
    return [...rules, { base: below === '' ? '' : `${below}/`, above: '', rules: own }]
  }
}

/** `./guides` as people type it is `/guides` as `.gitignore` has it. */
function fromHere(pattern: string): string {
  return pattern.replace(/^(!?)\.\//u, '$1/')
}

/** A pattern, after the hidden folders that lead to what it names: ".github/" of ".github/workflows/*.yml". */
function hiddenOnTheWay(pattern: string): string[] {
  if (pattern.startsWith('!')) return [pattern]
  const folders = [...pattern.matchAll(HIDDEN_PARTS)].map(({ 0: part, index }) =>
    // A pattern with a slash within it begins in the folder that is read, and so does its part.
    pattern.slice(0, index + part.length).replace(/^(?!\/|\*\*)/u, '/'),
  )
  return [...folders, pattern]
}

/** The innermost `.gitignore` with a matching rule decides. */
function isLeftOut(file: string, all: readonly Rules[]): boolean {
  let left = false
  for (const { base, above, rules } of all) {
    const { ignored, unignored } = rules.test(`${above}${file.slice(base.length)}`)
    left = ignored || (left && !unignored)
  }
  return left
}

/** The rules of the folders above one, up to its repository, outermost first. None where they leave out the folder itself: somebody has named it. */
async function rulesAbove(folder: string): Promise<readonly Rules[]> {
  const found: Rules[] = []
  let at = folder
  while (!(await exists(join(at, '.git')))) {
    const parent = dirname(at)
    if (parent === at) return []
    at = parent
    const above = `${relative(at, folder).split(sep).join('/')}/`
    found.unshift({ base: '', above, rules: await gitignoreIn(at) })
  }
  return isLeftOut('', found) ? [] : found
}

async function gitignoreIn(folder: string): Promise<Ignore> {
  return ignore().add(await readFile(join(folder, '.gitignore'), 'utf8').catch(() => ''))
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : String(error)
}
