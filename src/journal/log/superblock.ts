import { crc32 } from 'node:zlib'
import type { Disk, DiskFile } from '../../ports/disk.ts'
import { JournalError } from '../errors.ts'
import { FORMAT } from './segment.ts'

/**
 * What a journal knows about itself, in a file of its own: a log that was cut or emptied can't say so. Two copies are written in
 * turn, so that one is whole whatever a power cut does to the other.
 */
export interface Superblock {
  readonly format: number
  /** Names this journal: every segment carries it. */
  readonly incarnation: string
  /** How often it was written: the higher of the two copies counts. */
  readonly generation: number
  /** How often the journal was opened to write. */
  readonly epoch: number
  /** Earlier segments are no longer needed. */
  readonly firstSegment: number
  readonly lastSegment: number
  /** Groups that are durable: at least this many. */
  readonly groups: number
  /** Sequences up to this one were given to messages. */
  readonly sequence: number
  readonly messages: number
  readonly keys: number
  /** It was closed in order: the log ends exactly after `groups`. */
  readonly clean: boolean
}

export const SUPERBLOCK = 'superblock'
const COPIES = 2
const COPY_BYTES = 4096
const MAGIC = 'GANGLION JOURNAL\n'
const HEAD_BYTES = 32

/** Reads and writes the two copies. */
export class SuperblockFile {
  /** What was wrong with one of the copies; the next write goes over it. */
  readonly lostCopy: string | undefined
  readonly #file: DiskFile
  #last: Superblock
  /** Which copy is durable: the next write goes over the other one. */
  #whole: number
  #written: Promise<void> = Promise.resolve()

  private constructor(file: DiskFile, last: Superblock, lostCopy?: string) {
    this.#file = file
    this.#last = last
    this.#whole = last.generation % COPIES
    this.lostCopy = lostCopy
  }

  static async make(disk: Disk, first: Superblock): Promise<SuperblockFile> {
    const file = await disk.open(SUPERBLOCK, true)
    const made = new SuperblockFile(file, { ...first, generation: 0 })
    try {
      await made.write(first)
      await made.write(first)
      return made
    } catch (error) {
      await made.close()
      throw error
    }
  }

  /** Rejects with JournalError (`journal-damaged`, `journal-version`) where neither copy can be read. */
  static async open(disk: Disk): Promise<SuperblockFile> {
    const file = await disk.open(SUPERBLOCK, false)
    const path = `${disk.path}/${SUPERBLOCK}`
    const bytes = Buffer.from(file.read(0, COPIES * COPY_BYTES))
    const copies = [0, COPY_BYTES].map((at) => readCopy(bytes.subarray(at, at + COPY_BYTES)))
    const [best] = copies
      .filter((copy): copy is Superblock => typeof copy === 'object')
      .sort((a, b) => b.generation - a.generation)
    if (best === undefined) {
      await file.close()
      throw new JournalError(
        'journal-damaged',
        `both copies of the superblock are unreadable: ${copies[0]}`,
        {
          path,
          value: copies[0],
          remedy: 'Restore the folder from a backup',
        },
      )
    }
    if (best.format > FORMAT) {
      await file.close()
      throw new JournalError(
        'journal-version',
        `a journal of format ${best.format}; this release reads ${FORMAT}`,
        {
          path,
          value: best.format,
          remedy: 'Open it with the release that wrote it, or a later one',
        },
      )
    }
    return new SuperblockFile(
      file,
      best,
      copies.find((copy): copy is string => typeof copy === 'string'),
    )
  }

  get last(): Superblock {
    return this.#last
  }

  /** Over the older copy, one write after the other. Resolves once it is durable. */
  write(next: Omit<Superblock, 'generation' | 'format'>): Promise<void> {
    const last = { ...next, format: FORMAT, generation: this.#last.generation + 1 }
    this.#last = last
    const written = this.#written.then(() => this.#write(last))
    this.#written = written.catch(() => undefined)
    return written
  }

  /** Where it fails, that copy may be unreadable: the next write goes over it too. */
  async #write(last: Superblock): Promise<void> {
    const copy = COPIES - 1 - this.#whole
    await this.#file.write(copy * COPY_BYTES, [copyOf(last)])
    await this.#file.sync()
    this.#whole = copy
  }

  close(): Promise<void> {
    return this.#file.close()
  }
}

function copyOf(block: Superblock): Buffer {
  const text = Buffer.from(JSON.stringify(block))
  const copy = Buffer.alloc(COPY_BYTES)
  copy.write(MAGIC, 0, 'latin1')
  copy.writeUInt32LE(text.length, 24)
  copy.writeUInt32LE(crc32(text), 28)
  text.copy(copy, HEAD_BYTES)
  return copy
}

function readCopy(bytes: Buffer): Superblock | string {
  if (bytes.length < HEAD_BYTES || bytes.toString('latin1', 0, MAGIC.length) !== MAGIC)
    return 'it does not begin as a superblock'
  const text = bytes.subarray(HEAD_BYTES, HEAD_BYTES + bytes.readUInt32LE(24))
  if (crc32(text) !== bytes.readUInt32LE(28)) return 'its checksum does not match'
  const block: unknown = JSON.parse(text.toString())
  return isSuperblock(block) ? block : 'it does not say what a superblock says'
}

const COUNTS = [
  'generation',
  'epoch',
  'firstSegment',
  'lastSegment',
  'groups',
  'sequence',
  'messages',
  'keys',
] as const satisfies readonly (keyof Superblock)[]

/** One of a later release is only asked for its format. */
function isSuperblock(block: unknown): block is Superblock {
  if (typeof block !== 'object' || block === null) return false
  const { format, incarnation, ...rest } = block as Superblock
  if (!Number.isSafeInteger(format) || !Number.isSafeInteger(rest.generation)) return false
  if (format > FORMAT) return true
  return (
    typeof incarnation === 'string' &&
    COUNTS.every((name) => Number.isSafeInteger(rest[name]) && rest[name] >= 0)
  )
}
