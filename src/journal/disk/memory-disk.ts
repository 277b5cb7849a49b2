import type { RandomStream } from '../../kernel/kernel.ts'
import type { Disk, DiskFile } from '../../ports/disk.ts'
import { JournalError } from '../errors.ts'

/** What a disk writes as one: a power cut leaves each old or new, and any of those that wait may be either. */
const SECTOR_BYTES = 512

interface WaitingWrite {
  readonly at: number
  readonly bytes: Uint8Array
}

/** The bytes that are durable, and the writes that are not yet. */
class Contents {
  durable: Buffer = Buffer.alloc(0)
  now: Buffer = Buffer.alloc(0)
  size = 0
  waiting: WaitingWrite[] = []
  /** The size was cut below what is durable. */
  cutTo: number | undefined
}

/**
 * What goes wrong on a disk unnoticed: a bit flips, a sector that was said to be written was not, or went to the place of another.
 */
export type Damage = 'bit' | 'lost' | 'misdirected'

/** What is about to happen on a disk. */
type DiskOperation = 'write' | 'sync' | 'synced' | 'truncate' | 'names' | 'make' | 'remove'

/**
 * A disk in memory that keeps apart what is durable and what is not, so that a power cut can be played: `afterPowerCut` makes the disk
 * that the next start would find.
 */
export class MemoryDisk implements Disk {
  readonly path: string
  /** Called at every operation. */
  watch: ((operation: DiskOperation, name: string) => void) | undefined
  /** Bytes that fit. */
  capacity = Number.POSITIVE_INFINITY
  #reserved = 0
  #files = new Map<string, Contents>()
  #durableNames = new Map<string, Contents>()

  constructor(path = 'memory') {
    this.path = path
  }

