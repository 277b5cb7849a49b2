import { type Node, visit } from 'jsonc-parser'
import { type Anchor, type Comment, FieldSubject, place, RecordSubject, type Subject } from './placing.ts'
import { type Field, openedRecord, type Value } from './values.ts'

/** What the parser says of a file. */
export interface ReadJson {
  readonly root: Node
  readonly text: string
  readonly values: ReadonlyMap<Node, Value>
  /** By the node of a property. */
  readonly fields: ReadonlyMap<Node, Field>
  lineAt(offset: number): number
}

/** Tells the comments of a file of JSON where they belong. Those that belong to no record are in one of their own. */
export function tellComments(read: ReadJson): Value[] {
  const comments = commentsIn(read)
  if (comments.length === 0) return []
  const other = openedRecord(1)
  const around = new RecordSubject(other)
  const anchors: Anchor[] = []
  const inside = (node: Node, within: Subject): void => {
    for (const child of node.children ?? []) {
      const [, value] = child.type === 'property' ? (child.children ?? []) : [undefined, child]
      const field = read.fields.get(child)
      if (value === undefined) continue
      const subject = subjectOf(value) ?? (field === undefined ? within : new FieldSubject(field))
      const isInner = value.type === 'object' || value.type === 'array'
      // A comment in a list is about the list.
      anchors.push({
        line: read.lineAt(child.offset),
        subject,
        within,
        ...(isInner ? { inner: subject } : {}),
      })
      if (!isInner) continue
      inside(value, subject)
      // Once it is closed, comments are about what it stands in.
      anchors.push({ line: read.lineAt(value.offset + value.length), subject, within })
    }
  }
  const subjectOf = (node: Node): Subject | undefined => {
    const value = node.type === 'object' ? read.values.get(node) : undefined
    return value?.kind === 'record' ? new RecordSubject(value) : undefined
  }
  const top = subjectOf(read.root) ?? around
  anchors.push({ line: read.lineAt(read.root.offset), subject: top, within: top, inner: top })
  inside(read.root, top)
  place(comments, anchors, around)
  return other.fields.length === 0 && other.notes === undefined ? [] : [other]
}

/** The comments of a file in order, a line each. */
function commentsIn({ text, lineAt }: ReadJson): Comment[] {
  if (!text.includes('//') && !text.includes('/*')) return []
  const found: Comment[] = []
  visit(
    text,
    {
      onComment: (offset, length, _line, column) => {
        const line = lineAt(offset)
        const alone = column < INDENT_MAX && text.slice(offset - column, offset).trim() === ''
        const lines = text.slice(offset, offset + length).split(/\r\n|\n|\r/u)
        lines.forEach((own, i) => {
          found.push({ line: line + i, alone, text: `// ${bare(own)}` })
        })
      },
    },
    { allowTrailingComma: true },
  )
  return found
}

/** A comment that begins further in stands beside something. */
const INDENT_MAX = 400

/** Without its marks, and without the comma behind a setting that is commented out: `"strict": true, // as agreed`. */
function bare(line: string): string {
  const inner = line
    .trim()
    .replace(/^\/{2,}\s?|^\/\*+|^\*+(?!\/)/u, '')
    .replace(/\*+\/$/u, '')
  const [setting = inner, beside = ''] = split(inner)
  const value = /^\s*"[^"]{1,200}"\s*:/u.test(setting) ? setting.trimEnd().replace(/,$/u, '') : setting
  return beside === '' ? value : `${value} # ${beside}`
}

/** What stands before and inside another comment beside it. */
function split(text: string): readonly string[] {
  const at = text.search(/\s(?:\/\*|\/\/)/u)
  return at < 0
    ? [text]
    : [
        text.slice(0, at),
        text
          .slice(at + 3)
          .replace(/\*+\/\s*$/u, '')
          .trim(),
      ]
}
