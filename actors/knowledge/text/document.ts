import type { Nodes, Paragraph, Root, RootContent } from 'mdast'

/** A document of any format as one tree, the only source of passages and statements. */
export interface Document {
  /** As shown to the user, and unique in the collection. */
  readonly file: string
  /** Positions are those of the file. */
  readonly tree: Root
  /** A title from elsewhere (HTML `<title>`); else the first top heading, else the words of the file name. */
  readonly title?: string
  /** Line breaks inside a paragraph mean nothing (HTML, PDF). */
  readonly folded?: boolean
  /** What of the file is not read, in words for people. */
  readonly asides?: readonly string[]
  /** Files within the file, which are read by their own format. */
  readonly attached?: readonly Attached[]
}

/** A file that a mail brings along. */
export interface Attached {
  /** Its name, below the subjects of the mails that bring it. */
  readonly trail: readonly string[]
  readonly bytes: Uint8Array
  /** ".txt", for a name without a known one. */
  readonly ending?: string
}

/** Notes of our readers on a node, besides mdast. */
export interface Noted {
  /** Page of a PDF, 1-based. */
  readonly page?: number
  /** A cell of an HTML table: a head cell (`<th>`), and how many columns and rows it spans. */
  readonly head?: boolean
  readonly columns?: number
  readonly rows?: number
  /** A list of terms and their descriptions (`<dl>`). */
  readonly terms?: boolean
  /** The end matter of a page: skipped if other pages repeat it. */
  readonly footer?: boolean
  /** A part of a page that its headings end with, as what a reader opens. */
  readonly closed?: boolean
  /** A table without a head row. */
  readonly headless?: boolean
  /** How a table stands on the page of a PDF. */
  readonly drawn?: Drawn
  /** A table of separated values: an empty cell is an unknown one. */
  readonly values?: boolean
  /** Lines of a log: the entry that they belong to, empty for entries themselves. */
  readonly entry?: string
  /** What all of it is about: the lines above a table, the words that a reply answers, the line of code that a text explains. Empty: of nothing above it. */
  readonly about?: string
  /** A table of one record: each row has the record's name, a key, its value, and what a comment says. */
  readonly record?: boolean
  /** It stays in one passage, as a paragraph does. */
  readonly whole?: boolean
  /** What a comment says, which belongs to the headings above. */
  readonly comment?: boolean
  /** A list of choices. */
  readonly choices?: boolean
  /** Shown, but no answer: a choice that is not ticked, a question that is answered below. */
  readonly silent?: boolean
  /** Struck out, and what is inserted beside it stands in its place. */
  readonly replaced?: boolean
}

/** Where the columns of a table begin and end, whether it begins at the top of its page and ends at the bottom, and whether its head has a font of its own. */
export interface Drawn {
  readonly columns: readonly { readonly left: number; readonly right: number }[]
  readonly high: boolean
  readonly low: boolean
  readonly marked: boolean
}

/** The notes of our readers on a node. */
export function noted(node: RootContent): Noted {
  return (node.data ?? {}) as Noted
}

/** The note in mdast's form. */
export function note(noted: Noted): { data: object } {
  return { data: noted }
}

/** The place of a node that begins and ends on a line, in mdast's form. */
export function at(line: number) {
  return { position: { start: { line, column: 1 }, end: { line, column: 1 } } }
}

/** All that nodes say, without its form. */
export function wordsOf(nodes: readonly Nodes[]): string {
  return nodes
    .map((node) => ('value' in node ? node.value : 'children' in node ? wordsOf(node.children) : ''))
    .join(' ')
}

/** A paragraph of bare text that begins on a line. */
export function paragraphAt(value: string, line: number): Paragraph {
  return { type: 'paragraph', children: [{ type: 'text', value, ...at(line) }], ...at(line) }
}
