import type { Part } from './comments.ts'

/** A value of a file of records with its place. */
export type Value =
  | { readonly kind: 'scalar'; text: string; readonly quoted: boolean; readonly line: number }
  | { readonly kind: 'list'; readonly items: readonly Value[]; readonly line: number }
  | {
      readonly kind: 'record'
      fields: readonly Field[]
      readonly line: number
      /** No field is its name, whatever its key: settings. */
      readonly nameless?: boolean
      /** What comments say about all of it. */
      notes?: readonly Part[]
      /** Comments that each head the fields below it. */
      heads?: readonly Part[]
    }

/** One field of a record. */
export interface Field {
  key: string
  value: Value
  /** What a comment says about it. */
  note?: string
  /** It is commented out. */
  readonly off?: true
}

/** A record of settings that is still filled. */
export type OpenRecord = Value & { readonly kind: 'record'; fields: Field[] }

export function openedRecord(line: number): OpenRecord {
  return { kind: 'record', nameless: true, fields: [], line }
}

/** A string with this many words makes sense alone; a shorter value is one of the fields of its record. */
export const PROSE_WORDS = 12

export function words(text: string): number {
  return text.trim().split(/\s+/u).length
}
