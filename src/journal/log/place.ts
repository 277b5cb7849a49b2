/** Where bytes are: in a group that waits for the disk, or in a segment. */
export interface Home {
  bytesAt(at: number, length: number): Uint8Array
  /** Bytes of its records that are still needed. */
  live: number
}

/** Where the current bytes of one message or key are. */
export class Place {
  home: Home
  /** Offset of the bytes in their home; -1 until they are written. */
  at: number
  readonly bytes: number
  /** Bytes of the record in front of them. */
  readonly head: number
  /** Until they are written: the bytes of a key, undefined for a deletion. */
  value: Uint8Array | undefined

  constructor(home: Home, at: number, bytes: number, head: number, value: Uint8Array | undefined) {
    this.home = home
    this.at = at
    this.bytes = bytes
    this.head = head
    this.value = value
  }

  read(): Uint8Array {
    return this.value ?? this.home.bytesAt(this.at, this.bytes)
  }

  /** Its record in the home is needed no longer. */
  drop(): void {
    this.home.live -= this.head + this.bytes
  }

  moveTo(home: Home, at: number): void {
    this.home = home
    this.at = at
    this.value = undefined
  }
}
