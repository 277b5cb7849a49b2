import { posix } from 'node:path'
import type { RootContent } from 'mdast'
import type { Document } from '../../../text/document.ts'
import { decode } from '../../decode.ts'
import { readHtml } from '../html.ts'
import { moved } from '../moved.ts'
import { malformed } from '../records.ts'
import { Archive, encrypted } from './archive.ts'
import { type Element, elementsOf, first, within } from './elements.ts'
import { unescaped } from './parts.ts'

/** Fonts may be scrambled, so that nobody takes them out: the text is not. */
const OF_FONTS = /(?:idpf\.org\/2008\/embedding|ns\.adobe\.com\/pdf\/enc#RC)$/u

/** A book (`.epub`): its chapters in their order. Lines are counted from chapter to chapter. @throws SyntaxError */
export async function readEpub(file: string, bytes: Uint8Array): Promise<Document> {
  const archive = new Archive(bytes, 'EPUB')
  for (const method of within(await elementsOf(archive, 'META-INF/encryption.xml'), 'EncryptionMethod'))
    if (!OF_FONTS.test(method.attributes.Algorithm ?? '')) throw encrypted()
  const container = await elementsOf(archive, 'META-INF/container.xml')
  const main = unescaped(first(container, 'rootfile')?.attributes['full-path'] ?? '')
  const book = await elementsOf(archive, main)
  if (book === undefined) throw malformed('EPUB', 'it has no list of its chapters')
  const children: RootContent[] = []
  let lines = 0
  for (const name of chaptersOf(book, posix.dirname(main))) {
    const decoded = decode(await archive.bytes(name), true)
    if ('reason' in decoded) continue
    for (const node of moved(readHtml(name, decoded.text).tree.children, lines)) children.push(node)
    lines += decoded.text.split('\n').length
  }
  const title = textOf(first(first(book, 'metadata'), 'title')).trim()
  return { file, ...(title === '' ? {} : { title }), folded: true, tree: { type: 'root', children } }
}

/** The parts of the chapters, without the table of contents. A chapter that is named but not there is left out. */
function chaptersOf(book: Element, folder: string): string[] {
  const parts = new Map(
    within(first(book, 'manifest'), 'item').map(({ attributes }) => [attributes.id, attributes]),
  )
  return within(first(book, 'spine'), 'itemref').flatMap(({ attributes: { idref } }) => {
    const { href, properties = '', 'media-type': type = '' } = parts.get(idref) ?? {}
    if (href === undefined || /\bnav\b/u.test(properties) || !/html/u.test(type)) return []
    return [posix.join(folder, unescaped(href))]
  })
}

function textOf(element: Element | undefined): string {
  return (element?.children ?? [])
    .map((child) => (typeof child === 'string' ? child : textOf(child)))
    .join('')
}
