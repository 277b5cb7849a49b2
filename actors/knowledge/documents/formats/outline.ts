import type { Document } from '../../text/document.ts'
import { indent } from '../../text/indent.ts'
import { holdsOnly, isReferenceLine } from '../../text/references.ts'
import { filledLines } from './asciidoc-source.ts'
import { type OpenTable, rowsOf } from './asciidoc-tables.ts'
import { linesOf } from './lines.ts'
import { readLight } from './markdown.ts'
import { markdownTable } from './markdown-table.ts'
import { substitutionsOf } from './rst-substitutions.ts'
import { rstTableAt } from './rst-tables.ts'
import { withGlossaries, withSharedTerms } from './shared-terms.ts'

/**
 * Light markup is written as Markdown, line by line, so that lines stay where they are: headings, tables, fields and code of
 * AsciiDoc and reStructuredText. What has no counterpart stays as it was written.
 */
export function readAsciiDoc(file: string, text: string): Document {
  let table: OpenTable | undefined
  let inHead = true
  // The block that a title stands above is written as a quotation below it.
  let quoted = ''
  let count = 0
  const found: string[] = []
  const items = new Continued()
  const lines = withSharedTerms(filledLines(linesOf(text)))
  lines.forEach((line, i) => {
    const [, sign = ''] = TABLE.exec(line.trim()) ?? []
    if (line.trim() === '' && found.length > 0) inHead = false
    if (table !== undefined && sign !== '') {
      for (const row of padded(rowsOf(table), table.lines.length + 2)) found.push(row)
      table = undefined
    } else if (table !== undefined) table.lines.push(line)
    else if (sign !== '') table = { sign, kind: lines[i - 1] ?? '', lines: [] }
    else {
      const written = items.place(line, (inHead ? attributeOf(line) : undefined) ?? asciiDocLine(line))
      if (quoted === '' && count < QUOTED_MAX && DELIMITER.test(line) && isTitled(lines, i)) {
        quoted = line.trimEnd()
        count += 1
      } else if (quoted !== '' && line.trimEnd() === quoted) quoted = ''
      found.push(quoted === '' || DELIMITER.test(line) ? written : `> ${written}`)
    }
  })
  for (const line of table?.lines ?? []) found.push(line)
  return readLight(file, found.join('\n'))
}

/** A text for people has no more such blocks, and each quotation below a title takes longer than the one before. */
const QUOTED_MAX = 500

/** The first and the last line of a table. */
const TABLE = /^([|,:])={3,}$/u
/** Those of an example, a sidebar, a quotation or another block that holds text. */
const DELIMITER = /^(?:={4,}|\*{4,}|_{4,}|--)\s*$/u
const BLOCK_TITLE = /^\.([\p{L}\p{N}].*)$/u

/** Whether a title stands above a line, maybe with what kind of block it is. */
function isTitled(lines: readonly string[], at: number): boolean {
  const above = /^\[[^\]]*\]$/u.test((lines[at - 1] ?? '').trim()) ? at - 2 : at - 1
  return BLOCK_TITLE.test(lines[above] ?? '')
}

/** A line with a plus alone continues the item above it: code or a text that belongs to it. */
class Continued {
  /** Where the text of the item begins. */
  #column = 0
  #state: 'out' | 'next' | 'text' | 'code' = 'out'

