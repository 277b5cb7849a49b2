import { MONTHS } from '../../text/calendar.ts'
import { clip } from '../../text/clip.ts'
import type { Document } from '../../text/document.ts'
import { latexWords } from './latex.ts'
import { lineCounter } from './lines.ts'
import { malformed } from './records.ts'
import { told } from './telling.ts'
import type { Field } from './values.ts'

const ENTRY = /@[ \t]*([A-Za-z]+)\s*[{(]/gu
/** "knuth84", "doi:10.1061/(ASCE)1", "Smith 2020", or none. */
const KEY = /[ \t\r\n]*([^,{}"=\n]{0,200}?)[ \t]*,/uy
const NAME = /[\s,]*([^\s=,{}"#()]+)\s*=\s*/uy
const WORD = /[^\s,{}"#()]+/uy
const JOIN = /\s*#\s*/uy
/** What ends a text, and an entry below one that nothing ends. */
const EDGE = /[{}"]|\n[ \t]*@[A-Za-z]+[ \t]*[{(]/gu
/** What programs note for themselves. */
const UNSAID = /^(?:bdsk-.*|mendeley-.*|file|owner|timestamp|date-(?:added|modified)|__.*)$/u
/** A dash or a tilde is one there. */
const ADDRESS = /^(?:url|doi|eprint|isbn|issn|howpublished-url)$/u
const PEOPLE = /^(?:author|editor|translator|advisor)$/u
/** "jan" for "January". */
const MONTH_NAMES = MONTHS.map(
  (name) => [name.slice(0, 3), `${name.charAt(0).toUpperCase()}${name.slice(1)}`] as const,
)

/** A bibliography (BibTeX): each entry as a record, called by its key and its title. @throws SyntaxError if it has no entry */
export function readBibliography(file: string, text: string): Document {
  const lineAt = lineCounter(text)
  const words = new Map<string, string>(MONTH_NAMES)
  const fields: Field[] = []
  let end = 0
  for (const { 0: begin, 1: type = '', index } of text.matchAll(ENTRY)) {
    if (index < end) continue
    const inner = index + begin.length
    if (/^(?:comment|preamble)$/iu.test(type)) {
      end = begin.endsWith('{') ? partAt(text, inner - 1, words).end : inner
      continue
    }
    const macro = /^string$/iu.test(type)
    const key = macro ? undefined : at(KEY, text, inner)
    if (!macro && key === undefined) continue
    const read = fieldsFrom(text, macro ? inner : KEY.lastIndex, words)
    end = read.end
    if (macro) for (const { name, value } of read.fields) words.set(name, value)
    else if (read.fields.length > 0) {
      const own = shownFields(type, read.fields, lineAt)
      const title = own.find((one) => one.key === 'title')?.value
      const names = [String(key), ...(title?.kind === 'scalar' ? [clip(title.text)] : [])]
      const called = names.filter((name) => name !== '').join(' · ')
      const line = lineAt(index)
      fields.push({ key: called, value: { kind: 'record', nameless: true, fields: own, line } })
    }
  }
  if (fields.length === 0) throw malformed('BibTeX', 'it has no entry')
  const record = { kind: 'record', nameless: true, fields, line: 1 } as const
  return { file, tree: { type: 'root', children: told([record]) } }
}

interface Read {
  readonly name: string
  readonly value: string
  readonly at: number
}

/** What a pattern finds at a place. */
function at(pattern: RegExp, text: string, from: number): string | undefined {
  pattern.lastIndex = from
  return pattern.exec(text)?.[1]
}

function fieldsFrom(
  text: string,
  from: number,
  words: ReadonlyMap<string, string>,
): { readonly fields: readonly Read[]; readonly end: number } {
  const fields: Read[] = []
  let end = from
  for (let name = at(NAME, text, end); name !== undefined; name = at(NAME, text, end)) {
    const start = NAME.lastIndex
    let value = ''
    end = start
    do {
      const part = partAt(text, end, words)
      value += part.text
      end = part.end
      JOIN.lastIndex = end
      if (!JOIN.test(text)) break
      end = JOIN.lastIndex
    } while (end < text.length)
    fields.push({ name: name.toLowerCase(), value, at: start })
  }
  return { fields, end }
}

/** A text in braces or quotes, a number, or the name of a text. */
function partAt(
  text: string,
  from: number,
  words: ReadonlyMap<string, string>,
): { readonly text: string; readonly end: number } {
  const first = text[from]
  if (first !== '{' && first !== '"') {
    WORD.lastIndex = from
    const word = WORD.exec(text)?.[0] ?? ''
    return { text: words.get(word.toLowerCase()) ?? word, end: from + word.length }
  }
  let depth = first === '{' ? 1 : 0
  EDGE.lastIndex = from + 1
  for (let edge = EDGE.exec(text); edge !== null; edge = EDGE.exec(text)) {
    if (edge[0] === '{') depth += 1
    else if (edge[0] === '}') depth -= 1
    else if (edge[0] !== '"') return { text: text.slice(from + 1, edge.index), end: edge.index }
    const ends = first === '{' ? depth === 0 : depth === 0 && edge[0] === '"'
    if (ends) return { text: text.slice(from + 1, edge.index), end: edge.index + 1 }
  }
  return { text: text.slice(from + 1), end: text.length }
}

function shownFields(type: string, all: readonly Read[], lineAt: (offset: number) => number): Field[] {
  const said = all.flatMap(({ name, value, at: offset }): Field[] => {
    const text = UNSAID.test(name) ? '' : shown(name, value.replace(/\s+/gu, ' ').trim())
    return text === ''
      ? []
      : [{ key: name, value: { kind: 'scalar', text, quoted: true, line: lineAt(offset) } }]
  })
  const line = lineAt(all[0]?.at ?? 0)
  const typed = said.some(({ key }) => key === 'type')
  const kind = {
    key: 'type',
    value: { kind: 'scalar', text: type.toLowerCase(), quoted: true, line },
  } as const
  return typed ? said : [...said, kind]
}

function shown(name: string, value: string): string {
  if (ADDRESS.test(name)) return value.replace(/[{}]|\\(?=[_%&#~])/gu, '')
  if (!PEOPLE.test(name)) return latexWords(value)
  return peopleIn(value)
    .map((one) => latexWords(one).replace(/^([^,]+), (?!Jr|Sr)([^,]+)$/u, '$2 $1'))
    .join(', ')
}

/** Those that "and" parts, but not within braces: "{Smith and Sons}" is one. */
function peopleIn(value: string): string[] {
  const found: string[] = []
  let depth = 0
  let from = 0
  for (const { 0: mark, index } of value.matchAll(/[{}]| and /giu)) {
    if (mark === '{') depth += 1
    else if (mark === '}') depth -= 1
    else if (depth === 0) {
      found.push(value.slice(from, index))
      from = index + mark.length
    }
  }
  return [...found, value.slice(from)]
}
