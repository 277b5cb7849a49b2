import { KeyIndex } from './key-index.ts'
import { Place } from './place.ts'
import type { RecordReader } from './record.ts'
import type { Segment } from './segment.ts'

/** Puts the records of a log into its indexes. */
export class Rebuilt implements RecordReader {
  readonly keys = new KeyIndex()
  readonly messages = new Map<number, Place>()
  sequence: number
  segment: Segment | undefined

  constructor(sequence: number) {
    this.sequence = sequence
  }

  message(sequence: number, at: number, length: number, head: number): void {
    this.messages.get(sequence)?.drop()
    this.messages.set(sequence, this.#place(at, length, head))
    if (sequence > this.sequence) this.sequence = sequence
  }

  settle(sequence: number): void {
    this.messages.get(sequence)?.drop()
    this.messages.delete(sequence)
    if (sequence > this.sequence) this.sequence = sequence
  }

  put(space: string, key: string, at: number, length: number, head: number): void {
    this.keys.get(space, key)?.drop()
    this.keys.set(space, key, this.#place(at, length, head))
  }

  delete(space: string, key: string): void {
    this.keys.get(space, key)?.drop()
    this.keys.delete(space, key)
  }

  #place(at: number, length: number, head: number): Place {
    const segment = this.segment as Segment
    segment.live += head + length
    return new Place(segment, at, length, head)
  }
}
