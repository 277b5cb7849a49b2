import type { RootContent, Text } from 'mdast'
import { wordsOf } from '../../text/document.ts'
import { goesOn } from './pdf-columns.ts'
import { continues, withHead } from './pdf-cut-tables.ts'
import { joined } from './pdf-tables.ts'

/** The trees of pages below each other, where a sentence that goes on on the next page is one, and a table has its head again. */
export function joinedPages(pages: readonly (readonly RootContent[])[]): RootContent[] {
  const found: RootContent[] = []
  // A text may go on over many pages: its parts are joined once.
  const parts = new Map<Text, string[]>()
  let headOf: RootContent | undefined
  for (const page of pages) {
    const last = lastText(found.at(-1))
    const [first, ...rest] = withoutHead(page, found.at(-1), headOf)
    headOf = page[0]
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

/** A page without the title that the page before has too, where a table goes on below it. */
function withoutHead(
  page: readonly RootContent[],
  before: RootContent | undefined,
  headOf: RootContent | undefined,
): readonly RootContent[] {
  const [head, table] = page
  if (head?.type !== 'heading' || headOf?.type !== 'heading') return page
  const cut = before?.type === 'table' && table?.type === 'table' && continues(before, table)
  return cut && wordsOf([head]) === wordsOf([headOf]) ? page.slice(1) : page
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
