import type { Document } from '../../text/document.ts'
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

class SettingsReader {
  readonly #top = opened(1)
  /** Lines of another form. */
  readonly #other: Value[] = []
  readonly #comments: Comment[] = []
  readonly #anchors: Anchor[] = []

  read(text: string): Value[] {
    const top = new RecordSubject(this.#top)
    let open = this.#top
    let within = top
    for (const { line, at } of continued(text)) {
      const section = sectionOf(line)
      const [, key, rest = ''] = FIELD.exec(line) ?? []
      if (line.trim() === '') continue
      if (COMMENT.test(line)) this.#comments.push({ line: at, alone: true, text: line })
      else if (section !== undefined) {
        open = opened(at)
        within = new RecordSubject(open)
        this.#top.fields.push({ key: section.name.replace(/["']/gu, ''), value: open })
        this.#anchors.push({ line: at, subject: within, within: top, inner: within })
        this.#beside(section.beside, at)
      } else if (key === undefined) this.#line(line.trim(), at)
      else {
        const { value, beside } = valueAndNote(rest)
        const field: Field = {
          key: key.trimEnd().replace(/^["']|["']$/gu, ''),
          value: { kind: 'scalar', text: value, quoted: false, line: at },
        }
        open.fields.push(field)
        this.#anchors.push({ line: at, subject: new FieldSubject(field), within })
        this.#beside(beside, at)
      }
    }
    place(this.#comments, this.#anchors, top)
    return [this.#top, ...this.#other]
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
