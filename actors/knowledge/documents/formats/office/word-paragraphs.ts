import { allOf, childOf, inside, type Tag, tag, valOf } from './tags.ts'
import { withBoxes } from './word-boxes.ts'
import { CONTENTS } from './word-resolved.ts'
import { rowAcross } from './word-rows.ts'
import { outlineOf, type WordStyles } from './word-styles.ts'
import { isUnfilled, textOf } from './word-text.ts'
import { typed } from './word-typed.ts'

/** What stands above a table of contents. */
const CONTENTS_HEADING =
  /^(?:(?:table of )?contents:?|inhalt(?:sverzeichnis|sübersicht)?|sommaire|table des matières|índice|indice|sommario|inhoud(?:sopgave)?|innehåll|indhold|sisällys|spis treści|目录|目次)$/iu
/** "Table 3: Fees". Captions of figures may stand above a table too. */
const CAPTION = /^(?:tab(?:le|elle|leau|la|ella|el|ell)?\.?)\s.{1,200}$/iu
/** Contracts have whole paragraphs in the styles of headings. */
const HEADING_CHARS_MAX = 250
/** A longer sentence is none, whatever its level. */
const SENTENCE_WORDS_MIN = 9
/** The levels of headings that the parser knows. */
const LEVEL_MAX = 6

/** A part of a Word document whose paragraphs are what their styles make of them: headings, items, choices. */
export function withParagraphs(own: Tag, styles: WordStyles, cell = false): Tag {
  const inCell = cell || own.name === 'w:tc'
  const above = captionsAbove(own, styles)
  const children: (Tag | string)[] = []
  /** The paragraph directly above, as it was made, if it may be the heading of a table of contents. */
  let heading: Tag | undefined
  for (const child of own.children) {
    if (typeof child === 'string') children.push(child)
    else if (child.name === CONTENTS) {
      if (heading !== undefined && children.at(-1) === heading) children.pop()
      heading = undefined
    } else if (child.name === 'w:p') {
      const made = paragraph(child, styles, inCell)
      heading = isContentsHeading(child, styles) ? made : undefined
      if (inCell || !isUnfilled(made)) children.push(made)
    } else if (child.name === 'w:tbl') {
      const last = children.at(-1)
      const caption = above && typeof last === 'object' && isCaption(last, styles) ? last : undefined
      if (caption !== undefined) children.pop()
      for (const one of named(withParagraphs(child, styles, inCell), caption)) children.push(one)
    } else children.push(child.children.length === 0 ? child : withParagraphs(child, styles, inCell))
  }
  return { ...own, children: typed(children) }
}

function isContentsHeading(own: Tag, styles: WordStyles): boolean {
  return styles.isContentsHeading(styleOf(own)) || CONTENTS_HEADING.test(textOf(own).trim())
}

function paragraph(own: Tag, styles: WordStyles, inCell: boolean): Tag {
  const made = withBoxes(withParagraphs(own, styles))
  const about = childOf(own, 'w:pPr')
  const style = valOf(childOf(about, 'w:pStyle'))
  const text = textOf(made).trim()
  const level = outlineOf(about) ?? styles.level(style) ?? 0
  const known = styles.isHeading(style)
  if (level > 0 && (known || !inCell) && isHeading(text, known))
    return withAbout(made, [tag('w:pStyle', [], { 'w:val': `Heading${Math.min(level, LEVEL_MAX)}` })], about)
  const list = childOf(about, 'w:numPr') === undefined && level === 0 ? styles.list(style) : undefined
  if (!known && list === undefined) return made
  const kept = known ? [] : aboutOf(about, (name) => name === 'w:pStyle')
  return withAbout(made, list === undefined ? kept : [...kept, list], about)
}

function isHeading(text: string, known: boolean): boolean {
  if (known) return text.length <= HEADING_CHARS_MAX
  return (
    text.length <= HEADING_CHARS_MAX / 2 &&
    !(/[.;,。；]$/u.test(text) && text.split(/\s+/u).length >= SENTENCE_WORDS_MIN)
  )
}

/** A paragraph with these properties in the place of its style. */
function withAbout(own: Tag, properties: readonly Tag[], about: Tag | undefined): Tag {
  const children = [...properties, ...aboutOf(about, (name) => name !== 'w:pStyle')]
  return {
    ...own,
    children: [tag('w:pPr', children), ...own.children.filter((child) => child !== about)],
  }
}

function aboutOf(about: Tag | undefined, holds: (name: string) => boolean): Tag[] {
  return inside(about).filter(({ name }) => holds(name))
}

/** Whether it says what the table below it shows. */
function isCaption(own: Tag, styles: WordStyles): boolean {
  return own.name === 'w:p' && styles.isCaption(styleOf(own)) && CAPTION.test(textOf(own).trim())
}

/** Whether captions stand above their tables: the first one has no table directly above it. */
function captionsAbove(own: Tag, styles: WordStyles): boolean {
  let table = false
  for (const child of inside(own)) {
    if (child.name === 'w:tbl') table = true
    else if (isCaption(child, styles)) return !table
    else if (child.name !== 'w:p' || textOf(child).trim() !== '') table = false
  }
  return true
}

function styleOf(paragraph: Tag): string | undefined {
  return valOf(childOf(childOf(paragraph, 'w:pPr'), 'w:pStyle'))
}

/** A table with its caption as the cell across that names it. */
function named(table: Tag, caption: Tag | undefined): Tag[] {
  if (caption === undefined) return [table]
  const at = table.children.findIndex((child) => typeof child === 'object' && child.name === 'w:tr')
  const row = inside(table).find(({ name }) => name === 'w:tr')
  const widths = allOf(row, 'w:tc').map((cell) => valOf(childOf(childOf(cell, 'w:tcPr'), 'w:gridSpan')))
  const columns = widths.reduce((sum, width) => sum + (Number(width ?? 1) || 1), 0)
  if (columns < 2) return [caption, table]
  const name = rowAcross(caption, columns)
  return [{ ...table, children: [...table.children.slice(0, at), name, ...table.children.slice(at)] }]
}
