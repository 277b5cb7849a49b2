import type { Chances, Mood } from './mood.ts'

/** What a headline means for one entity. */
export interface MentionReading {
  readonly entity: string
  readonly mood: Mood
  /** How likely each mood is, by the vote. */
  readonly chances: Chances
  /** What each scorer said; a scorer that failed or came too late is absent. */
  readonly by: Readonly<Record<string, Chances>>
}

/** A headline, read for every entity that it names. */
export interface Reading {
  readonly mentions: readonly MentionReading[]
  /** Scorers that failed or came too late. */
  readonly missing: readonly string[]
  /** What the headline is about, to group headlines into topics. */
  readonly vector: Float32Array
  readonly words: readonly string[]
}
