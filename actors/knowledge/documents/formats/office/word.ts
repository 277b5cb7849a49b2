import { fromHtml } from 'hast-util-from-html'
import mammoth from 'mammoth'
import type { RootContent } from 'mdast'
import type { Document } from '../../../text/document.ts'
import { treeOfHast } from '../html.ts'
import { malformed } from '../records.ts'
import { Archive } from './archive.ts'
import { storedArchive } from './stored.ts'
import { takeNotes, titleOf } from './word-notes.ts'
import { wordPartsOf } from './word-parts.ts'
import { withInnerTables } from './word-tables.ts'
import { TYPED } from './word-typed.ts'

/** The levels of lists in Word's own styles: "List Bullet 3" stands inside what "List Number 2" holds, each a list of its own. */
const LISTS = [1, 2, 3, 4, 5].flatMap((level) => {
  const name = level === 1 ? '' : ` ${level}`
  const outer = 'ul|ol > li > '.repeat(level - 1)
  return [
    `p[style-name='List Bullet${name}'] => ${outer}ul > li:fresh`,
    `p[style-name='List Number${name}'] => ${outer}ol > li:fresh`,
    // What stands below an item is part of it.
    `p[style-name='List Continue${name}'] => ${outer}ul|ol > li > p:fresh`,
  ]
})

const STYLES = [
  "p[style-name='Title'] => h1.title:fresh",
  'comment-reference => sup',
  ...LISTS,
  ...TYPED.map((style, i) => `p.${style} => ${'ul > li > '.repeat(i)}ul > li:fresh`),
]

/**
 * A Word document, by its styles, without pictures. Footnotes and comments are told with the sentence that they hang on, headers and
 * footers once. It has no lines: a line is a paragraph, counted from 1. @throws SyntaxError
 */
export async function readDocx(file: string, bytes: Uint8Array): Promise<Document> {
  const { texts, edges } = await wordPartsOf(new Archive(bytes, 'Word'))
  const value = await htmlOf(await withTexts(bytes, texts))
  // One block per line, so that lines of the HTML count blocks.
  const hast = fromHtml(value.replace(/<\/(?:p|h[1-6]|li|tr)>/gu, '$&\n'))
  withInnerTables(hast)
  const title = titleOf(hast)
  const notes = takeNotes(hast)
  const children: RootContent[] = [...edges, ...treeOfHast(hast).children]
  for (const [identifier, own] of notes)
    children.push({
      type: 'footnoteDefinition',
      identifier,
      label: identifier,
      children: treeOfHast({ type: 'root', children: own }).children as never,
    })
  return { file, folded: true, ...(title === '' ? {} : { title }), tree: { type: 'root', children } }
}

async function htmlOf(buffer: Buffer): Promise<string> {
  const convertImage = mammoth.images.imgElement(async () => ({ src: '' }))
  try {
    return (await mammoth.convertToHtml({ buffer }, { convertImage, styleMap: STYLES })).value
  } catch {
    // What it throws names places of its own code.
    throw malformed('Word', 'it is damaged')
  }
}

/** The document with these texts in the place of its own, and without its pictures. The parser unpacks all at once, so the sizes are ours. @throws SyntaxError */
async function withTexts(bytes: Uint8Array, texts: ReadonlyMap<string, Uint8Array>): Promise<Buffer> {
  const archive = new Archive(bytes, 'Word')
  const parts = new Map<string, Uint8Array>()
  for (const name of archive.names)
    if (/\.(?:xml|rels)$/iu.test(name))
      parts.set(name, texts.get(name.toLowerCase()) ?? (await archive.bytes(name)))
  return storedArchive(parts)
}
