/** Upper bounds of the length buckets, in tokens. Neighbours differ by at most a third, so padding stays small. */
export const BUCKETS = [
  8, 12, 16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512,
] as const

/** The bucket for rows of this many tokens; longer rows share the last. */
export function bucketOf(length: number): number {
  let low = 0
  let high = BUCKETS.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (length <= (BUCKETS[middle] as number)) high = middle
    else low = middle + 1
  }
  return low
}

/** Texts are measured up to here; every text model cuts off the rest anyway. */
const CHARACTERS_MAX = 16_384
/** Bytes of an array that count as one token. */
const BYTES_A_PLACE = 4_096

/**
 * The approximate number of tokens of a row, without tokenising it on the main thread: it only has to bring similar lengths
 * together. Texts inside a plain object or a list add up. Rows without text count by the size of their arrays, so that
 * images and long sounds do not share a batch.
 */
export function estimatedLength(value: unknown): number {
  if (typeof value === 'string') return 2 + wordPieces(value)
  if (value === null || typeof value !== 'object') return 1
  if (ArrayBuffer.isView(value)) return 1 + Math.floor(value.byteLength / BYTES_A_PLACE)
  let sum = 0
  let bytes = 0
  for (const part of Object.values(value)) {
    if (typeof part === 'string') sum += 1 + wordPieces(part)
    else if (ArrayBuffer.isView(part)) bytes += part.byteLength
  }
  return sum > 0 ? 2 + sum : 1 + Math.floor(bytes / BYTES_A_PLACE)
}

/**
 * Approximate word pieces of a text: a short word is one, a long word one more for every five letters, a number one for
 * every three digits, a punctuation mark one, an ideograph one.
 */
function wordPieces(text: string): number {
  const end = Math.min(text.length, CHARACTERS_MAX)
  let pieces = 0
  let run = 0
  let digits = 0
  for (let i = 0; i <= end; i++) {
    const code = i === end ? 32 : text.charCodeAt(i)
    if (code >= 48 && code <= 57) digits += 1
    else if ((code | 32) >= 97 && (code | 32) <= 122) run += 1
    else if (code > 191 && code < 0x2e80) run += 1
    else {
      if (run > 0) pieces += 1 + Math.floor(Math.max(0, run - 7) / 5)
      if (digits > 0) pieces += Math.ceil(digits / 3)
      run = 0
      digits = 0
      if (code > 32) pieces += 1
    }
  }
  return pieces
}
