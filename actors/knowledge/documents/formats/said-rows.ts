import type { RootContent, TableRow } from 'mdast'
import { clip } from '../../text/clip.ts'
import { at, note as noteOf } from '../../text/document.ts'
import { joined, type Part, paragraphOf, partsOfLines } from './comments.ts'
import { rowAt } from './row-at.ts'

/** A line or statement of a file of commands. */
export interface Said {
  /** What it stands in, outermost first: a target, a host, a table. */
  readonly under: readonly string[]
  readonly key: string
  readonly text: string
  /** The comment beside it. */
  readonly beside: string
  readonly line: number
}

/** A longer comment is text of its own, above what it is about. */
const NOTE_CHARS_MAX = 240

/** Lines of a file of commands, each with what it stands in and with the comment above and beside it. */
export class SaidRows {
  readonly #found: RootContent[] = []
  #rows: TableRow[] = []
  #comment: string[] = []
  #commentLine = 0

  comment(text: string, line: number): void {
    if (this.#comment.length === 0) this.#commentLine = line
    const index = Math.max(0, line - this.#commentLine)
    // Lines between that say nothing count too.
    while (this.#comment.length <= index) this.#comment.push('')
    const before = this.#comment[index] ?? ''
    this.#comment[index] = before === '' ? text : `${before} ${text}`
  }

  /** A blank line: the comment above it is about no line below. */
  blank(): void {
    this.#tell(this.#taken())
  }

  add({ under, key, text, beside, line }: Said): void {
    const above = this.#taken()
    const note = joined([...above.map((part) => part.text), ...texts(beside, line)])
    if (note.length > NOTE_CHARS_MAX) this.#tell(above)
    const cells = [
      under.slice(-2).map(clip).join(' · '),
      key,
      text,
      note.length > NOTE_CHARS_MAX ? texts(beside, line).join(' ') : note,
    ]
    this.#rows.push(rowAt(cells, line))
  }

  done(): RootContent[] {
    this.blank()
    this.#close()
    return this.#found
  }

  #taken(): readonly Part[] {
    const parts = partsOfLines(this.#comment, this.#commentLine)
    this.#comment = []
    return parts
  }

  #tell(parts: readonly Part[]): void {
    if (parts.length === 0) return
    this.#close()
    this.#found.push(paragraphOf(parts))
  }

  #close(): void {
    const [first] = this.#rows
    if (first !== undefined)
      this.#found.push({
        type: 'table',
        children: this.#rows,
        ...at(first.position?.start.line ?? 1),
        ...noteOf({ record: true }),
      })
    this.#rows = []
  }
}

function texts(beside: string, line: number): string[] {
  return beside === '' ? [] : partsOfLines([beside], line).map(({ text }) => text)
}
