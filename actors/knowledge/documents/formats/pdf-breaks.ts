import type { RootContent, Table, TableRow, Text } from 'mdast'
import { note, noted } from '../../text/document.ts'
import { goesOn } from './pdf-columns.ts'
import { FIGURE } from './pdf-sums.ts'
import { joined } from './pdf-tables.ts'

/** The trees of pages below each other, where a sentence that goes on on the next page is one, and a table has its head again. */
export function joinedPages(pages: readonly (readonly RootContent[])[]): RootContent[] {
  const found: RootContent[] = []
  // A text may go on over many pages: its parts are joined once.
  const parts = new Map<Text, string[]>()
  for (const page of pages) {
    const last = lastText(found.at(-1))
    const [first, ...rest] = page
    const before = found.at(-1)
    const next = first?.type === 'paragraph' ? lastText(first) : undefined
    const open = last === undefined ? undefined : (parts.get(last) ?? [last.value])
    if (
      last !== undefined &&
      open !== undefined &&
      next !== undefined &&
      goesOn(open.at(-1) ?? '', next.value)
    ) {
      open.push(next.value)
      parts.set(last, open)
      for (const node of rest) found.push(node)
    } else if (before?.type === 'table' && first?.type === 'table' && continues(before, first))
      for (const node of [withHead(first, before), ...rest]) found.push(node)
    else for (const node of page) found.push(node)
  }
  for (const [text, own] of parts) text.value = joined(own)
  return found
}

/** True for the rest of a table of the page before: its first row has figures where the last one has, and is no head. */
function continues(before: Table, table: Table): boolean {
  const [head, last, own] = [before.children[0], before.children.at(-1), table.children[0]].map(textsOf)
  if (head === undefined || last === undefined || own === undefined) return false
  if (noted(before).headless === true || head.length !== own.length || head.join() === own.join())
    return false
  return own.some((text, i) => i > 0 && FIGURE.test(text) && !YEAR.test(text) && FIGURE.test(last[i] ?? ''))
}

const YEAR = /^(?:19|20)\d\d$/u

function textsOf(row: TableRow | undefined): string[] {
  return (row?.children ?? []).map(({ children: [text] }) => (text?.type === 'text' ? text.value : ''))
}

function withHead(table: Table, { children: rows }: Table): Table {
  const marked = rows.filter(({ children }) => children.some((cell) => noted(cell as never).head === true))
  const head = marked.length > 0 ? marked : rows.slice(0, 1)
  const { headless, ...data } = noted(table)
  return { ...table, children: [...head, ...table.children], ...note(data) }
}

/** What a paragraph or a list ends with. */
function lastText(node: RootContent | undefined): Text | undefined {
  let open = node
  while (open !== undefined && 'children' in open) {
    if (!/^(?:paragraph|list|listItem)$/u.test(open.type)) return undefined
    open = open.children.at(-1) as RootContent | undefined
  }
  return open?.type === 'text' ? open : undefined
}
