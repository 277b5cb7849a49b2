import type { RandomStream } from './kernel.ts'

/** Puts numbers into a random order, in place (Fisher and Yates). */
export function shuffle(order: Uint32Array | Int32Array, random: RandomStream): void {
  for (let at = order.length - 1; at > 0; at--) {
    const other = random.integer(at + 1)
    const kept = order[at] as number
    order[at] = order[other] as number
    order[other] = kept
  }
}
