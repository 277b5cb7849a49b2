import type { Example } from './example.ts'

/**
 * At most `most` examples, in their order. Every intent keeps what it has, as far as none has more than others may keep: those with
 * most give some up, evenly over their rows.
 */
export function evenly(examples: readonly Example[], most: number): readonly Example[] {
  if (examples.length <= most) return examples
  const counts = new Map<string, number>()
  for (const { intent } of examples) counts.set(intent, (counts.get(intent) ?? 0) + 1)
  const share = shareOf([...counts.values()], most)
  const seen = new Map<string, number>()
  return examples.filter(({ intent }) => {
    const at = seen.get(intent) ?? 0
    seen.set(intent, at + 1)
    const count = counts.get(intent) as number
    // As many as there are whole shares up to this row, and none up to the one before.
    return count <= share || Math.floor(((at + 1) * share) / count) > Math.floor((at * share) / count)
  })
}

/** The most that one intent may keep. */
function shareOf(counts: readonly number[], most: number): number {
  let left = most
  const ascending = counts.toSorted((a, b) => a - b)
  for (const [at, count] of ascending.entries()) {
    const share = Math.floor(left / (ascending.length - at))
    if (count > share) return share
    left -= count
  }
  return most
}
