import type { Paragraph, RootContent } from 'mdast'
import { at, note } from '../../../text/document.ts'
import type { Archive } from './archive.ts'
import { chartOf } from './charts.ts'
import { isPageNumber } from './page-numbers.ts'
import { type Parts, partOf, partsOf } from './parts.ts'
import { pointsOf } from './points.ts'
import { allOf, runOf, type Tag, tag, tagsOf, xmlOf } from './tags.ts'
import { withParagraphs } from './word-paragraphs.ts'
import { type Drawings, resolved } from './word-resolved.ts'
import { rowAcross, rowOf } from './word-rows.ts'
import { shown } from './word-shown.ts'
import { WordStyles } from './word-styles.ts'
import { textOf } from './word-text.ts'

/** The parts with text that the parser reads beside the main one. */
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
  const named = [...parts.values()]
  const told = [main, ...named.filter(({ kind }) => TEXTS.test(kind)).map(({ name }) => name)]
  for (const name of told) {
    const top = await read(name)
    if (top !== undefined) texts.set(name.replace(/^\/+/u, '').toLowerCase(), Buffer.from(xmlOf(top)))
  }
  for (const { name } of named.filter(({ kind }) => EDGES.test(kind))) {
    const top = await read(name)
    if (top !== undefined) for (const text of textsOf(top)) if (text !== '') said.add(text)
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
    const about = chart.title === '' ? [] : [rowAcross(tag('w:p', [runOf(chart.title)]), chart.head.length)]
    found.set(id, [tag('w:tbl', [...about, ...rows])])
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

/** Paragraphs above or below the pages. Tabs part what stands left, in the middle and right. */
function textsOf(top: Tag): string[] {
  const own = allOf(top, 'w:p')
  const all = own.flatMap((one) => [one, ...allOf(one, 'w:txbxContent').flatMap((box) => allOf(box, 'w:p'))])
  return all.map((one) =>
    textOf(one)
      .split('\t')
      .map((part) => part.replace(/\s+/gu, ' ').trim())
      .filter((part) => !isPageNumber(part))
      .join(' · '),
  )
}

function paragraph(value: string): Paragraph {
  return { type: 'paragraph', children: [{ type: 'text', value, ...at(1) }], ...at(1) }
}
