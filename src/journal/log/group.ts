import { textBytes, writeText, writeU16, writeU32, writeU48 } from './bytes.ts'
import type { MessageIndex } from './message-index.ts'
import { type Home, type KeyWrite, Place } from './place.ts'
import {
  DELETE,
  DELETE_HEAD_BYTES,
  GROUP_HEAD_BYTES,
  MESSAGE,
  MESSAGE_HEAD_BYTES,
  PUT,
  PUT_HEAD_BYTES,
  SETTLE,
  SETTLE_HEAD_BYTES,
  sealGroup,
} from './record.ts'

/** A fuller group is closed, and the next commit begins another. */
const MESSAGES_MAX = 256
const BYTES_MAX = 64 * 1024
/** Most groups fit. */
export const BUFFER_BYTES = 72 * 1024

/**
 * The commits that become durable together. Messages are written as they come. Of several values for one key the last is
 * written, because nothing can come between them.
 */
export class Group implements Home {
  live = 0
  messages = 0
  #buffer: Buffer
  #end = GROUP_HEAD_BYTES
  #records = 0
  #keyBytes = 0
  readonly #sequences: number[] = []
  readonly #settled: number[] = []
  readonly #writes: KeyWrite[] = []

  constructor(buffer: Buffer) {
    this.#buffer = buffer
  }

  /** For another group, once nothing of this one is read from it. */
  get buffer(): Buffer {
    return this.#buffer
  }

  get bytes(): number {
    return this.#end + this.#keyBytes + this.#settled.length * 6
  }

  get empty(): boolean {
    return this.#records === 0 && this.#settled.length === 0 && this.#writes.length === 0
  }

  get full(): boolean {
    return this.messages >= MESSAGES_MAX || this.bytes >= BYTES_MAX
  }

  /** A copy: the buffer is used again. */
  bytesAt(at: number, length: number): Uint8Array {
    return Buffer.from(this.#buffer.subarray(at, at + length))
  }

  message(sequence: number, to: string, bytes: Uint8Array, index: MessageIndex): void {
    // A character takes at most three bytes.
    this.#room(MESSAGE_HEAD_BYTES + to.length * 3 + bytes.length)
    const buffer = this.#buffer
    const at = this.#end
    const start = writeText(buffer, at + MESSAGE_HEAD_BYTES, to)
    buffer[at] = MESSAGE
    writeU48(buffer, at + 1, sequence)
    writeU16(buffer, at + 7, start - at - MESSAGE_HEAD_BYTES)
    writeU32(buffer, at + 9, bytes.length)
    buffer.set(bytes, start)
    this.#end = start + bytes.length
    this.#records += 1
    this.messages += 1
    this.live += this.#end - at
    this.#sequences.push(sequence)
    index.set(sequence, this, start, bytes.length, start - at)
  }

  settle(sequence: number): void {
    this.#settled.push(sequence)
  }

  /** A key that is new. */
  add(space: string, key: string, value: Uint8Array): Place {
    const place = new Place(this, -1, 0, PUT_HEAD_BYTES + textBytes(space) + textBytes(key))
    this.#write(space, key, value, place)
    return place
  }

  /** Another value for the key at `place`. */
  replace(space: string, key: string, value: Uint8Array, place: Place): void {
    const { write } = place
    if (place.home !== this || write === undefined) {
      place.drop()
      this.#write(space, key, value, place)
      return
    }
    const more = value.length - place.bytes
    this.live += more
    this.#keyBytes += more
    place.bytes = value.length
    write.value = value
  }

  /** No more of the key at `place`, which the caller forgets. */
  remove(space: string, key: string, place: Place): void {
    place.drop()
    const { write } = place
    if (place.home === this && write !== undefined) {
      this.#keyBytes -= PUT_HEAD_BYTES - DELETE_HEAD_BYTES + place.bytes
      write.value = undefined
      return
    }
    this.#writes.push({ space, key, value: undefined, place })
    this.#keyBytes += place.head - PUT_HEAD_BYTES + DELETE_HEAD_BYTES
  }

  #write(space: string, key: string, value: Uint8Array, place: Place): void {
    const write = { space, key, value, place }
    place.home = this
    place.at = -1
    place.bytes = value.length
    place.write = write
    this.#writes.push(write)
    const bytes = place.head + value.length
    this.#keyBytes += bytes
    this.live += bytes
  }

  /** The group as it goes to disk. Its number and what was durable before it are known only now. */
  seal(number: number, flushed: number, epoch: number): Buffer {
    this.#room(this.#keyBytes + SETTLE_HEAD_BYTES + this.#settled.length * 6)
    if (this.#settled.length > 0) this.#writeSettled()
    for (const write of this.#writes) this.#writeKey(write)
    this.#keyBytes = 0
    const whole = this.#buffer.subarray(0, this.#end)
    sealGroup(whole, { number, flushed, epoch, records: this.#records }, this.messages)
    return whole
  }

  /** It has been written to `home` at `offset`. */
  settleIn(home: Home, offset: number, index: MessageIndex): void {
    home.live += this.live
    index.move(this.#sequences, this, home, offset)
    for (const { place } of this.#writes) if (place.home === this) place.moveTo(home, place.at + offset)
  }

  #writeSettled(): void {
    const buffer = this.#buffer
    buffer[this.#end] = SETTLE
    writeU32(buffer, this.#end + 1, this.#settled.length)
    let at = this.#end + SETTLE_HEAD_BYTES
    for (const sequence of this.#settled) {
      writeU48(buffer, at, sequence)
      at += 6
    }
    this.#end = at
    this.#records += 1
    this.#settled.length = 0
  }

  #writeKey({ space, key, value, place }: KeyWrite): void {
    const buffer = this.#buffer
    const at = this.#end
    const names = at + (value === undefined ? DELETE_HEAD_BYTES : PUT_HEAD_BYTES)
    buffer[at] = value === undefined ? DELETE : PUT
    const keyAt = writeText(buffer, names, space)
    const start = writeText(buffer, keyAt, key)
    writeU16(buffer, at + 1, keyAt - names)
    writeU16(buffer, at + 3, start - keyAt)
    this.#end = start
    this.#records += 1
    if (value === undefined) return
    writeU32(buffer, at + 5, value.length)
    buffer.set(value, start)
    // Another group may have a later value of the key by now.
    if (place.home === this) place.at = start
    this.#end = start + value.length
  }

  #room(bytes: number): void {
    if (this.#end + bytes <= this.#buffer.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#end + bytes))
    this.#buffer.copy(larger, 0, 0, this.#end)
    this.#buffer = larger
  }
}
