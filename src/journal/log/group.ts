import { type Home, Place } from './place.ts'
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
const FIRST_BYTES = 4096

interface KeyWrite {
  readonly space: string
  readonly key: string
  readonly place: Place
}

/**
 * The commits that become durable together. Messages are written as they come. Of several values for one key the last is
 * written, because nothing can come between them.
 */
export class Group implements Home {
  live = 0
  messages = 0
  #buffer = Buffer.allocUnsafe(FIRST_BYTES)
  #end = GROUP_HEAD_BYTES
  #records = 0
  #keyBytes = 0
  readonly #places: Place[] = []
  readonly #settled: number[] = []
  #keys = new Map<Place, KeyWrite>()

  get bytes(): number {
    return this.#end + this.#keyBytes + this.#settled.length * 6
  }

  get empty(): boolean {
    return this.#records === 0 && this.#settled.length === 0 && this.#keys.size === 0
  }

  get full(): boolean {
    return this.messages >= MESSAGES_MAX || this.bytes >= BYTES_MAX
  }

  bytesAt(at: number, length: number): Uint8Array {
    return this.#buffer.subarray(at, at + length)
  }

  message(sequence: number, to: string, bytes: Uint8Array): Place {
    // A character takes at most three bytes.
    this.#room(MESSAGE_HEAD_BYTES + to.length * 3 + bytes.length)
    const buffer = this.#buffer
    const at = this.#end
    const name = buffer.write(to, at + MESSAGE_HEAD_BYTES, 'utf8')
    buffer[at] = MESSAGE
    buffer.writeUIntLE(sequence, at + 1, 6)
    buffer.writeUInt16LE(name, at + 7)
    buffer.writeUInt32LE(bytes.length, at + 9)
    const start = at + MESSAGE_HEAD_BYTES + name
    buffer.set(bytes, start)
    this.#end = start + bytes.length
    this.#records += 1
    this.messages += 1
    const place = new Place(this, start, bytes.length, start - at, undefined)
    this.#places.push(place)
    this.live += place.head + place.bytes
    return place
  }

  settle(sequence: number): void {
    this.#settled.push(sequence)
  }

  /** `before` is the key's place until now: one in this group is replaced. */
  put(space: string, key: string, value: Uint8Array | undefined, before: Place | undefined): Place {
    if (before !== undefined && this.#keys.delete(before)) this.#keyBytes -= before.head + before.bytes
    const bytes = value === undefined ? 0 : value.length
    const head = (value === undefined ? DELETE_HEAD_BYTES : PUT_HEAD_BYTES) + size(space) + size(key)
    const place = new Place(this, -1, bytes, head, value)
    this.#keys.set(place, { space, key, place })
    this.#keyBytes += head + bytes
    if (value !== undefined) this.live += head + bytes
    return place
  }

  /** The group as it goes to disk. Its number and what was durable before it are known only now. */
  seal(number: number, flushed: number, epoch: number): Buffer {
    this.#room(this.#keyBytes + SETTLE_HEAD_BYTES + this.#settled.length * 6)
    if (this.#settled.length > 0) this.#writeSettled()
    for (const write of this.#keys.values()) this.#writeKey(write)
    this.#keyBytes = 0
    const whole = this.#buffer.subarray(0, this.#end)
    sealGroup(whole, { number, flushed, epoch, records: this.#records }, this.messages)
    return whole
  }

  /** It has been written to `home` at `offset`. */
  settleIn(home: Home, offset: number): void {
    home.live += this.live
    for (const place of this.#places) if (place.home === this) place.moveTo(home, place.at + offset)
    for (const { place } of this.#keys.values())
      if (place.home === this) place.moveTo(home, place.at + offset)
  }

  #writeSettled(): void {
    const buffer = this.#buffer
    buffer[this.#end] = SETTLE
    buffer.writeUInt32LE(this.#settled.length, this.#end + 1)
    let at = this.#end + SETTLE_HEAD_BYTES
    for (const sequence of this.#settled) {
      buffer.writeUIntLE(sequence, at, 6)
      at += 6
    }
    this.#end = at
    this.#records += 1
    this.#settled.length = 0
  }

  #writeKey({ space, key, place }: KeyWrite): void {
    const buffer = this.#buffer
    const { value } = place
    const at = this.#end
    const names = at + (value === undefined ? DELETE_HEAD_BYTES : PUT_HEAD_BYTES)
    buffer[at] = value === undefined ? DELETE : PUT
    const keyAt = names + buffer.write(space, names, 'utf8')
    const start = keyAt + buffer.write(key, keyAt, 'utf8')
    buffer.writeUInt16LE(keyAt - names, at + 1)
    buffer.writeUInt16LE(start - keyAt, at + 3)
    if (value !== undefined) {
      buffer.writeUInt32LE(value.length, at + 5)
      buffer.set(value, start)
    }
    place.at = start
    this.#end = start + place.bytes
    this.#records += 1
  }

  #room(bytes: number): void {
    if (this.#end + bytes <= this.#buffer.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#end + bytes))
    this.#buffer.copy(larger, 0, 0, this.#end)
    this.#buffer = larger
  }
}

function size(text: string): number {
  return Buffer.byteLength(text)
}
