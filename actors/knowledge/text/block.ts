import type { Plain } from './plain.ts'

/** The kind of a stretch of a document. */
export type BlockKind = 'heading' | 'paragraph' | 'item' | 'row' | 'code'

/** One heading, paragraph, list item, table row or piece of code, as text. */
export interface Block extends Plain {
  readonly kind: BlockKind
  /** Headings: 1 to 6. Others: 0. */
  readonly level: number
  /** Text shown before it in a passage: the mark of a list item, what a footnote belongs to. */
  readonly mark: string
  /** Separated from the block before it. */
  readonly apart: boolean
  /** Leads into the list, table or code that comes next ("The kit holds:"). */
  readonly lead: boolean
  /** What it belongs to, outermost first: its lead, the parent items, the group of its row. */
  readonly under: readonly string[]
  /** The list of an item, or the table of a row, numbered within the document; 0 for others. */
  readonly part: number
  /** A field of a record, or what a comment says. */
  readonly record?: boolean
  /** Its table stays in one passage, as a paragraph does. */
  readonly whole?: boolean
  readonly comment?: boolean
  /** Shown, but no answer: a choice that nobody has ticked, a question that is answered below. */
  readonly silent?: boolean
  readonly page?: number
  readonly footer?: boolean
  /** The part of the document that it stands in, if that has an end of its own. */
  readonly scope?: Scope
}

/** A part whose headings end with it: an item, or what a page closes and opens. */
export interface Scope {
  /** The index of the first block after it. */
  end: number
}
