import { fromHtml } from 'hast-util-from-html'
import mammoth from 'mammoth'
import type { RootContent } from 'mdast'
import type { Document } from '../../../text/document.ts'
import { treeOfHast } from '../html.ts'
import { malformed } from '../records.ts'
import { Archive } from './archive.ts'
import { takeNotes, titleOf } from './word-notes.ts'
import { besidesOf } from './word-parts.ts'
import { withInnerTables } from './word-tables.ts'

/** The levels of lists in Word's own styles: "List Bullet 3" stands inside what "List Number 2" holds, each a list of its own. */
const LISTS = [1, 2, 3, 4, 5].flatMap((level) => {
  const name = level === 1 ? '' : ` ${level}`
  const outer = 'ul|ol > li > '.repeat(level - 1)
  return [
    `p[style-name='List Bullet${name}'] => ${outer}ul > li:fresh`,
    `p[style-name='List Number${name}'] => ${outer}ol > li:fresh`,
  ]
})

const STYLES = ["p[style-name='Title'] => h1.title:fresh", 'comment-reference => sup', ...LISTS]

/**
 * A Word document, by its styles, without pictures. Footnotes and comments are told with the sentence that they hang on, headers and
 * footers once. It has no lines: a line is a paragraph, counted from 1. @throws SyntaxError
 */
export async function readDocx(file: string, bytes: Uint8Array): Promise<Document> {
  await refuseEndless(bytes)
  const value = await htmlOf(bytes)
  // One block per line, so that lines of the HTML count blocks.
  const hast = fromHtml(value.replace(/<\/(?:p|h[1-6]|li|tr)>/gu, '$&\n'))
  withInnerTables(hast)
  const title = titleOf(hast)
  const notes = takeNotes(hast)
  const { edges, boxes } = await besidesOf(new Archive(bytes, 'Word'))
  const children: RootContent[] = [...edges, ...treeOfHast(hast).children, ...boxes]
  for (const [identifier, own] of notes)
    children.push({
      type: 'footnoteDefinition',
      identifier,
      label: identifier,
      children: treeOfHast({ type: 'root', children: own }).children as never,
    })
  return { file, folded: true, ...(title === '' ? {} : { title }), tree: { type: 'root', children } }
}

async function htmlOf(bytes: Uint8Array): Promise<string> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const convertImage = mammoth.images.imgElement(async () => ({ src: '' }))
  try {
    return (await mammoth.convertToHtml({ buffer }, { convertImage, styleMap: STYLES })).value
  } catch {
    // What it throws names places of its own code.
    throw malformed('Word', 'it is damaged')
  }
}

/** The parser unpacks a file as a whole. @throws SyntaxError */
async function refuseEndless(bytes: Uint8Array): Promise<void> {
  const archive = new Archive(bytes, 'Word')
  for (const name of archive.names) if (/\.(?:xml|rels)$/u.test(name)) await archive.bytes(name)
}
