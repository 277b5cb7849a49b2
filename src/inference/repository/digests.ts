import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'

/** Most files remembered; the least recently requested is forgotten first. */
const FILES_MAX = 4_096
const READ_BYTES = 1 << 18

/**
 * The sha256 of files, remembered by size and time of change, so an unchanged file is not read again. Files are read in
 * pieces, so hashing a large model never blocks the event loop for long.
 */
export class Digests {
  readonly #known = new Map<string, { readonly mark: string; readonly sha256: string }>()
  readonly #external = new Map<string, readonly string[]>()
  #read = 0

  /** Files read through so far. */
  get filesRead(): number {
    return this.#read
  }

  /** Hex sha256 of a file. Rejects with the file system's error. */
  async of(path: string): Promise<string> {
    const mark = await markOf(path)
    const known = this.#known.get(path)
    this.#known.delete(path)
    if (known?.mark === mark) {
      this.#known.set(path, known)
      return known.sha256
    }
    this.#read += 1
    const hash = createHash('sha256')
    for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES }))
      hash.update(chunk as Buffer)
    const sha256 = hash.digest('hex')
    // Do not remember the digest of a file that changed while it was read.
    if ((await markOf(path)) === mark) this.#remember(path, { mark, sha256 })
    return sha256
  }

  /** The external data files of the model with this digest. A model is walked once, unless `walk` rejects. */
  async externalOf(sha256: string, walk: () => Promise<readonly string[]>): Promise<readonly string[]> {
    const known = this.#external.get(sha256)
    if (known !== undefined) return known
    const files = await walk()
    this.#external.set(sha256, files)
    const [oldest] = this.#external.keys()
    if (this.#external.size > FILES_MAX && oldest !== undefined) this.#external.delete(oldest)
    return files
  }

  #remember(path: string, entry: { readonly mark: string; readonly sha256: string }): void {
    this.#known.set(path, entry)
    const [oldest] = this.#known.keys()
    if (this.#known.size > FILES_MAX && oldest !== undefined) this.#known.delete(oldest)
  }
}

async function markOf(path: string): Promise<string> {
  const { size, mtimeNs, ctimeNs, ino } = await stat(path, { bigint: true })
  return `${size} ${mtimeNs} ${ctimeNs} ${ino}`
}
