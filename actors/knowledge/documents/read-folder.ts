import type { Hash } from 'node:crypto'
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Kernel } from '../../../src/kernel/kernel.ts'
import { Pauses } from '../../../src/kernel/pauses.ts'
import type { Passage } from '../text/passages.ts'
import { DocumentsError } from './errors.ts'
import { evidence } from './evidence.ts'
import type { ParseCache } from './parsing/parse-cache.ts'
import { Parsers } from './parsing/parsers.ts'
import { codeOf, type Selection, type Skipped, walk } from './walk.ts'

export type { Skipped } from './walk.ts'

/** Larger files are skipped and listed: text for people is not that long. */
const FILE_BYTES_MAX = 20 * 1024 * 1024
const FOLDER_BYTES_MAX = 1024 * 1024 * 1024
/** Read, and hashed, before others get their turn. */
const READ_BYTES = 1024 * 1024
/** Skipped files listed in an error. */
const NAMED_MAX = 10

export interface Documents {
  /** Passages of all files, in the order of their names; equal text once. */
  readonly passages: readonly Passage[]
  /** Files that were read. */
  readonly files: number
  readonly skipped: readonly Skipped[]
  /** Files that were read, but not completely or not in their format. */
  readonly asides: readonly Skipped[]
  /** Files of unsupported kinds, by extension. */
  readonly unread: ReadonlyMap<string, number>
}

export interface ReadOptions extends Selection {
  readonly kernel: Kernel
  /** Files read before need no parsing. */
  readonly cache?: ParseCache
  /** Most bytes read of all files together; those that come later are skipped. Default: 1 GB. */
  readonly bytesMax?: number
}

/**
 * Reads every document below a folder, in worker threads. Files that can't be read are skipped with a reason. Rejects with the
 * signal's reason.
 *
 * @throws DocumentsError (`docs-missing`, `docs-unreadable`, `docs-empty`)
 */
export async function readFolder(path: string, options: ReadOptions): Promise<Documents> {
  const { files, skipped, unread, notIncluded } = await walk(path, options)
  const reading = new Reading(path, options)
  const left: Skipped[] = [...skipped]
  const asides: Skipped[] = []
  const read: (readonly Passage[])[] = []
  try {
    for await (const { file, parsed } of reading.all(files)) {
      if ('reason' in parsed) left.push({ file, reason: parsed.reason })
      else {
        read.push(parsed.passages)
        if (parsed.aside !== undefined) asides.push({ file, reason: parsed.aside })
      }
    }
  } finally {
    await reading.close()
  }
  options.signal?.throwIfAborted()
  if (read.length === 0) throw nothingToRead(path, left, unread, notIncluded)
  await options.cache?.finish(options.signal)
  const passages = await evidence(read.flat(), reading.pauses)
  return { passages, files: read.length, skipped: left, asides, unread }
}

/** For an error, which has no room for every extension. */
const KINDS =
  'text, Markdown, HTML, Word, PDF, Excel, CSV, JSON, YAML, settings, mails and more; not hidden files unless --include names them'

function nothingToRead(
  path: string,
  left: readonly Skipped[],
  unread: ReadonlyMap<string, number>,
  notIncluded: number,
): DocumentsError {
  const named = left.slice(0, NAMED_MAX).map(({ file, reason }) => `${file}: ${reason}`)
  if (left.length > NAMED_MAX) named.push(`and ${left.length - NAMED_MAX} more`)
  if (unread.size > 0) named.push(`not read: ${countsOf(unread)}`)
  if (notIncluded > 0) named.push(`${notIncluded} match no --include`)
  return new DocumentsError(
    'docs-empty',
    `there is nothing to read in ${path}${named.length === 0 ? '' : ` (${named.join('; ')})`}`,
    path,
    `Put documents there (${KINDS}), or use another folder: --docs ${dirname(path)}`,
  )
}

/** "3 .png, 1 .tex", the most first. */
export function countsOf(unread: ReadonlyMap<string, number>): string {
  const most = [...unread].sort((a, b) => b[1] - a[1])
  return most.map(([kind, count]) => `${count} ${kind}`).join(', ')
}

interface ReadFile {
  readonly file: string
  readonly parsed:
    | { readonly passages: readonly Passage[]; readonly aside?: string }
    | { readonly reason: string }
}

class Reading {
  readonly #path: string
  readonly #options: ReadOptions
  readonly #parsers: Parsers
  readonly pauses: Pauses
  #bytes = 0

  constructor(path: string, options: ReadOptions) {
    this.#path = path
    this.#options = options
    this.pauses = new Pauses(options.kernel)
    this.#parsers = new Parsers(options.kernel, options.signal, this.pauses)
  }

  /** The files in their order, with several in flight. */
  async *all(files: readonly string[]): AsyncGenerator<ReadFile> {
    const pending: Promise<ReadFile>[] = []
    for (const file of files) {
      const one = this.#read(file)
      one.catch(() => {})
      pending.push(one)
      if (pending.length >= this.#parsers.atOnce) yield await (pending.shift() as Promise<ReadFile>)
    }
    for (const one of pending) yield await one
  }

  close(): Promise<void> {
    return this.#parsers.close()
  }

  async #read(below: string): Promise<ReadFile> {
    const { signal, cache, bytesMax = FOLDER_BYTES_MAX } = this.#options
    signal?.throwIfAborted()
    const file = below === '' ? basename(this.#path) : below
    const full = { file, parsed: { reason: `the folder has more than ${bytesMax / 1024 / 1024} MB` } }
    // Not even read: there may be terabytes of them.
    if (this.#bytes > bytesMax) return full
    const hash = cache?.hashFor(file)
    const bytes = await readBytes(below === '' ? this.#path : join(this.#path, below), hash)
    if (!(bytes instanceof Uint8Array)) return { file, parsed: bytes }
    this.#bytes += bytes.length
    if (this.#bytes > bytesMax) return full
    const key = hash?.digest('base64').slice(0, 32)
    const known = key === undefined ? undefined : await cache?.get(key, file)
    if (known !== undefined) return { file, parsed: known }
    const parsed = await this.#parsers.parse({ file, bytes })
    if (key !== undefined && 'passages' in parsed) await cache?.set(key, parsed)
    return { file, parsed }
  }
}

/** Without waiting for a writer, if a pipe has taken the place of a file. */
const AT_ONCE = constants.O_RDONLY | constants.O_NONBLOCK

/** The bytes of a file, in memory that a worker sees too. */
async function readBytes(path: string, hash: Hash | undefined): Promise<Uint8Array | { reason: string }> {
  try {
    await using handle = await open(path, AT_ONCE)
    const state = await handle.stat()
    if (!state.isFile()) return { reason: 'is no file' }
    const { size } = state
    if (size > FILE_BYTES_MAX) return { reason: `is larger than ${FILE_BYTES_MAX / 1024 / 1024} MB` }
    // Never more than its size: some special files grow while they are read.
    const bytes = new Uint8Array(new SharedArrayBuffer(size))
    let at = 0
    while (at < size) {
      const { bytesRead } = await handle.read(bytes, at, Math.min(size - at, READ_BYTES), at)
      if (bytesRead === 0) break
      hash?.update(bytes.subarray(at, at + bytesRead))
      at += bytesRead
    }
    return bytes.subarray(0, at)
  } catch (error) {
    return { reason: `can't be read (${codeOf(error)})` }
  }
}
