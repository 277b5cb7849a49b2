import type { Document } from '../../text/document.ts'
import { indent } from '../../text/indent.ts'
import { type Anchor, type Comment, FieldSubject, place, RecordSubject } from './placing.ts'
import { type Field, told, type Value } from './telling.ts'

/** A record that is still filled. */
type Open = Value & { readonly kind: 'record'; fields: Field[] }

function opened(line: number): Open {
  return { kind: 'record', nameless: true, fields: [], line }
}

const COMMENT = /^\s*(?:[#;!]|\/\/)/u
const FIELD = /^\s*(?:export\s+|set\s+)?([^=:\s][^=:]*)[=:]\s*(.*)$/u

/**
 * Settings line by line: `key = value` below `[section]`, as in .ini, .conf, .properties and .env files. The comment above or
 * beside a field belongs to it. Lines of another form are kept as they are.
 */
export function readSettings(file: string, text: string): Document {
  return { file, tree: { type: 'root', children: told(new SettingsReader().read(text)) } }
}

/** The field that the next lines may go on with. */
interface Last {
  readonly value: { text: string }
  readonly indent: number
  /** Its value began with a bracket that nothing has closed. */
  bracket: boolean
  /** It has no value on its line, but a mark of equality. */
  readonly empty: boolean
  /** How many lines have gone on with it. */
  lines: number
}

/** A part of the file that is still read. */
interface Part {
  readonly record: Open
  readonly subject: RecordSubject
}

class SettingsReader {
  readonly #top = opened(1)
  /** Lines of another form. */
  readonly #other: Value[] = []
  readonly #comments: Comment[] = []
  readonly #anchors: Anchor[] = []
  /** The section, and the records between braces in it. */
  #open: Part[] = [{ record: this.#top, subject: new RecordSubject(this.#top) }]
  #last: Last | undefined

  read(text: string): Value[] {
    const [top] = this.#open as [Part]
    for (const { line, at } of continued(text)) {
      const section =
        this.#last?.bracket === true && this.#last.lines < LINES_MAX ? undefined : sectionOf(line)
      if (line.trim() === '') this.#last = undefined
      else if (COMMENT.test(line)) this.#comments.push({ line: at, alone: true, text: line })
      else if (section !== undefined) {
        this.#open = [top]
        this.#begin(section.name.replace(/["']/gu, ''), at)
        this.#beside(section.beside, at)
      } else if (this.#goesOn(line)) continue
      else if (/^\s*\}[;,]?\s*$/u.test(line) && this.#open.length > 1) this.#open.pop()
      else this.#own(line, at)
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
      this.#begin(bare(key), at)
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
          empty: /=\s*$/u.test(line),
          lines: 0,
        }
      this.#beside(beside, at)
    }
  }

  #begin(key: string, at: number): void {
    const record = opened(at)
    const subject = new RecordSubject(record)
    const around = this.#open.at(-1) as Part
    around.record.fields.push({ key, value: record })
    this.#anchors.push({ line: at, subject, within: around.subject, inner: subject })
    this.#open.push({ record, subject })
    this.#last = undefined
  }

  /** Whether a line goes on with the value above it: it is further in, or in its bracket. */
  #goesOn(line: string): boolean {
    const last = this.#last
    if (last === undefined || last.lines === LINES_MAX) return false
    const { value, bracket } = last
    if (bracket) {
      last.lines += 1
      last.bracket = !/^\s*\]/u.test(line)
      const item = line
        .trim()
        .replace(/^\]|,$/gu, '')
        .replace(/^(["'])(.*)\1$/u, '$2')
      if (item !== '') value.text = `${value.text}${value.text === '' ? '' : ', '}${item}`
      return true
    }
    if (indent(line) <= last.indent) return false
    if (FIELD.test(line) && !last.empty && !value.text.endsWith(',')) return false
    last.lines += 1
    const list = last.empty ? !/[,;.|&\\]$/u.test(value.text) && isShort(line) : false
    value.text = `${value.text}${value.text === '' ? '' : list ? ', ' : ' '}${line.trim()}`
    return true
  }

  #beside(text: string, line: number): void {
    if (text !== '') this.#comments.push({ line, alone: false, text })
  }

  /** What a comment says about a line of another form is a record of its own, above it. */
  #line(text: string, line: number): void {
    const above = opened(line)
    const subject = new RecordSubject(above)
    this.#other.push(above, { kind: 'scalar', text, quoted: false, line })
    this.#anchors.push({ line, subject, within: subject })
  }
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
  let open: { line: string; at: number } | undefined
  text.split(/\r\n|\n|\r/u).forEach((line, i) => {
    const whole: { line: string; at: number } =
      open === undefined ? { line, at: i + 1 } : { line: open.line + line.trim(), at: open.at }
    open = /[^\\]\\$/u.test(whole.line) ? { line: whole.line.slice(0, -1), at: whole.at } : undefined
    if (open === undefined) found.push(whole)
  })
  if (open !== undefined) found.push(open)
  return found
}
