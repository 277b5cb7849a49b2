const DIMENSIONS = 32

/** Stands for the model: the words of a text, each spread over a few dimensions. */
export function embed(text: string): Float32Array {
  const vector = new Float32Array(DIMENSIONS)
  for (const word of text.toLowerCase().match(/[a-z0-9]+/g) ?? []) {
    let hash = 7
    for (let i = 0; i < word.length; i++) hash = Math.imul(hash, 31) + word.charCodeAt(i)
    vector[(hash >>> 0) % DIMENSIONS] = 1 + (vector[(hash >>> 0) % DIMENSIONS] ?? 0)
  }
  const norm = Math.hypot(...vector) || 1
  return vector.map((x) => x / norm)
}
