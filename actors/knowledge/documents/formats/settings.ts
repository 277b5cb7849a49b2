import type { Document } from '../../text/document.ts'
import { indent } from '../../text/indent.ts'
import { readBlocks } from './directives.ts'
import { readHostsOrColumns, readOptions } from './option-lines.ts'
import { type Anchor, type Comment, FieldSubject, place, RecordSubject } from './placing.ts'
import { told } from './telling.ts'
import { type Field, type OpenRecord, openedRecord, type Value } from './values.ts'

const COMMENT = /^\s*(?:[#;!]|\/\/)/u
const FIELD = /^\s*(?:export\s+|set\s+)?([^=:\s][^=:]*)[=:]\s*(.*)$/u

/**
 * Settings line by line: `key = value` below `[section]`, as in .ini, .conf, .properties and .env files. The comment above or
 * beside a field belongs to it. Lines of another form are kept as they are.
 */
export function readSettings(file: string, text: string): Document {
  return (
    readHostsOrColumns(file, text) ??
    readBlocks(file, text) ??
    readOptions(file, text) ?? {
      file,
      tree: { type: 'root', children: told(valuesOf(file, text)) },
    }
  )
}

/** In .properties the characters of other languages, and backslashes, are escaped. */
function valuesOf(file: string, text: string): Value[] {
  const values = new SettingsReader().read(text)
  if (/\.properties\b/iu.test(file)) for (const value of values) unescapeAll(value)
  return values
}

function unescapeAll(value: Value): void {
  if (value.kind === 'scalar') value.text = unescaped(value.text)
  else if (value.kind === 'record')
    for (const field of value.fields) {
      field.key = unescaped(field.key)
      unescapeAll(field.value)
    }
}

/** "M\\u00fcller" is "Müller"; the single backslashes of a path were meant as such. */
function unescaped(text: string): string {
  if (!text.includes('\\') || /^\p{L}:\\(?!\\)/u.test(text)) return text
  return text.replace(/\\(?:u([\dA-Fa-f]{4})|([\\:=#!'" ])|([nrt]))/gu, (_, code, sign) =>
    code === undefined ? (sign ?? ' ') : String.fromCharCode(Number.parseInt(code, 16)),
  )
}

/** The field that the next lines may go on with. */
interface Last {
  readonly value: { text: string }
  readonly indent: number
  /** Its value began with a bracket that nothing has closed. */
  bracket: boolean
  /** The last character of its value: to look for it there would copy all of a value that grows. */
  end: string
  /** It has no value on its line, but a mark of equality. */
  readonly empty: boolean
  /** How many lines have gone on with it. */
  lines: number
}

/** A part of the file that is still read. */
interface Part {
  readonly record: OpenRecord
  readonly subject: RecordSubject
  /** It ends with a brace. */
  readonly braced: boolean
}

class SettingsReader {
  readonly #top = openedRecord(1)
  /** Lines of another form. */
  readonly #other: Value[] = []
  readonly #comments: Comment[] = []
  readonly #anchors: Anchor[] = []
  /** The section, and the records between braces in it. */
  #open: Part[] = [{ record: this.#top, subject: new RecordSubject(this.#top), braced: false }]
  #last: Last | undefined

  read(text: string): Value[] {
    const [top] = this.#open as [Part]
    for (const { line, at } of continued(text)) {
      if (this.#last?.bracket === true && isOutside(line, this.#last)) this.#endList(this.#last)
      const section =
        this.#last?.bracket === true && this.#last.lines < LINES_MAX ? undefined : sectionOf(line)
      if (line.trim() === '') {
        if (this.#last?.bracket !== true) this.#last = undefined
      } else if (COMMENT.test(line)) {
        const within = (this.#open.at(-1) as Part).subject
        this.#comments.push({ line: at, alone: true, text: line, within })
      } else if (section !== undefined) {
        this.#open = [top]
        this.#begin(section.name.replace(/["']/gu, ''), at, false)
        this.#beside(section.beside, at)
      } else if (this.#goesOn(line, at)) continue
      else if (/^\s*\}[;,]?\s*$/u.test(line) && this.#open.length > 1) {
        // Else it closes what was read as a value: "x = main {".
        if (this.#open.at(-1)?.braced === true) this.#open.pop()
      } else this.#own(line, at)
    }
    place(this.#comments, this.#anchors, top.subject)
    return [this.#top, ...this.#other]
  }

  /** A line that begins a setting, or has another form. */
  #own(line: string, at: number): void {
    const [, key, rest = ''] = FIELD.exec(line) ?? []
    const inSection = this.#open.length > 1
    this.#last = undefined
    if (key === undefined && !(inSection && isShort(line))) this.#line(line.trim(), at)
    else if (key !== undefined && rest.trim() === '{' && this.#open.length < DEPTH_MAX)
      this.#begin(bare(key), at, true)
    else {
      const { value, beside } = key === undefined ? { value: line.trim(), beside: '' } : valueAndNote(rest)
      const field: Field & { readonly value: { text: string } } = {
        key: bare(key ?? ''),
        value: { kind: 'scalar', text: value === '[' ? '' : value, quoted: false, line: at },
      }
      const part = this.#open.at(-1) as Part
      part.record.fields.push(field)
      this.#anchors.push({ line: at, subject: new FieldSubject(field), within: part.subject })
      if (key !== undefined)
        this.#last = {
          value: field.value,
          indent: indent(line),
          bracket: value === '[',
          end: value.slice(-1),
          empty: /=\s*$/u.test(line),
          lines: 0,
        }
      this.#beside(beside, at)
    }
  }

  #begin(key: string, at: number, braced: boolean): void {
    const record = openedRecord(at)
    const subject = new RecordSubject(record)
    const around = this.#open.at(-1) as Part
    around.record.fields.push({ key, value: record })
    this.#anchors.push({ line: at, subject, within: around.subject, inner: subject })
    this.#open.push({ record, subject, braced })
    this.#last = undefined
  }

  /** Nothing has closed its bracket. If nothing stands in it, the bracket is the value. */
  #endList({ value }: Last): void {
    if (value.text === '') value.text = '['
    this.#last = undefined
  }

  /** Whether a line goes on with the value above it: it is further in, or in its bracket. */
  #goesOn(line: string, at: number): boolean {
    const last = this.#last
    if (last === undefined || last.lines === LINES_MAX) return false
    const { value, bracket } = last
    if (bracket) {
      last.lines += 1
      const end = endOfList(line)
      last.bracket = end === undefined
      const item = (end?.item ?? line)
        .trim()
        .replace(/,$/u, '')
        .replace(/^(?:"([^"]*)"|'([^']*)')$/u, '$1$2')
      if (item !== '') {
        value.text = `${value.text}${value.text === '' ? '' : ', '}${item}`
        last.end = item.slice(-1)
      }
      this.#beside(end?.beside ?? '', at)
      return true
    }
    if (indent(line) <= last.indent) return false
    if (FIELD.test(line) && !last.empty && last.end !== ',') return false
    last.lines += 1
    const list = last.empty && !/[,;.|&\\]/u.test(last.end) && isShort(line)
    value.text = `${value.text}${value.text === '' ? '' : list ? ', ' : ' '}${line.trim()}`
    last.end = line.trimEnd().slice(-1)
    return true
  }

  #beside(text: string, line: number): void {
    if (text !== '') this.#comments.push({ line, alone: false, text })
  }

  /** What a comment says about a line of another form is a record of its own, above it. */
  #line(text: string, line: number): void {
    const above = openedRecord(line)
    const subject = new RecordSubject(above)
    this.#other.push(above, { kind: 'scalar', text, quoted: false, line })
    this.#anchors.push({ line, subject, within: subject })
  }
}

/** "port = 80", "port: 80", but not the items "10.0.0.1:80" and "http://a". */
const BEGINS_FIELD = /^\s*(?:[\p{L}\p{N}_.-][^=:]*=|[\p{L}_][^=:]*:(?!\/\/))/u

/** Whether a field or section begins that is no further in than the list above it, which nothing has closed. */
function isOutside(line: string, list: Last): boolean {
  if (indent(line) > list.indent) return false
  if (BEGINS_FIELD.test(line)) return !line.trimEnd().endsWith(',')
  const section = sectionOf(line)
  return section !== undefined && !/["',]/u.test(section.name)
}

/** What stands before the bracket that closes a list, and the comment beside it. Brackets that open on the line close others. */
function endOfList(line: string): { readonly item: string; readonly beside: string } | undefined {
  let depth = 0
  for (const { 0: bracket, index } of line.matchAll(/[[\]]/gu)) {
    if (bracket === '[') depth += 1
    else if (depth > 0) depth -= 1
    else {
      const item = line.slice(0, index)
      const after = line.slice(index + 1)
      const [end, beside = ''] = /^(?:\s*[,;])?\s*([#;].*)?$/su.exec(after) ?? []
      if (end !== undefined) return { item, beside }
      if (item.trim() === '') return { item: after, beside: '' }
    }
  }
  return undefined
}

/** A longer line is text. */
function isShort(text: string): boolean {
  return text.trim().split(/\s+/u).length <= SHORT_WORDS_MAX
}

const SHORT_WORDS_MAX = 8
/** Each line is added to all before it. */
const LINES_MAX = 500
const DEPTH_MAX = 50

function bare(key: string): string {
  return key.trimEnd().replace(/^["']|["']$/gu, '')
}

/** The name in `[name]` or `[[name]]`, maybe with a comment beside it. */
function sectionOf(line: string): { readonly name: string; readonly beside: string } | undefined {
  const text = line.trim()
  if (!text.startsWith('[')) return undefined
  const inner = text.replace(/^\[+/u, '')
  // What stands between brackets without an end is searched once, however many there are.
  for (const { 0: brackets, index } of inner.matchAll(/\]+/gu)) {
    const name = inner.slice(0, index).trim()
    const beside = inner.slice(index + brackets.length).trim()
    if (name !== '' && /^(?:$|[;#])/u.test(beside)) return { name, beside }
  }
  return undefined
}

/** A value without its quotes, and the comment beside it. */
function valueAndNote(rest: string): { value: string; beside: string } {
  // "colour=#fff" has a value.
  if (/^[;#]\s/u.test(rest)) return { value: '', beside: rest }
  const [, , quoted, after = ''] = /^(["'])(.*?)\1\s*([;#].*)?$/u.exec(rest) ?? []
  if (quoted !== undefined) return { value: quoted, beside: after }
  const [, value = rest, beside = ''] = /^(.*?)(\s[;#].*)?$/u.exec(rest) ?? []
  return { value: value.trim(), beside }
}

/** Lines, of which a backslash at the end continues the next. */
function continued(text: string): { line: string; at: number }[] {
  const found: { line: string; at: number }[] = []
  // Joined once: a line may go on over all of a file.
  let open: { readonly parts: string[]; readonly at: number } | undefined
  const close = () => {
    if (open !== undefined) found.push({ line: open.parts.join(''), at: open.at })
    open = undefined
  }
  text.split(/\r\n|\n|\r/u).forEach((line, i) => {
    const part = open === undefined ? line : line.trim()
    const goesOn = part.endsWith('\\') && !part.endsWith('\\\\') && (open !== undefined || part.length > 1)
    open ??= { parts: [], at: i + 1 }
    open.parts.push(goesOn ? part.slice(0, -1) : part)
    if (!goesOn) close()
  })
  close()
  return found
}
