import type { Pauses } from '../../../../src/kernel/pauses.ts'
import type { Passage } from '../../text/passages.ts'

/**
 * Passages on their way from a worker, as JSON in pieces of a fraction of a millisecond:
 *
 *     bytes  [ [{…}, {…}] │ [{…}] │ … ]     ends  where each piece ends
 *
 * Both threads see the same memory. A message with the passages themselves would be read in one go: those of a file of
 * 20 MB take a tenth of a second.
 */
export interface Packed {
  readonly bytes: Uint8Array
  readonly ends: readonly number[]
}

/** Passages of a piece. */
export const PIECE = 32

export function packed(passages: readonly Passage[]): Packed {
  const encoder = new TextEncoder()
  const pieces: Uint8Array[] = []
  const ends: number[] = []
  let length = 0
  for (let from = 0; from < passages.length; from += PIECE) {
    const piece = encoder.encode(JSON.stringify(passages.slice(from, from + PIECE)))
    pieces.push(piece)
    length += piece.length
    ends.push(length)
  }
  const bytes = new Uint8Array(new SharedArrayBuffer(length))
  for (const [i, piece] of pieces.entries()) bytes.set(piece, ends[i - 1] ?? 0)
  return { bytes, ends }
}

export async function unpacked({ bytes, ends }: Packed, pauses: Pauses): Promise<readonly Passage[]> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const found: Passage[] = []
  for (const [i, end] of ends.entries()) {
    if (pauses.due) await pauses.take()
    for (const passage of JSON.parse(text.toString('utf8', ends[i - 1] ?? 0, end)) as Passage[])
      found.push(passage)
  }
  return found
}
