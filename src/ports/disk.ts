/**
 * A folder of files, as a journal uses it. Bytes are durable only after `sync`, names only after `syncNames`; until then a power cut
 * may keep any part of them.
 */
export interface Disk {
  /** Where it is, for messages. */
  readonly path: string
  /** Names of the files. */
  list(): Promise<readonly string[]>
  /** Opens a file to read and write; `make` creates it and refuses one that exists. */
  open(name: string, make: boolean): Promise<DiskFile>
  remove(name: string): Promise<void>
  /** Resolves once the creations and removals made before the call are durable. */
  syncNames(): Promise<void>
  /** Bytes that can still be written, as far as the disk says. */
  room(): Promise<number>
  /** Bytes that are set aside. */
  reserved(): Promise<number>
  /** Sets so many bytes aside, 0 for none, in place of those before. False: more do not fit, and those before stay. */
  reserve(bytes: number): Promise<boolean>
}

/** One file of a disk. */
export interface DiskFile {
  readonly size: number
  /** Writes all of it at `at`. The bytes may change once the next `sync` has resolved. */
  write(at: number, parts: readonly Uint8Array[]): Promise<void>
  /** Resolves once everything written before the call is durable. */
  sync(): Promise<void>
  /** The bytes of `[at, at + length)`; fewer at the end of the file. Without waiting: they are usually in memory. */
  read(at: number, length: number): Uint8Array
  truncate(size: number): Promise<void>
  close(): Promise<void>
}
