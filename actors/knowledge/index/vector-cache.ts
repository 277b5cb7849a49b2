import { type FileHandle, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { block, header, readVectorFile, type StoredVector } from './vector-file.ts'

const BASE = 'vectors.bin'
const SEGMENT = /^vectors-(\d+)\.part$/

export interface CacheIdentity {
  readonly dimensions: number
  readonly modelSha256: string
}

/**
 * The vectors of a folder of documents, on disk:
 *
 *     vectors.bin        whole, written by rename
 *     vectors-PID.part   appended by a running (or killed) indexing; merged into vectors.bin at its end
 *
 * Each process writes to its own file, so two that index one folder at once do not disturb each other. A damaged file, or one
 * of another model, is left out, and `notice` is called.
 */
export class VectorCache {
  readonly #folder: string
  readonly #identity: CacheIdentity
  readonly #vectors = new Map<string, StoredVector>()
  readonly #merged: string[] = []
  #segment: FileHandle | undefined
  #sound = true

  private constructor(folder: string, identity: CacheIdentity) {
    this.#folder = folder
    this.#identity = identity
  }

  /** @param shipped folder of an index that travels with its documents; read, never written. */
  static async open(
    folder: string,
    identity: CacheIdentity,
    options: { readonly shipped?: string; readonly notice: (text: string) => void },
  ): Promise<VectorCache> {
    const cache = new VectorCache(folder, identity)
    if (options.shipped !== undefined) await cache.#read(join(options.shipped, BASE), options.notice)
    cache.#sound = await cache.#read(join(folder, BASE), options.notice)
    const entries = await readdir(folder).catch(() => [])
    for (const entry of entries.sort()) {
      const pid = SEGMENT.exec(entry)?.[1]
      // A part that a running process still writes to is left alone.
      if (pid === undefined || isAlive(Number(pid))) continue
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
    if (this.#segment === undefined) {
      await mkdir(this.#folder, { recursive: true })
      const file = join(this.#folder, `vectors-${process.pid}.part`)
      this.#segment = await open(file, 'w')
      this.#merged.push(file)
      await this.#segment.write(header(this.#identity.dimensions, this.#identity.modelSha256))
    }
    await this.#segment.write(block(entries))
    for (const [key, vector] of entries) this.#vectors.set(key, vector)
  }

  /** Writes everything that `keys` still uses as one file and removes the parts. Does nothing if nothing changed. */
  async finish(keys: readonly string[]): Promise<void> {
    await this.#segment?.close()
    this.#segment = undefined
    // A damaged file is rewritten even if every vector was recovered from it.
    if (this.#merged.length === 0 && this.#sound) return
    await mkdir(this.#folder, { recursive: true })
    const used = [...new Set(keys)].flatMap((key): [string, StoredVector][] => {
      const vector = this.#vectors.get(key)
      return vector === undefined ? [] : [[key, vector]]
    })
    await writeWhole(join(this.#folder, BASE), this.#identity, used)
    for (const file of this.#merged.splice(0)) await rm(file, { force: true })
  }

  /** Ends without merging: appended vectors stay for the next time. */
  async close(): Promise<void> {
    await this.#segment?.sync().catch(() => {})
    await this.#segment?.close()
    this.#segment = undefined
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
    const { vectors, problem } = readVectorFile(bytes, this.#identity.dimensions, this.#identity.modelSha256)
    for (const [key, vector] of vectors) this.#vectors.set(key, vector)
    if (problem !== undefined) notice(`the index ${file} ${problem}; rebuilding the missing part`)
    return problem === undefined
  }
}

/** All or nothing: a reader sees the old file or the new one. */
export async function writeWhole(
  file: string,
  identity: CacheIdentity,
  entries: readonly (readonly [key: string, vector: StoredVector])[],
): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`
  const handle = await open(temporary, 'w')
  try {
    await handle.write(header(identity.dimensions, identity.modelSha256))
    if (entries.length > 0) await handle.write(block(entries))
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(temporary, file)
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
