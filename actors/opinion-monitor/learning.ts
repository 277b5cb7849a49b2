import type { Mood } from './reading/mood.ts'
import type { MentionReading } from './reading/reading.ts'

/** How fast weights move: one headline moves them by a few hundredths at most. */
const RATE = 0.05
const LEAST = 0.01

/**
 * Weights after headlines whose moods are known: each scorer's weight grows with the chance it gave the truth, against that of the
 * vote (exponentiated gradient for a mixture, Helmbold et al. 1997).
 */
export function taught(
  weights: Readonly<Record<string, number>>,
  mentions: readonly MentionReading[],
  moods: Readonly<Record<string, Mood>>,
): Record<string, number> {
  let next = { ...weights }
  for (const { entity, by } of mentions) {
    const mood = moods[entity]
    if (mood === undefined) continue
    const names = Object.keys(next)
    const given = (name: string) => by[name]?.[mood]
    const vote = names.reduce((sum, name) => sum + (next[name] as number) * (given(name) ?? 0), 1e-9)
    const moved = names.map((name) => {
      const chance = given(name)
      return (next[name] as number) * (chance === undefined ? 1 : Math.exp(RATE * (chance / vote - 1)))
    })
    const sum = moved.reduce((a, b) => a + b, 0)
    next = Object.fromEntries(names.map((name, i) => [name, Math.max(LEAST, (moved[i] as number) / sum)]))
  }
  const sum = Object.values(next).reduce((a, b) => a + b, 0)
  return Object.fromEntries(Object.entries(next).map(([name, weight]) => [name, weight / sum]))
}
