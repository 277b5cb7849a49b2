import type { Paragraph, RootContent } from 'mdast'
import { at, note } from '../../../text/document.ts'
import type { Archive } from './archive.ts'
import { type Element, elementsOf, first, within } from './elements.ts'
import { partOf, partsOf } from './parts.ts'

/** What stands on every page to number it. */
const PAGE_NUMBER = /^\W*(?:page|seite|p|s)?\W*\d*\W*(?:of|von)?\W*\d*\W*$/iu

/** What a Word document has besides its running text. @throws SyntaxError */
export async function besidesOf(archive: Archive): Promise<{ edges: RootContent[]; boxes: RootContent[] }> {
  const main = partOf(await partsOf(archive, ''), 'officeDocument') ?? 'word/document.xml'
  const said = new Set<string>()
  for (const { name, kind } of (await partsOf(archive, main)).values())
    if (kind === 'header' || kind === 'footer')
      for (const text of textsOf(await elementsOf(archive, name))) if (!PAGE_NUMBER.test(text)) said.add(text)
  const edges: Paragraph[] = [...said].map(paragraph)
  return {
    edges: edges.length === 0 ? [] : [{ type: 'blockquote', children: edges, ...note({ footer: true }) }],
    boxes: boxesOf(await elementsOf(archive, main)).flatMap((box) => textsOf(box).map(paragraph)),
  }
}

/** Text boxes that their program has written for newer programs alone, which the parser leaves out. */
function boxesOf(document: Element | undefined): Element[] {
  return within(document, 'AlternateContent')
    .filter((choices) => first(choices, 'Fallback') === undefined)
    .flatMap((choices) => within(choices, 'txbxContent'))
}

function textsOf(element: Element | undefined): string[] {
  return within(element, 'p')
    .map((paragraph) => textOf(paragraph).replace(/\s+/gu, ' ').trim())
    .filter((text) => text !== '')
}

function textOf({ children, name }: Element): string {
  if (name === 'tab' || name === 'br') return ' '
  return children
    .map((child) => (typeof child === 'string' ? (name === 't' ? child : '') : textOf(child)))
    .join('')
}

function paragraph(value: string): Paragraph {
  return { type: 'paragraph', children: [{ type: 'text', value, ...at(1) }], ...at(1) }
}
