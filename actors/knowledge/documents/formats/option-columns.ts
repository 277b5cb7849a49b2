import type { RootContent, TableRow } from 'mdast'
import { at, type Document, note } from '../../text/document.ts'
import { joined, paragraphOf, partsOfLines } from './comments.ts'
import { rowAt } from './row-at.ts'

/** "# TYPE  DATABASE  USER  ADDRESS  METHOD". */
const HEAD = /^#[ \t]*\p{Lu}[\p{Lu}_-]+(?:[ \t]+\p{Lu}[\p{Lu}_-]+){2,11}[ \t]*$/u
/** Names of columns stand apart, the words of "DO NOT EDIT" do not. */
const WIDE = /\S(?:[ \t]{2,}|\t)\S/u
/** Of the rows, so many have as many parts as the head has names, or one less. */
const ROWS_SHARE = 0.8

interface Part {
  readonly text: string
  /** Where it begins in its line. */
  readonly column: number
}

/** Lines of as many parts as a comment above them names, in capitals, as rows. Undefined for other lines. */
export function readColumns(file: string, lines: readonly string[]): Document | undefined {
  const first = lines.findIndex((line) => HEAD.test(line) && WIDE.test(line))
  if (first < 0) return undefined
  const head = partsOf(lines[first] as string)
  const fits = (line: string) => {
    const parts = partsOf(line)
    const count = parts.some(({ text }) => /^[=:{}]$/u.test(text)) ? 0 : parts.length
    return count === head.length || count === head.length - 1
  }
  const live = lines.slice(first).filter((line) => line.trim() !== '' && !line.trimStart().startsWith('#'))
  if (live.length === 0 || live.filter(fits).length < ROWS_SHARE * live.length) return undefined
  // What begins a row, as "local" or "host", begins one that is commented out too.
  const kinds = new Set(live.map((line) => partsOf(line)[0]?.text))
  const children: RootContent[] = []
  const rows: TableRow[] = []
  let comment: string[] = []
  const told = (line: number) => partsOfLines(comment, line - comment.length)
  lines.forEach((line, i) => {
    const off = /^\s*#\s?(?=\S)/u.exec(line)
    const bare = off === null ? line : line.slice(off[0].length)
    const row = off === null || (kinds.has(partsOf(bare)[0]?.text) && fits(bare))
    if (i === first || HEAD.test(line)) comment = []
    else if (line.trim() !== '' && row) {
      const said = told(i + 1).map(({ text }) => text)
      rows.push(rowOf(bare, head, joined([off === null ? '' : 'commented out', ...said]), i + 1))
      comment = []
    } else if (off !== null) comment.push(line)
    else {
      const parts = told(i + 1)
      if (parts.length > 0) children.push(paragraphOf(parts))
      comment = []
    }
  })
  const parts = told(lines.length + 1)
  if (parts.length > 0) children.push(paragraphOf(parts))
  const top = rowAt([...head.map((one) => one.text), ''], first + 1)
  children.push({ type: 'table', children: [top, ...rows], ...at(first + 1), ...note({ values: true }) })
  return { file, tree: { type: 'root', children } }
}

/** A row with fewer parts leaves out the column that nothing stands below; one with more is told as it is. */
function rowOf(line: string, head: readonly Part[], beside: string, at: number): TableRow {
  const parts = partsOf(line)
  const texts = head.map(() => '')
  if (parts.length <= head.length) {
    let next = 0
    for (const [i, { text, column }] of parts.entries()) {
      // Enough columns are left for the parts that follow.
      const last = head.length - (parts.length - i)
      while (next < last && (head[next + 1]?.column ?? Number.POSITIVE_INFINITY) <= column + SLACK) next += 1
      texts[next] = text
      next += 1
    }
  } else texts[0] = line.trim().replace(/\s+/gu, ' ')
  return rowAt([...texts, beside], at)
}

/** The mark of a comment moves its line by a character or two. */
const SLACK = 1

function partsOf(line: string): Part[] {
  const from = /^\s*#?/u.exec(line)?.[0].length ?? 0
  return [...line.slice(from).matchAll(/\S+/gu)].map(({ 0: text, index }) => ({ text, column: from + index }))
}
