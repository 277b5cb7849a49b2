import type { SecureRandom } from '../kernel/kernel.ts'

const BYTES = 8192
const TWO_53 = 2 ** 53

/**
 * Normal numbers from secure random bytes, in double precision.
 *
 * Each is the sum of four independent normals (Box–Muller) divided by two. A single normal in floating point takes only some of
 * the values nearby, and which ones can reveal the number it was added to (Mironov, "On Significance of the Least Significant
 * Bits for Differential Privacy", CCS 2012). Undoing a sum of four takes about 2^(3·53) guesses (Holohan, Braghin, "Secure Random
 * Sampling in Differential Privacy", ESORICS 2021). That makes the attack infeasible, but it is not an exact discrete mechanism.
 */
export class GaussianNoise {
  readonly #source: SecureRandom
  readonly #bytes = new Uint8Array(BYTES)
  readonly #words = new Uint32Array(this.#bytes.buffer)
  #at = this.#words.length

  constructor(source: SecureRandom) {
    this.#source = source
  }

  /** Mean 0, standard deviation 1. */
  next(): number {
    return (this.#two() + this.#two()) / 2
  }

  /** The sum of the two normals of one Box–Muller pair. */
  #two(): number {
    const radius = Math.sqrt(-2 * Math.log(this.#uniform()))
    const angle = 2 * Math.PI * this.#uniform()
    return radius * (Math.cos(angle) + Math.sin(angle))
  }

  /** Uniform in (0, 1], 53 bits. */
  #uniform(): number {
    if (this.#at >= this.#words.length) {
      this.#source.fill(this.#bytes)
      this.#at = 0
    }
    const high = (this.#words[this.#at] as number) >>> 5
    const low = (this.#words[this.#at + 1] as number) >>> 6
    this.#at += 2
    return (high * 67_108_864 + low + 1) / TWO_53
  }
}
