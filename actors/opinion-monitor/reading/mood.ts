/** What a headline means for an entity. The order is that of every table of weights. */
export const MOODS = ['negative', 'neutral', 'positive'] as const

/** Whether a headline is good news for an entity. */
export type Mood = (typeof MOODS)[number]

/** How likely each mood is; they sum to 1. */
export type Chances = { readonly [mood in Mood]: number }

/** Chances from three scores (logits). */
export function chancesOf(scores: ArrayLike<number>): Chances {
  const [a = 0, b = 0, c = 0] = [scores[0], scores[1], scores[2]]
  const most = Math.max(a, b, c)
  const [x, y, z] = [Math.exp(a - most), Math.exp(b - most), Math.exp(c - most)]
  const sum = x + y + z
  return { negative: x / sum, neutral: y / sum, positive: z / sum }
}

/** The most likely mood; the first of equal ones. */
export function moodOf(chances: Chances): Mood {
  return MOODS.reduce((best, mood) => (chances[mood] > chances[best] ? mood : best))
}

/** One number from -1 to 1: how much better than worse the headline is for the entity. */
export function balance(chances: Chances): number {
  return chances.positive - chances.negative
}
