import type { Element, ElementContent, Nodes } from 'hast'
import { inBrackets, isNote } from '../../text/cell-notes.ts'
import { childElements, find, textOf, wordsAt } from './html-nodes.ts'

/** "1", "[a]", "†", "[note 2]". */
const MARK = /^[[(]?(?:\d{1,2}|[a-z]|[*†‡§¶]{1,3}|note \d{1,2})[\])]?$/iu
const NOTE_ADDRESS = /(?:^#|[-_:.])(?:fn|f?note|footnote|anm)/iu
/** What a statement is taken from, which is no remark on it. */
const CITED = /^#cite_?note.*-\d+$/iu
const BACK = /[↩↑⏎]\ufe0e?/gu
/** A cell has few notes, and a page not many more. */
const CELL_LINKS_MAX = 3
const LINKS_MAX = 500
/** A part with more in it is no note. */
const NODES_MAX = 30

/** A mark in a cell that is a link to its note, and what holds the mark alone. */
interface Link {
  readonly cell: Element
  readonly parent: Element
  readonly mark: Element
  readonly to: string
}

/** A cell says what its mark is a link to: "18:40 (only in July)". A raised mark without a link stays known as one. */
export function withCellNotes(hast: Nodes): void {
  const links: Link[] = []
  lookForCells(hast, links)
  if (links.length === 0) return
  const notes: Notes = { wanted: new Set(links.map(({ to }) => to)), found: new Map() }
  lookForNotes(hast, notes)
  for (const { cell, parent, mark, to } of links) {
    const note = notes.found.get(to) ?? ''
    if (note === '') continue
    parent.children = parent.children.filter((child) => child !== mark)
    const alone = textOf(cell).trim() === ''
    cell.children.push(wordsAt(mark, alone ? note : ` (${inBrackets(note)})`))
  }
}

function lookForCells(node: Nodes, links: Link[]): void {
  for (const child of childElements(node)) {
    if (child.tagName === 'td') lookInCell(child, child, links, links.length + CELL_LINKS_MAX)
    else lookForCells(child, links)
  }
}

function lookInCell(cell: Element, parent: Element, links: Link[], most: number): void {
  for (const child of childElements(parent)) {
    if (child.tagName !== 'sup' && child.tagName !== 'a') {
      lookInCell(cell, child, links, most)
      continue
    }
    const link = child.tagName === 'a' ? child : find(child, 'a')
    if (link === undefined) child.properties.dataCellMark = true
    const to = String(link?.properties.href ?? '')
    const raised = child.tagName === 'sup' || find(child, 'sup') !== undefined
    if (!to.startsWith('#') || CITED.test(to) || !MARK.test(textOf(child).trim())) continue
    if ((raised || NOTE_ADDRESS.test(to)) && links.length < Math.min(most, LINKS_MAX))
      links.push({ cell, parent, mark: child, to: to.slice(1) })
  }
}

/** The names of notes that were not met yet, and the notes that were. */
interface Notes {
  readonly wanted: Set<string>
  readonly found: Map<string, string>
}

/** A note is what has its name, or the paragraph or item that begins with what has it. */
function lookForNotes(node: Nodes, notes: Notes, block?: Element): void {
  for (const child of childElements(node)) {
    if (child.tagName === 'table') {
      lookForNotes(child, notes, undefined)
      continue
    }
    const own = BLOCK.test(child.tagName) ? child : block
    const id = String(child.properties.id ?? child.properties.name ?? '')
    // The second part of a name is none: a page has few names, and many parts may have the same.
    if (own !== undefined && notes.wanted.delete(id)) notes.found.set(id, noteOf(own))
    lookForNotes(child, notes, own)
  }
}

const BLOCK = /^(?:p|li|dd|aside|div)$/u

function noteOf(block: Element): string {
  if (block.children.length > NODES_MAX) return ''
  const [first, ...others] = block.children.filter(
    (child: ElementContent) => child.type !== 'text' || child.value.trim() !== '',
  )
  const marked = first?.type === 'element' && MARK.test(textOf(first).trim())
  const text = (marked ? others : block.children).map(textOf).join('')
  const said = text
    .replace(BACK, '')
    .replace(/\s+/gu, ' ')
    .trim()
    .replace(/^(?:\(?\d{1,2}\)|\[\w{1,3}\]|[*†‡§¶]{1,3})\s*/u, '')
  return isNote(said) ? said : ''
}