  /** A line as Markdown has it, further in if it belongs to an item. */
  place(line: string, written: string): string {
    const [, marks = ''] = /^(\.{1,3}|\*{1,5}|-)\s/u.exec(line) ?? []
    const fence = written === '```'
    if (line.trim() === '+') {
      if (this.#column > 0) this.#state = 'next'
      return ''
    }
    if (marks !== '' && this.#state !== 'code') {
      this.#column = (marks.startsWith('.') ? 3 : 2) * marks.length
      this.#state = 'out'
    } else if (fence && (this.#state === 'next' || this.#state === 'text')) this.#state = 'code'
    // "[source,bash]" above its code.
    else if (this.#state === 'next') this.#state = written === '' ? 'next' : 'text'
    else if (this.#state === 'code' ? fence : line.trim() === '') {
      const last = this.#state === 'code' ? ' '.repeat(this.#column) : ''
      this.#state = 'out'
      return last + written
    }
    const within = this.#state === 'text' || this.#state === 'code'
    return within && written !== '' ? ' '.repeat(this.#column) + written : written
  }
}

/** Attributes that are about how a document is set. */
const FORMAL =
  /^(?:toc.*|sect.*|icons?.*|.*dir|doctype|id.*|.*highlight.*|.*-caption|.*-signifier|experimental|.*-missing|.*style.*|linkcss|data-uri|no.*|lang|encoding|hide-.*|table-.*|ur[il].*|pdf-.*|outlinelevels|partnums|leveloffset|stem|math.*|page-.*|favicon|docinfo.*|webfonts|reproducible|showtitle|imagesdir|xrefs.*|allow-.*|figure.*|chapter.*|listing.*)$/u

/** ":contact: Ada Roe", below the title. */
function attributeOf(line: string): string | undefined {
  const [, key = '', value = ''] = /^:([\p{L}][\w-]*):\s+(\S.*)$/u.exec(line) ?? []
  return key === '' || FORMAL.test(key) || value.includes('{') ? undefined : `- ${key}: ${value}`
}

/** "<<lock,Child lock>>", "xref:lock.adoc[Child lock]". */
const ASCIIDOC_REFERENCE = /<<[^<>]{1,200}>>|(?:xref|link):[^\s[]{1,200}\[[^\]]*\]/gu

function asciiDocLine(line: string): string {
  const [, marks = '', heading = ''] = /^(={1,6})\s+(.*?)\s*=*$/u.exec(line) ?? []
  if (marks !== '') return headingOf(marks.length, heading)
  if (/^:[\w!-]+:/u.test(line) || /^\/\/(?!\/)/u.test(line) || /^\[[^\]]*\]$/u.test(line.trim())) return ''
  if (/^(?:-{4,}|\.{4,}|`{3,})\s*$/u.test(line)) return '```'
  if (DELIMITER.test(line) || isReferenceLine(line, ASCIIDOC_REFERENCE)) return ''
  const [, dots = '', item = ''] = /^(\.{1,3})\s+(.*)$/u.exec(line) ?? []
  if (dots !== '') return `${'   '.repeat(dots.length - 1)}1. ${item}`
  const [, block = ''] = BLOCK_TITLE.exec(line) ?? []
  if (block !== '') return /[:?!]\s*$/u.test(block) ? block : `${block.replace(/[.\s]+$/u, '')}:`
  return unquoted(line)
    .replace(/^(\*{2,5})\s/u, (_, stars: string) => `${'  '.repeat(stars.length - 1)}* `)
    .replace(/(?:https?:[^\s[]+|link:[^\s[]+|<<[^,>]+,)\[?([^\]>]+)(?:\]|>>)/gu, '$1')
    .replace(/(?<=[\p{L}\p{N}])~([^~\s]{1,10})~/gu, '$1')
    .replace(/^(.+?)::\s+/u, '- $1: ')
}

const UNDERLINE = /^([=\-`:.'"~^_*+#<>])\1{2,}\s*$/u

/** @see readAsciiDoc */
export function readRst(file: string, text: string): Document {
  const lines = withGlossaries(linesOf(text))
  const found: string[] = []
  const marks: string[] = []
  const { ends, fill } = substitutionsOf(lines)
  const say = (text: string) => rstLine(fill(text))
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines[i] as string
    const next = lines[i + 1] ?? ''
    const defined = ends.get(i)
    if (defined !== undefined) {
      for (; i < defined; i += 1) found.push('')
      i -= 1
      continue
    }
    const table = rstTableAt(lines, i)
    if (table !== undefined) {
      const title = table.title === undefined ? [] : [`${say(table.title)}:`, '']
      const rows = table.rows.map((row) => row.map(say))
      for (const row of padded([...title, ...markdownTable(rows)], table.lines)) found.push(row)
      i += table.lines - 1
    } else if (UNDERLINE.test(line) && lines[i + 2]?.trim() === line.trim() && next.trim() !== '') {
      found.push('', headingOf(levelOf(marks, `${line[0]}${line[0]}`), fill(next.trim())), '')
      i += 2
    } else if (/^\S/u.test(line) && UNDERLINE.test(next) && next.trim().length >= line.trim().length - 1) {
      found.push(headingOf(levelOf(marks, next[0] as string), fill(line)), '')
      i += 1
    } else if (COMMENT.test(line)) i = comment(lines, i, found)
    else if (SEE_ALSO.test(line) && endOfReferences(lines, i) > i) {
      const end = endOfReferences(lines, i)
      for (; i < end; i += 1) found.push('')
      i -= 1
    } else if (NOTE.test(line) || isReferenceLine(line, RST_REFERENCE)) found.push('')
    else if (/::\s*$/u.test(line) && next.trim() === '' && /^\s+\S/u.test(lines[i + 2] ?? ''))
      i = literal(lines, i, found, say)
    else if (isTerm(lines, i)) {
      const end = endOfMeaning(lines, i + 1)
      const meaning = lines.slice(i + 1, end).map((one) => say(one).trim())
      for (const one of padded([`- ${say(line)}: ${meaning.join(' ')}`], end - i)) found.push(one)
      i = end - 1
    } else found.push(say(line))
  }
  return readLight(file, found.join('\n'))
}

/** ".. The limit was 42.", but no directive, target, footnote or substitution. */
const COMMENT = /^\s*\.\.(?:\s*$|\s+(?![\w:+.-]+::|_|__|\[|\|)\S)/u
/** A directive that holds text, which begins below it. */
const NOTE =
  /^\s*\.\.\s+(?:admonition|attention|caution|container|danger|error|hint|important|note|only|seealso|sidebar|tip|todo|topic|warning)::\s*$/u

const SEE_ALSO = /^\s*\.\.\s+seealso::/u
/** ":doc:`lock`", "`Child lock`_", "batteries_". */
const RST_REFERENCE = /:[\w:-]{1,40}:`[^`]+`|`[^`]+`_{1,2}|(?<![\w`])\p{L}[\p{L}\p{N}-]{0,60}_(?!\w)/gu
const REFERENCE_LINES_MAX = 40

/** Where a directive ends that holds nothing but references; else where it begins. */
function endOfReferences(lines: readonly string[], at: number): number {
  const far = indent(lines[at] as string)
  let end = at + 1
  while (end < lines.length && ((lines[end] as string).trim() === '' || indent(lines[end] as string) > far)) {
    if (end - at > REFERENCE_LINES_MAX) return at
    end += 1
  }
  const held = [(lines[at] as string).replace(SEE_ALSO, ''), ...lines.slice(at + 1, end)].join(' ')
  return holdsOnly(held, RST_REFERENCE) ? end : at
}

/** A comment, with the lines below it that are further in. */
function comment(lines: readonly string[], at: number, found: string[]): number {
  const far = indent(lines[at] as string)
  const bare = /^\s*\.\.\s*$/u.test(lines[at] as string)
  found.push('')
  let end = at + 1
  // Two dots alone, above a blank line, hold nothing.
  if (bare && (lines[end] ?? '').trim() === '') return at
  while (end < lines.length && ((lines[end] as string).trim() === '' || indent(lines[end] as string) > far)) {
    found.push('')
    end += 1
  }
  return end - 1
}

/** A term or option, with its indented description on the next line, below a blank line or another description. */
function isTerm(lines: readonly string[], i: number): boolean {
  const [before = '', line = '', next = ''] = [lines[i - 1], lines[i], lines[i + 1]]
  return (
    /^(?:\s|$)/u.test(before) &&
    /^(?!\.\.\s|[-*+]\s|(?:\d+|#)[.)]\s|\|)\S/u.test(line) &&
    /^\s{2,}\S/u.test(next)
  )
}

/** Where the lines of a description end that run on. */
function endOfMeaning(lines: readonly string[], from: number): number {
  let end = from + 1
  while (/^\s{2,}(?![-*+]\s|(?:\d+|#)[.)]\s|\.\.\s|:\S|\|)\S/u.test(lines[end] ?? '')) end += 1
  return end
}

/** A line that ends in two colons, and the indented block below it as code. */
function literal(
  lines: readonly string[],
  at: number,
  found: string[],
  say: (text: string) => string,
): number {
  const line = lines[at] as string
  const directive = /^\s*\.\.\s/u.test(line)
  found.push(directive ? '' : say(line.replace(/::\s*$/u, ':')), '```')
  let end = at + 2
  while (end < lines.length && (/^\s/u.test(lines[end] as string) || lines[end] === '')) end += 1
  while (lines[end - 1]?.trim() === '') end -= 1
  for (const one of lines.slice(at + 2, end)) found.push(one.replace(/^\s{1,4}/u, ''))
  // The empty line below is the place for the end of the code.
  found.push('```')
  return end >= lines.length || (lines[end] as string).trim() === '' ? end : end - 1
}

function rstLine(line: string): string {
  return unquoted(line)
    .replace(/^(\s*)#\.\s+(?=\S)/u, (_, space: string) => `${space}1. `)
    .replace(/^\s*\.\.\s+(?:code(?:-block)?|image|figure|toctree|contents|include|_[^:]+)::?.*$/u, '')
    .replace(/^\s*\.\.\s+table::\s*(\S.*)$/u, '$1:')
    .replace(/^(\s*)\.\.\s+([\w-]+)::\s*/u, (_, space: string, kind: string) =>
      /^(?:note|warning|tip|important|caution|danger|hint|attention)$/u.test(kind)
        ? space
        : `${space}${kind}: `,
    )
    .replace(/^\s*:([^:\s][^:]*):\s+(?=\S)/u, '- $1: ')
    .replace(/``([^`]+)``/gu, '`$1`')
    .replace(/:[\w:-]+:`([^`<]+?)(?:\s*<[^>]*>)?`/gu, '$1')
    .replace(/`([^`<]+?)\s*<[^>]*>`_{1,2}/gu, '$1')
    .replace(/`([^`]+)`_{1,2}/gu, '$1')
    .replace(/^\s{2,}(?=\S)(?![-*+]\s|\d+[.)]\s)/u, '')
}

function levelOf(marks: string[], mark: string): number {
  if (!marks.includes(mark)) marks.push(mark)
  return marks.indexOf(mark) + 1
}

export function headingOf(level: number, text: string): string {
  return `${'#'.repeat(Math.min(6, level))} ${text.trim()}`
}

/** A quotation mark of Markdown, or its indented code, means nothing here. */
export function unquoted(line: string): string {
  return line.replace(/^(\s*)>/u, '$1\\>')
}

/** As many lines as the table had. */
function padded(lines: readonly string[], count: number): string[] {
  return [...lines, ...Array.from({ length: Math.max(0, count - lines.length) }, () => '')]
}
