import type { Retriever } from '../retrieval/recall.ts'

/** What a blend makes of the weights of A: each retriever counts this many times as much. */
export type Blend = Readonly<Record<Retriever, number>>

/**
 * The blends among which clicks decide. `learned` ranks by A as it was fitted; `taste` lets the user's own history speak
 * louder; `discover` leaves the beaten track.
 */
export const BLENDS = {
  learned: { popular: 1, together: 1, factors: 1, content: 1 },
  taste: { popular: 0.5, together: 2, factors: 2, content: 2 },
  discover: { popular: 0.1, together: 1.5, factors: 1, content: 8 },
} as const satisfies Readonly<Record<string, Blend>>

export type BlendName = keyof typeof BLENDS

export const BLEND_NAMES = Object.keys(BLENDS) as BlendName[]
