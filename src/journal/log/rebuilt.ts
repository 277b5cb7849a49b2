import { KeyIndex } from './key-index.ts'
import { MessageIndex } from './message-index.ts'
import { Place } from './place.ts'
import type { RecordReader } from './record.ts'
import type { Segment } from './segment.ts'

/** Puts the records of a log into its indexes. */
export class Rebuilt implements RecordReader {
  readonly keys = new KeyIndex()
  readonly messages = new MessageIndex()
  sequence: number
  segment: Segment | undefined

  constructor(sequence: number) {
    this.sequence = sequence
  }

  message(sequence: number, at: number, length: number, head: number): void {
    this.#segment.live += head + length
    this.messages.set(sequence, this.#segment, at, length, head)
    if (sequence > this.sequence) this.sequence = sequence
  }

  settle(sequence: number): void {
    this.messages.delete(sequence)
    if (sequence > this.sequence) this.sequence = sequence
  }

  put(space: string, key: string, at: number, length: number, head: number): void {
    this.keys.get(space, key)?.drop()
    this.#segment.live += head + length
    this.keys.set(space, key, new Place(this.#segment, at, length, head))
  }

  delete(space: string, key: string): void {
    this.keys.get(space, key)?.drop()
    this.keys.delete(space, key)
  }

  get #segment(): Segment {
    return this.segment as Segment
  }
}
