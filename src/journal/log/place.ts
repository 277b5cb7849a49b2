import type { LogMessage } from '../../ports/log.ts'
import { MESSAGE_HEAD_BYTES } from './record.ts'

/** Where bytes are: in a group that waits for the disk, or in a segment. */
export interface Home {
  bytesAt(at: number, length: number): Uint8Array
  /** Bytes of its records that are still needed. */
  live: number
}

/** What a group that waits for the disk says of one key. */
export interface KeyWrite {
  readonly space: string
  readonly key: string
  /** Undefined deletes. */
  value: Uint8Array | undefined
  readonly place: Place
}

/** Where the current bytes of one message or key are. */
export class Place {
  home: Home
  /** Offset of the bytes in their home; -1 until they are written. */
  at: number
  bytes: number
  /** Bytes of the record in front of them. */
  readonly head: number
  /** Of a key, until its group is on disk. */
  write: KeyWrite | undefined

  constructor(home: Home, at: number, bytes: number, head: number) {
    this.home = home
    this.at = at
    this.bytes = bytes
    this.head = head
    this.write = undefined
  }

  read(): Uint8Array {
    return this.write?.value ?? this.home.bytesAt(this.at, this.bytes)
  }

  /** Its record in the home is needed no longer. */
  drop(): void {
    this.home.live -= this.head + this.bytes
  }

  moveTo(home: Home, at: number): void {
    this.home = home
    this.at = at
    this.write = undefined
  }
}

/** The message whose record is at this place. */
export function messageAt(sequence: number, { home, at, bytes, head }: Place): LogMessage {
  const record = home.bytesAt(at - head, head + bytes)
  const to = Buffer.from(record.buffer, record.byteOffset + MESSAGE_HEAD_BYTES, head - MESSAGE_HEAD_BYTES)
  return { sequence, to: to.toString(), bytes: record.subarray(head) }
}
