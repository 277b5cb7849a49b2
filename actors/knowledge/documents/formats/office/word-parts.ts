import type { Paragraph, RootContent } from 'mdast'
import { at, note } from '../../../text/document.ts'
import type { Archive } from './archive.ts'
import { chartOf } from './charts.ts'
import { type Parts, partOf, partsOf } from './parts.ts'
import { pointsOf } from './points.ts'
import { allOf, runOf, type Tag, tag, tagsOf, xmlOf } from './tags.ts'
import { withParagraphs } from './word-paragraphs.ts'
import { type Drawings, resolved } from './word-resolved.ts'
import { shown } from './word-shown.ts'
import { WordStyles } from './word-styles.ts'
import { textOf } from './word-text.ts'

/** What stands on every page to number it. */
const PAGE_NUMBER = /^\W*(?:page|seite|p|s)?\W*\d*\W*(?:of|von)?\W*\d*\W*$/iu
/** The parts with text that the parser reads. */
const TEXTS = /^(?:footnotes|endnotes|comments)$/u
const EDGES = /^(?:header|footer)$/u

/** The parts of a Word document as the parser is to read them, and what stands above and below every page. */
export interface WordParts {
  /** By their names in lower case. */
  readonly texts: ReadonlyMap<string, Uint8Array>
  readonly edges: RootContent[]
}

/** @throws SyntaxError */
export async function wordPartsOf(archive: Archive): Promise<WordParts> {
  const main = partOf(await partsOf(archive, ''), 'officeDocument') ?? 'word/document.xml'
  const parts = await partsOf(archive, main)
  const styles = new WordStyles(await tagsOf(archive, partOf(parts, 'styles') ?? 'word/styles.xml'))
  const read = async (name: string) => {
    const top = await tagsOf(archive, name)
    if (top === undefined) return undefined
    const own = name === main ? parts : await partsOf(archive, name)
    return withParagraphs(shown(resolved(top, await drawingsOf(archive, top, own)), styles), styles)
  }
  const texts = new Map<string, Uint8Array>()
  const said = new Set<string>()
  for (const { name, kind } of [{ name: main, kind: 'comments' }, ...parts.values()]) {
    if (!TEXTS.test(kind) && !EDGES.test(kind)) continue
    const top = await read(name)
    if (top === undefined) continue
    if (TEXTS.test(kind)) texts.set(name.replace(/^\/+/u, '').toLowerCase(), Buffer.from(xmlOf(top)))
    else for (const text of textsOf(top)) if (text !== '') said.add(text)
  }
  const edges: Paragraph[] = [...said].map(paragraph)
  return {
    texts,
    edges: edges.length === 0 ? [] : [{ type: 'blockquote', children: edges, ...note({ footer: true }) }],
  }
}

/** What charts and diagrams say, as tables and paragraphs. */
async function drawingsOf(archive: Archive, top: Tag, parts: Parts): Promise<Drawings> {
  const found = new Map<string, readonly Tag[]>()
  for (const { attributes } of allOf(top, 'c:chart')) {
    const id = attributes['r:id'] ?? ''
    const part = parts.get(id)
    const chart = part?.kind === 'chart' ? await chartOf(archive, part.name) : undefined
    if (chart === undefined) continue
    const rows = [chart.head, ...chart.rows].map((cells, i) => rowOf(cells, i === 0))
    found.set(id, [tag('w:tbl', [...nameOf(chart.title, chart.head.length), ...rows])])
  }
  for (const { attributes } of allOf(top, 'dgm:relIds')) {
    const id = attributes['r:dm'] ?? ''
    const part = parts.get(id)
    if (part !== undefined)
      found.set(
        id,
        (await pointsOf(archive, part.name)).map((text) => tag('w:p', [runOf(text)])),
      )
  }
  return found
}

/** What names a table: one cell across its columns. */
function nameOf(title: string, columns: number): Tag[] {
  const across = tag('w:tcPr', [tag('w:gridSpan', [], { 'w:val': String(columns) })])
  return title === '' ? [] : [tag('w:tr', [tag('w:tc', [across, tag('w:p', [runOf(title)])])])]
}

function rowOf(cells: readonly string[], head: boolean): Tag {
  const all = cells.map((cell) => tag('w:tc', [tag('w:p', [runOf(cell)])]))
  return tag('w:tr', head ? [tag('w:trPr', [tag('w:tblHeader')]), ...all] : all)
}

/** Paragraphs above or below the pages. Tabs part what stands left, in the middle and right. */
function textsOf(top: Tag): string[] {
  const own = allOf(top, 'w:p')
  const all = own.flatMap((one) => [one, ...allOf(one, 'w:txbxContent').flatMap((box) => allOf(box, 'w:p'))])
  return all.map((one) =>
    textOf(one)
      .split('\t')
      .map((part) => part.replace(/\s+/gu, ' ').trim())
      .filter((part) => !PAGE_NUMBER.test(part))
      .join(' · '),
  )
}

function paragraph(value: string): Paragraph {
  return { type: 'paragraph', children: [{ type: 'text', value, ...at(1) }], ...at(1) }
}
