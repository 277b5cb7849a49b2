import type { Document } from '../../text/document.ts'
import { noteText } from './comments.ts'
import { type Field, told, type Value } from './telling.ts'

/** A record that is still filled. */
interface Open {
  readonly kind: 'record'
  readonly nameless: true
  readonly fields: Field[]
  readonly line: number
  note?: string
}

const COMMENT = /^\s*(?:[#;!]|\/\/)/u
const FIELD = /^\s*(?:export\s+|set\s+)?([^=:\s][^=:]*)[=:]\s*(.*)$/u

/**
 * Settings line by line: `key = value` below `[section]`, as in .ini, .conf, .properties and .env files. The comment above or
 * beside a field belongs to it. Lines of another form are kept as they are.
 */
export function readSettings(file: string, text: string): Document {
  const top: Open = { kind: 'record', nameless: true, fields: [], line: 1 }
  const other: Value[] = []
  let open = top
  let comment = ''
  continued(text).forEach(({ line: own, at }) => {
    const section = sectionOf(own)
    const [, key, rest = ''] = FIELD.exec(own) ?? []
    if (own.trim() === '') {
      // Nothing stands below it, so it is about all that follows.
      const note = noteText(comment)
      if (note !== '' && open.note === undefined && open.fields.length === 0) open.note = note
      comment = ''
    } else if (COMMENT.test(own)) comment = `${comment}\n${own}`
    else if (section !== undefined) {
      open = { kind: 'record', nameless: true, fields: [], line: at }
      const note = noteText(comment)
      if (note !== '') open.note = note
      top.fields.push({ key: section.replace(/["']/gu, ''), value: open })
      comment = ''
    } else if (key === undefined) {
      other.push({ kind: 'scalar', text: own.trim(), quoted: false, line: at })
      comment = ''
    } else {
      const { value, beside } = valueAndNote(rest)
      const note = noteText(comment === '' ? beside : comment)
      open.fields.push({
        key: key.trimEnd().replace(/^["']|["']$/gu, ''),
        value: { kind: 'scalar', text: value, quoted: false, line: at },
        ...(note === '' ? {} : { note }),
      })
      comment = ''
    }
  })
  return { file, tree: { type: 'root', children: told([top, ...other]) } }
}

/** The name in `[name]` or `[[name]]`, maybe with a comment beside it. */
function sectionOf(line: string): string | undefined {
  const text = line.trim()
  if (!text.startsWith('[')) return undefined
  const inner = text.replace(/^\[+/u, '')
  // What stands between brackets without an end is searched once, however many there are.
  for (const { 0: brackets, index } of inner.matchAll(/\]+/gu)) {
    const name = inner.slice(0, index).trim()
    if (name !== '' && /^\s*(?:$|[;#])/u.test(inner.slice(index + brackets.length))) return name
  }
  return undefined
}

/** A value without its quotes, and the comment beside it. */
function valueAndNote(rest: string): { value: string; beside: string } {
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
