import { hashText } from './hash-text.ts'
import type { Randomness, RandomStream, SecureRandom } from './kernel.ts'
import { wholeNumber } from './whole-number.ts'

/** sfc32 by Chris Doty-Humphrey (PractRand): 128 bits of state, passes BigCrush, a few nanoseconds a number. */
class Sfc32 implements RandomStream {
  #a: number
  #b: number
  #c: number
  #counter = 1

  constructor(seed: number, name: string) {
    this.#a = seed >>> 0
    this.#b = Math.floor(seed / 0x1_0000_0000) >>> 0
    this.#c = hashText(name)
    for (let i = 0; i < 15; i++) this.next()
  }

  next(): number {
    const sum = (((this.#a + this.#b) >>> 0) + this.#counter) >>> 0
    this.#counter = (this.#counter + 1) >>> 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) >>> 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) >>> 0
    return sum / 0x1_0000_0000
  }

  integer(below: number): number {
    return Math.floor(this.next() * below)
  }
}

/** Tells of every number. */
class WatchedStream implements RandomStream {
  readonly #stream: RandomStream
  readonly #name: string
  readonly #used: (name: string) => void

  constructor(stream: RandomStream, name: string, used: (name: string) => void) {
    this.#stream = stream
    this.#name = name
    this.#used = used
  }

  next(): number {
    this.#used(this.#name)
    return this.#stream.next()
  }

  integer(below: number): number {
    this.#used(this.#name)
    return this.#stream.integer(below)
  }
}

/** @throws InvalidArgumentError (`invalid-argument`) for what no stream can start from. */
export function seedOf(given: number | undefined): number | undefined {
  return given === undefined ? undefined : wholeNumber(given, 'seed', 0)
}

/** Named streams from one seed (a non-negative safe integer). */
export class SeededRandomness implements Randomness {
  readonly seed: number
  readonly #streams = new Map<string, RandomStream>()
  readonly #used: ((name: string) => void) | undefined

  /** `used` hears of every number that is drawn. */
  constructor(seed: number, used?: (name: string) => void) {
    this.seed = seed
    this.#used = used
  }

  stream(name: string): RandomStream {
    let stream = this.#streams.get(name)
    if (stream === undefined) {
      stream = new Sfc32(this.seed, name)
      if (this.#used !== undefined) stream = new WatchedStream(stream, name, this.#used)
      this.#streams.set(name, stream)
    }
    return stream
  }
}

/** Replaces secure randomness where a run must be repeatable: anyone who knows the seed knows every byte. */
export class RepeatableBytes implements SecureRandom {
  readonly #stream: RandomStream

  constructor(random: Randomness) {
    this.#stream = random.stream('secure')
  }

  fill(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at++) bytes[at] = this.#stream.integer(256)
  }
}
