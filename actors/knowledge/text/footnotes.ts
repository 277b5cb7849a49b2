import type { FootnoteDefinition, Nodes, Root } from 'mdast'
import { plainText } from './plain.ts'
import { sentences } from './sentences.ts'

/** The footnotes of a document by their label. */
export function footnotesOf(tree: Root): ReadonlyMap<string, FootnoteDefinition> {
  const found = new Map<string, FootnoteDefinition>()
  const look = (node: Nodes) => {
    if (node.type === 'footnoteDefinition') found.set(node.identifier, node)
    else if ('children' in node) for (const child of node.children) look(child)
  }
  look(tree)
  return found
}

/**
 * The labels that a paragraph, item or row refers to, each with the sentence that it belongs to: of a sentence with several, what stands
 * between the mark before and this one.
 */
export function references(node: Nodes): { readonly label: string; readonly sentence: string }[] {
  const found: { label: string; sentence: string }[] = []
  // The end of the text so far: all of it for each of thousands of marks would take minutes.
  let text = ''
  let marked = 0
  const look = (own: Nodes) => {
    if (own.type === 'footnoteReference') {
      const last = sentences(text).at(-1)
      const start = last !== undefined && last.start < marked && marked < last.end ? marked : last?.start
      found.push({
        label: own.identifier,
        sentence:
          last === undefined
            ? ''
            : text
                .slice(start, last.end)
                .replace(OPENING, '')
                .replace(/[\s·]+$/u, ''),
      })
      marked = text.length
    } else if ('children' in own) {
      // The mark of a cell belongs to its row.
      if (own.type === 'tableRow') [text, marked] = ['', 0]
      if (own.type === 'tableCell' && text !== '') text += BETWEEN_CELLS
      for (const child of own.children) look(child)
    } else {
      text += plainText(own, true).text
      const cut = Math.max(0, text.length - SENTENCE_CHARS_MAX)
      text = text.slice(cut)
      marked = Math.max(0, marked - cut)
    }
  }
  look(node)
  return found
}

const SENTENCE_CHARS_MAX = 1_000

/** What joins a clause to the one before it. */
const OPENING = /^[\s,;:·–—-]+/u

const BETWEEN_CELLS = ' · '
