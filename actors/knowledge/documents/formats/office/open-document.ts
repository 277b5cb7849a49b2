import type { RootContent } from 'mdast'
import type { Document } from '../../../text/document.ts'
import { malformed } from '../records.ts'
import { Archive, encrypted } from './archive.ts'
import { elementsOf, first, within } from './elements.ts'
import { readOpenSheets } from './open-sheet.ts'
import { OpenText } from './open-text.ts'
import { CELLS_MAX, isUnnamed } from './sheet.ts'
import { sheetTree } from './sheet-tree.ts'

/** A spreadsheet of LibreOffice and others: the tables of its sheets, as they are shown. A line is a row. @throws SyntaxError */
export async function readOds(file: string, bytes: Uint8Array): Promise<Document> {
  const archive = await opened(bytes)
  const { sheets, styles } = await readOpenSheets(archive, CELLS_MAX)
  const asides: string[] = []
  const children: RootContent[] = []
  for (const { name, style, rows, spans, heads, hidden, cut } of sheets) {
    if (styles.get(style)?.shown === false) {
      asides.push(`its hidden sheet "${name}" is not read`)
      continue
    }
    if (cut !== undefined)
      asides.push(`"${name}" is read down to row ${cut}, since the file has more than ${CELLS_MAX} cells`)
    if (hidden) asides.push(`hidden rows and columns of "${name}" are not read`)
    if (rows.length === 0) continue
    const title = sheets.length === 1 && isUnnamed(name) ? '' : name
    const sheet = { rows, spans, heads, narrow: new Set<number>() }
    for (const node of sheetTree(sheet, title)) children.push(node)
  }
  return { file, asides, tree: { type: 'root', children } }
}

/** A text of LibreOffice and others. A line is a paragraph, counted from 1. @throws SyntaxError */
export async function readOdt(file: string, bytes: Uint8Array): Promise<Document> {
  const archive = await opened(bytes)
  const content = await elementsOf(archive, 'content.xml')
  const body = first(content, 'text')
  if (body === undefined) throw malformed('OpenDocument', 'it has no text')
  const common = await elementsOf(archive, 'styles.xml')
  const text = new OpenText([...within(common, 'style'), ...within(content, 'style')])
  for (const page of within(first(common, 'master-styles'), 'master-page'))
    for (const edge of page.children)
      if (typeof edge !== 'string' && /^(?:header|footer)$/u.test(edge.name)) text.edge(edge)
  text.body(body)
  const { title, nodes } = text
  return { file, folded: true, ...(title === '' ? {} : { title }), tree: { type: 'root', children: nodes } }
}

async function opened(bytes: Uint8Array): Promise<Archive> {
  const archive = new Archive(bytes, 'OpenDocument')
  const manifest = await elementsOf(archive, 'META-INF/manifest.xml')
  if (first(manifest, 'encryption-data') !== undefined) throw encrypted()
  if (!archive.has('content.xml')) throw malformed('OpenDocument', 'it has no content')
  return archive
}
