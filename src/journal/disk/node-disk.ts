import { close, constants, fdatasync, ftruncate, open as openFile, readSync, write, writev } from 'node:fs'
import { type FileHandle, open, readdir, rm, stat, statfs, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Disk, DiskFile } from '../../ports/disk.ts'
import { isFull } from './full.ts'

const openFd = promisify(openFile)
const truncateFd = promisify(ftruncate)
const syncFd = promisify(fdatasync)
const closeFd = promisify(close)

const { O_CREAT, O_DSYNC, O_EXCL, O_RDONLY, O_RDWR } = constants
/**
 * A write that returns once it is durable: one trip to a thread where a write and a flush are two, and no wait for what others write to
 * the file. Elsewhere such a write may end in the memory of the disk, and only a flush does not.
 */
const THROUGH = process.platform === 'linux' ? O_DSYNC : 0

/** A file that only takes its space. */
const RESERVE = 'reserve'
const PART_BYTES = 2 ** 20

/** A folder of the file system. */
export class NodeDisk implements Disk {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  async list(): Promise<readonly string[]> {
    return (await readdir(this.path)).filter((name) => name !== RESERVE)
  }

  /** `look`: only to read. */
  async open(name: string, make: boolean, look = false): Promise<DiskFile> {
    const path = join(this.path, name)
    const fd = await openFd(path, look ? O_RDONLY : O_RDWR | THROUGH | (make ? O_CREAT | O_EXCL : 0), 0o666)
    const { size } = make ? { size: 0 } : await stat(path)
    return new NodeFile(path, fd, size)
  }

  async remove(name: string): Promise<void> {
    await unlink(join(this.path, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
    })
  }

  async syncNames(): Promise<void> {
    const folder = await open(this.path, 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  }

  async room(): Promise<number> {
    const { bavail, bsize } = await statfs(this.path)
    return bavail * bsize
  }

  async reserved(): Promise<number> {
    return stat(join(this.path, RESERVE)).then(
      ({ size }) => size,
      () => 0,
    )
  }

  async reserve(bytes: number): Promise<boolean> {
    const path = join(this.path, RESERVE)
    if (bytes === 0) {
      await rm(path, { force: true })
      return true
    }
    const before = await this.reserved()
    if ((await this.room()) < bytes - before) return false
    const file = await open(path, 'a')
    try {
      if (bytes < before) await file.truncate(bytes)
      else await append(file, bytes - before)
      return true
    } catch (error) {
      await file.truncate(before)
      if (isFull(error)) return false
      throw error
    } finally {
      await file.close()
    }
  }
}

/** A file that is only made longer takes no space, and some file systems keep no zeros. */
async function append(file: FileHandle, bytes: number): Promise<void> {
  const part = Buffer.alloc(PART_BYTES, 'reserved ')
  for (let left = bytes; left > 0; left -= part.length)
    await file.writeFile(part.subarray(0, Math.min(part.length, left)))
  await file.sync()
}

class NodeFile implements DiskFile {
  size: number
  readonly #path: string
  readonly #fd: number
  /**
   * One for each write that was in flight at once. Linux tells a failed flush to each open file, once: by one descriptor a write could
   * hear of the failure of another, and the other of none.
   */
  readonly #fds: number[]
  readonly #idle: number[]

  constructor(path: string, fd: number, size: number) {
    this.#path = path
    this.#fd = fd
    this.#fds = [fd]
    this.#idle = [fd]
    this.size = size
  }

  async write(at: number, parts: readonly Uint8Array[]): Promise<void> {
    let bytes = 0
    for (const part of parts) bytes += part.length
    const fd = this.#idle.pop() ?? (await this.#another())
    // More parts than writev takes (IOV_MAX) are joined, and so is the rest after a write that stopped halfway.
    let left = parts.length > 1024 ? [Buffer.concat(parts)] : parts
    try {
      for (let done = 0; done < bytes; ) {
        done += await writeSome(fd, at + done, left)
        if (done < bytes) left = [Buffer.concat(parts).subarray(done)]
      }
    } finally {
      this.#idle.push(fd)
    }
    this.size = Math.max(this.size, at + bytes)
  }

  async #another(): Promise<number> {
    const fd = await openFd(this.#path, O_RDWR | THROUGH)
    this.#fds.push(fd)
    return fd
  }

  async sync(): Promise<void> {
    if (THROUGH === 0) await syncFd(this.#fd)
  }

  read(at: number, length: number): Uint8Array {
    const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(length, this.size - at)))
    let done = 0
    while (done < bytes.length) {
      const read = readSync(this.#fd, bytes, done, bytes.length - done, at + done)
      if (read === 0) break
      done += read
    }
    return bytes.subarray(0, done)
  }

  async truncate(size: number): Promise<void> {
    await truncateFd(this.#fd, size)
    await syncFd(this.#fd)
    this.size = size
  }

  async close(): Promise<void> {
    for (const fd of this.#fds) await closeFd(fd)
  }
}

function writeSome(fd: number, at: number, parts: readonly Uint8Array[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, written: number): void => {
      if (error === null) resolve(written)
      else reject(error)
    }
    const [only] = parts
    if (parts.length === 1 && only !== undefined) write(fd, only, 0, only.length, at, done)
    else writev(fd, parts as Uint8Array[], at, done)
  })
}
