import type { Root, RootContent } from 'mdast'

/** A document of any format as one tree: passages and statements are made from it alone. */
export interface Document {
  /** As it is shown to the user, and unique in the collection. */
  readonly file: string
  /** Positions are those of the file. */
  readonly tree: Root
  /** A title known from elsewhere (HTML `<title>`); else the first top heading, else the words of the file name. */
  readonly title?: string
  /** Line breaks inside a paragraph mean nothing (HTML, PDF). */
  readonly folded?: boolean
}

/** What our readers note on a node beside what mdast says. */
export interface Noted {
  /** Page of a PDF, 1-based. */
  readonly page?: number
  /** A cell of an HTML table: a head cell (`<th>`), and how many columns and rows it spans. */
  readonly head?: boolean
  readonly columns?: number
  readonly rows?: number
  /** A list of terms and what is said of each (`<dl>`). */
  readonly terms?: boolean
  /** The end matter of a page: not read where other pages repeat it. */
  readonly footer?: boolean
  /** A table whose first row is no head row. */
  readonly headless?: boolean
}

/** What our readers noted on a node. */
export function noted(node: RootContent): Noted {
  return (node.data ?? {}) as Noted
}

/** The note as mdast keeps it. */
export function note(noted: Noted): { data: object } {
  return { data: noted }
}
