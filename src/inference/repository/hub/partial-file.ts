import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, open, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { makeFolder, onDisk, unwritable } from './disk.ts'

/** A file that arrives in pieces. Existing bytes count, and its hash is updated with every byte. */
export class PartialFile {
  readonly path: string
  readonly #file: FileHandle
  #hash: Hash
  #bytes: number
  #validator: string | undefined
  #most = 0
  /** Whether the bytes come from more than one answer. */
  joined: boolean

  private constructor(
    path: string,
    file: FileHandle,
    bytes: number,
    hash: Hash,
    validator: string | undefined,
  ) {
    this.path = path
    this.#file = file
    this.#bytes = bytes
    this.#hash = hash
    this.#validator = validator
    this.#most = bytes
    this.joined = bytes > 0
  }

  /** Opens the file, with the bytes of an earlier run. Rejects with InferenceError (`cache-unwritable`). */
  static async open(path: string): Promise<PartialFile> {
    await makeFolder(dirname(path))
    const file = await onDisk(path, open(path, 'a+'))
    try {
      const hash = createHash('sha256')
      let bytes = 0
      for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 })) {
        hash.update(chunk as Buffer)
        bytes += (chunk as Buffer).length
      }
      const validator = await readFile(validatorFile(path), 'utf8').catch(() => undefined)
      return new PartialFile(path, file, bytes, hash, validator)
    } catch (error) {
      await file.close()
      throw unwritable(path, error)
    }
  }

  get bytes(): number {
    return this.#bytes
  }

  /** The strong ETag of the answer that these bytes came from. */
  get validator(): string | undefined {
    return this.#validator
  }

  /** Hex sha256 of the bytes so far. */
  get sha256(): string {
    return this.#hash.copy().digest('hex')
  }

  /**
   * Rejects with InferenceError (`cache-unwritable`).
   *
   * @returns whether the file is longer than ever before: a server that breaks off at the same place again and again makes
   * no progress.
   */
  async append(chunk: Uint8Array): Promise<boolean> {
    for (let at = 0; at < chunk.length; ) {
      const { bytesWritten } = await onDisk(this.path, this.#file.write(chunk, at))
      this.#hash.update(chunk.subarray(at, at + bytesWritten))
      this.#bytes += bytesWritten
      at += bytesWritten
    }
    const further = this.#bytes > this.#most
    if (further) this.#most = this.#bytes
    return further
  }

  async rememberValidator(etag: string | undefined): Promise<void> {
    if (etag === this.#validator) return
    this.#validator = etag
    const path = validatorFile(this.path)
    await onDisk(path, etag === undefined ? rm(path, { force: true }) : writeFile(path, etag))
  }

  /** Starts again from the first byte. */
  async reset(): Promise<void> {
    await onDisk(this.path, this.#file.truncate(0))
    this.#hash = createHash('sha256')
    this.#bytes = 0
    this.joined = false
    await this.rememberValidator(undefined)
  }

  /** Completes the file: it is on the disk when this resolves. */
  async finish(): Promise<void> {
    await onDisk(this.path, this.#file.sync())
    await onDisk(this.path, rm(validatorFile(this.path), { force: true }))
  }

  async close(): Promise<void> {
    await this.#file.close()
  }
}

function validatorFile(path: string): string {
  return `${path}.~etag`
}