  /** Bytes that are taken: of files, and those that are set aside. */
  get bytes(): number {
    let bytes = this.#reserved
    for (const { size } of this.#files.values()) bytes += size
    return bytes
  }

  async list(): Promise<readonly string[]> {
    return [...this.#files.keys()]
  }

  async open(name: string, make: boolean): Promise<DiskFile> {
    let contents = this.#files.get(name)
    if (make === (contents !== undefined)) throw failure(make ? 'EEXIST' : 'ENOENT', `${this.path}/${name}`)
    if (contents === undefined) {
      this.watch?.('make', name)
      contents = new Contents()
      this.#files.set(name, contents)
    }
    return new MemoryFile(this, name, contents)
  }

  async remove(name: string): Promise<void> {
    this.watch?.('remove', name)
    this.#files.delete(name)
  }

  async syncNames(): Promise<void> {
    this.watch?.('names', '')
    this.#durableNames = new Map(this.#files)
  }

  async room(): Promise<number> {
    return Math.max(0, this.capacity - this.bytes)
  }

  async reserved(): Promise<number> {
    return this.#reserved
  }

  async reserve(bytes: number): Promise<boolean> {
    const fits = this.bytes - this.#reserved + bytes <= this.capacity
    if (fits || bytes < this.#reserved) this.#reserved = bytes
    return this.#reserved === bytes
  }

  /**
   * The disk as a power cut leaves it now. What is durable is there. Each sector and each name that waits is there or not, as
   * `random` decides.
   */
  afterPowerCut(random: RandomStream): MemoryDisk {
    const image = new MemoryDisk(this.path)
    const names = new Set([...this.#files.keys(), ...this.#durableNames.keys()])
    for (const name of names) {
      const [now, then] = [this.#files.get(name), this.#durableNames.get(name)]
      const contents = now === then || random.integer(2) === 0 ? now : then
      if (contents !== undefined) image.#files.set(name, afterCut(contents, random))
    }
    image.#durableNames = new Map(image.#files)
    image.#reserved = this.#reserved
    return image
  }

  /** An exact copy. */
  copy(): MemoryDisk {
    const copy = new MemoryDisk(this.path)
    for (const [name, { now, size }] of this.#files) copy.#files.set(name, contentsOf(now.subarray(0, size)))
    copy.#durableNames = new Map(copy.#files)
    copy.#reserved = this.#reserved
    return copy
  }

  /** Damages what is durable, and says where; undefined if nothing changed: there is nothing, or it held the same bytes. */
  damage(kind: Damage, random: RandomStream): { readonly file: string; readonly at: number } | undefined {
    const files = [...this.#files].filter(([, { size }]) => size > 0)
    const some = files[random.integer(Math.max(1, files.length))]
    if (some === undefined) return undefined
    const [file, contents] = some
    const at = random.integer(contents.size)
    const sector = contents.now.subarray(
      at - (at % SECTOR_BYTES),
      Math.min(contents.size, at - (at % SECTOR_BYTES) + SECTOR_BYTES),
    )
    const before = Buffer.from(sector)
    if (kind === 'bit') contents.now[at] = (contents.now[at] as number) ^ (1 << random.integer(8))
    else if (kind === 'lost') sector.fill(0)
    else {
      const [, other] = files[random.integer(files.length)] as [string, Contents]
      const from = random.integer(Math.ceil(other.size / SECTOR_BYTES)) * SECTOR_BYTES
      sector.set(Buffer.from(other.now.subarray(from, Math.min(other.size, from + sector.length))))
    }
    contents.durable = Buffer.from(contents.now.subarray(0, contents.size))
    return before.equals(sector) ? undefined : { file, at }
  }

  /** Sectors that are written and not durable: a power cut may lose them. */
  get waiting(): number {
    let sectors = 0
    for (const { waiting } of this.#files.values())
      for (const write of waiting) sectors += sectorsOf(write).length
    return sectors
  }

  /** The bytes of a file, to look at or to damage. */
  bytesOf(name: string): Buffer {
    const contents = this.#files.get(name)
    if (contents === undefined) throw failure('ENOENT', `${this.path}/${name}`)
    return contents.now.subarray(0, contents.size)
  }
}

class MemoryFile implements DiskFile {
  readonly #disk: MemoryDisk
  readonly #name: string
  readonly #contents: Contents

  constructor(disk: MemoryDisk, name: string, contents: Contents) {
    this.#disk = disk
    this.#name = name
    this.#contents = contents
  }

  get size(): number {
    return this.#contents.size
  }

  async write(at: number, parts: readonly Uint8Array[]): Promise<void> {
    this.#disk.watch?.('write', this.#name)
    const contents = this.#contents
    const bytes = Buffer.concat(parts)
    const end = at + bytes.length
    if (this.#disk.bytes + Math.max(0, end - contents.size) > this.#disk.capacity)
      throw failure('ENOSPC', this.#name)
    if (end > contents.now.length) {
      const larger = Buffer.alloc(Math.max(end, contents.now.length * 2))
      contents.now.copy(larger)
      contents.now = larger
    }
    contents.now.set(bytes, at)
    contents.size = Math.max(contents.size, end)
    contents.waiting.push({ at, bytes })
  }

  async sync(): Promise<void> {
    this.#disk.watch?.('sync', this.#name)
    const contents = this.#contents
    const { size, cutTo } = contents
    // What is written meanwhile waits for another flush.
    const waiting = [...contents.waiting]
    await undefined
    if (cutTo !== undefined) contents.durable = contents.durable.subarray(0, cutTo)
    contents.durable = withWrites(contents.durable, waiting, size)
    contents.waiting = contents.waiting.filter((write) => !waiting.includes(write))
    contents.cutTo = undefined
    this.#disk.watch?.('synced', this.#name)
  }

  read(at: number, length: number): Uint8Array {
    const { now, size } = this.#contents
    return Buffer.from(now.subarray(at, Math.min(size, at + length)))
  }

  async truncate(size: number): Promise<void> {
    this.#disk.watch?.('truncate', this.#name)
    const contents = this.#contents
    contents.now.fill(0, size)
    contents.size = size
    contents.cutTo = size
    contents.waiting = contents.waiting
      .filter(({ at }) => at < size)
      .map(({ at, bytes }) => ({ at, bytes: bytes.subarray(0, size - at) }))
  }

  async close(): Promise<void> {}
}

function contentsOf(bytes: Uint8Array): Contents {
  const contents = new Contents()
  contents.now = Buffer.from(bytes)
  contents.durable = Buffer.from(bytes)
  contents.size = bytes.length
  return contents
}

function withWrites(before: Buffer, writes: readonly WaitingWrite[], sizeMax: number): Buffer {
  let size = before.length
  for (const { at, bytes } of writes) size = Math.max(size, at + bytes.length)
  const after = Buffer.alloc(Math.min(size, Math.max(sizeMax, before.length)))
  before.copy(after)
  for (const { at, bytes } of writes) after.set(bytes.subarray(0, Math.max(0, after.length - at)), at)
  return after
}

type Kept = 'none' | 'all' | 'first' | 'last' | 'some'
const KEPT: readonly Kept[] = ['none', 'all', 'first', 'last', 'some']

function afterCut({ durable, waiting, cutTo }: Contents, random: RandomStream): Contents {
  const wasCut = cutTo !== undefined && random.integer(2) === 0
  const before = wasCut ? durable.subarray(0, cutTo) : durable
  const kept = KEPT[random.integer(KEPT.length)] as Kept
  const sectors = waiting.flatMap(sectorsOf)
  const first = random.integer(sectors.length + 1)
  const written = sectors.filter((_sector, i) => {
    if (kept === 'first') return i < first
    if (kept === 'last') return i >= first
    return kept === 'all' || (kept === 'some' && random.integer(2) === 0)
  })
  // A file may have grown though its bytes were not written: they read as zeros.
  const grown = random.integer(2) === 0 ? sectors : written
  let size = before.length
  for (const { at, bytes } of grown) size = Math.max(size, at + bytes.length)
  const image = Buffer.alloc(size)
  before.copy(image)
  for (const { at, bytes } of written) image.set(bytes, at)
  return contentsOf(image)
}

function sectorsOf({ at, bytes }: WaitingWrite): WaitingWrite[] {
  const sectors: WaitingWrite[] = []
  for (let from = at; from < at + bytes.length; ) {
    const to = Math.min(at + bytes.length, (Math.floor(from / SECTOR_BYTES) + 1) * SECTOR_BYTES)
    sectors.push({ at: from, bytes: bytes.subarray(from - at, to - at) })
    from = to
  }
  return sectors
}

function failure(code: 'EEXIST' | 'ENOENT' | 'ENOSPC', path: string): Error {
  const error = new JournalError('journal-unwritable', `${code}: ${path}`, {
    path,
    value: code,
    remedy: 'See the code',
  })
  return Object.assign(error, { code })
}
