import type { Disk, DiskFile } from '../../ports/disk.ts'
import { NodeDisk } from '../disk/node-disk.ts'

/** A folder to look at: what is written stays in memory, and nothing in the folder changes. */
export class ReadOnlyDisk implements Disk {
  readonly path: string
  readonly #disk: NodeDisk

  constructor(path: string) {
    this.path = path
    this.#disk = new NodeDisk(path)
  }

  list(): Promise<readonly string[]> {
    return this.#disk.list()
  }

  async open(name: string): Promise<DiskFile> {
    return new ReadOnlyFile(await this.#disk.open(name, false, true))
  }

  async remove(): Promise<void> {}

  async syncNames(): Promise<void> {}

  async room(): Promise<number> {
    return Number.POSITIVE_INFINITY
  }

  async reserved(): Promise<number> {
    return 0
  }

  async reserve(): Promise<boolean> {
    return true
  }
}

class ReadOnlyFile implements DiskFile {
  size: number
  readonly #file: DiskFile
  /** Its bytes, once something was written. */
  #changed: Buffer | undefined

  constructor(file: DiskFile) {
    this.#file = file
    this.size = file.size
  }

  async write(at: number, parts: readonly Uint8Array[]): Promise<void> {
    const bytes = Buffer.concat(parts)
    const before = this.#changed ?? Buffer.from(this.#file.read(0, this.size))
    this.#changed = Buffer.alloc(Math.max(before.length, at + bytes.length))
    before.copy(this.#changed)
    bytes.copy(this.#changed, at)
    this.size = this.#changed.length
  }

  async sync(): Promise<void> {}

  read(at: number, length: number): Uint8Array {
    const most = Math.max(0, Math.min(length, this.size - at))
    return this.#changed?.subarray(at, at + most) ?? this.#file.read(at, most)
  }

  async truncate(size: number): Promise<void> {
    this.size = size
    this.#changed = this.#changed?.subarray(0, size)
  }

  close(): Promise<void> {
    return this.#file.close()
  }
}
