import { type FileHandle, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { makeFolder } from '../../../src/kernel/make-folder.ts'
import type { Keeping } from '../keeping.ts'
import { isLeftBehind } from '../left-behind.ts'
import { block, header, readVectorFile, type StoredVector } from './vector-file.ts'

const BASE = 'vectors.bin'
/** Vectors written at once: one or two milliseconds of work. */
const BLOCK = 1024
const SEGMENT = /^vectors-(.*)-(\d+)-[^-]+\.part$/

export interface CacheIdentity {
  readonly dimensions: number
  readonly modelSha256: string
}

/**
 * The vectors of a folder of documents, on disk:
 *
 *     vectors.bin                    whole, written by rename
 *     vectors-HOST-PID-UNIQUE.part   appended by a running (or killed) indexing; merged into vectors.bin at its end
 *
 * Every indexing writes to its own file, so several of one folder do not disturb each other: in one process, in
 * several, or in containers that share the folder. A file that is damaged or belongs to another model is left out, and
 * `notice` is called. If nothing can be written, the vectors are only in memory.
 */
export class VectorCache {
  readonly #folder: string
  readonly #identity: CacheIdentity
  readonly #keeping: Keeping
  readonly #vectors = new Map<string, StoredVector>()
  readonly #merged: string[] = []
  #segment: FileHandle | undefined
  #sound = true
  #writable = true

  private constructor(folder: string, identity: CacheIdentity, keeping: Keeping) {
    this.#folder = folder
    this.#identity = identity
    this.#keeping = keeping
  }

  /** @param shipped folder of an index shipped with its documents; read, never written. */
  static async open(
    folder: string,
    identity: CacheIdentity,
    options: Keeping & { readonly shipped?: string },
  ): Promise<VectorCache> {
    const cache = new VectorCache(folder, identity, options)
    if (options.shipped !== undefined) await cache.#read(join(options.shipped, BASE), options.notice)
    cache.#sound = await cache.#read(join(folder, BASE), options.notice)
    const entries = await readdir(folder).catch(() => [])
    for (const entry of entries.sort()) {
      const [, host, pid] = SEGMENT.exec(entry) ?? []
      if (pid === undefined) {
        const half = entry.startsWith(BASE) && entry.endsWith('.tmp')
        if (half && (await isLeftBehind(folder, entry, options.now())))
          cache.#merged.push(join(folder, entry))
        continue
      }
      // A part that a running process still writes to is left alone. Whether one of another machine runs, only time tells.
      const ended =
        host === hostname() ? !isAlive(Number(pid)) : await isLeftBehind(folder, entry, options.now())
      if (!ended) continue
      await cache.#read(join(folder, entry), () => {})
      cache.#merged.push(join(folder, entry))
    }
    return cache
  }

  get size(): number {
    return this.#vectors.size
  }

  get(key: string): StoredVector | undefined {
    return this.#vectors.get(key)
  }

  /** Appends one whole block: after a kill, every written block is complete. */
  async append(entries: readonly (readonly [key: string, vector: StoredVector])[]): Promise<void> {
    if (entries.length === 0) return
    for (const [key, vector] of entries) this.#vectors.set(key, vector)
    await this.#write(async () => {
      this.#segment ??= await this.#begin()
      await writeAll(this.#segment, block(entries))
    })
  }

  /** Writes everything that `keys` still uses as one file and removes the parts. Does nothing if nothing changed. */
  async finish(keys: readonly string[]): Promise<void> {
    await this.#end()
    // A damaged file is rewritten even if every vector was recovered from it.
    if (this.#merged.length === 0 && this.#sound) return
    const used: [string, StoredVector][] = []
    const seen = new Set<string>()
    for (const key of keys) {
      if (this.#keeping.pauses.due) await this.#keeping.pauses.take()
      const vector = seen.has(key) ? undefined : this.#vectors.get(key)
      if (vector !== undefined) used.push([key, vector])
      seen.add(key)
    }
    await this.#write(async () => {
      await makeFolder(this.#folder)
      await writeWhole(join(this.#folder, BASE), this.#identity, used, this.#keeping.unique())
      for (const file of this.#merged.splice(0)) await rm(file, { force: true })
    })
  }

  /** Ends without merging: appended vectors stay for the next time. */
  async close(): Promise<void> {
    await this.#segment?.sync().catch(() => {})
    await this.#end()
  }

  async #begin(): Promise<FileHandle> {
    await makeFolder(this.#folder)
    const own = `vectors-${hostname()}-${process.pid}-${this.#keeping.unique().replaceAll('-', '')}.part`
    const file = join(this.#folder, own)
    const segment = await open(file, 'w')
    this.#merged.push(file)
    await writeAll(segment, header(this.#identity.dimensions, this.#identity.modelSha256))
    return segment
  }

  async #end(): Promise<void> {
    await this.#segment?.close().catch(() => {})
    this.#segment = undefined
  }

  /** A part that can't be stored is made again the next time: no reason to fail now. */
  async #write(work: () => Promise<void>): Promise<void> {
    if (!this.#writable) return
    try {
      await work()
    } catch (error) {
      this.#writable = false
      await this.#end()
      // Half a part takes space on a full disk.
      for (const file of this.#merged.splice(0)) await rm(file, { force: true }).catch(() => {})
      this.#keeping.unwritable(this.#folder, error)
    }
  }

  /** False if there is a damaged file; a missing one is fine. */
  async #read(file: string, notice: (text: string) => void): Promise<boolean> {
    let bytes: Uint8Array
    try {
      bytes = await readFile(file)
    } catch (error) {
      const { code } = error as { code?: string }
      if (code === 'ENOENT' || code === 'ENOTDIR') return true
      notice(`the index ${file} can't be read (${code}); rebuilding it`)
      return false
    }
    const { vectors, problem } = await readVectorFile(bytes, this.#identity, this.#keeping.pauses)
    for (const [key, vector] of vectors) {
      if (this.#keeping.pauses.due) await this.#keeping.pauses.take()
      this.#vectors.set(key, vector)
    }
    if (problem !== undefined) notice(`the index ${file} ${problem}; rebuilding the missing part`)
    return problem === undefined
  }
}

/** All or nothing: a reader sees the old file or the new one. */
async function writeWhole(
  file: string,
  identity: CacheIdentity,
  entries: readonly (readonly [key: string, vector: StoredVector])[],
  unique: string,
): Promise<void> {
  const temporary = `${file}.${unique}.tmp`
  try {
    const handle = await open(temporary, 'w')
    try {
      await writeAll(handle, header(identity.dimensions, identity.modelSha256))
      for (let from = 0; from < entries.length; from += BLOCK)
        await writeAll(handle, block(entries.slice(from, from + BLOCK)))
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    throw error
  }
}

/** All of it, or an error: `write` itself takes what a nearly full disk has room for, and says nothing of the rest. */
function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  return handle.appendFile(bytes)
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM'
  }
}
