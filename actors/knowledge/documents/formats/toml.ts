import { type AST, parseTOML } from 'toml-eslint-parser'
import type { Document } from '../../text/document.ts'
import { type Anchor, FieldSubject, ItemSubject, place, RecordSubject, type Subject } from './placing.ts'
import { malformed } from './records.ts'
import { told } from './telling.ts'
import type { Field, Value } from './values.ts'

/** A record that is still filled. */
interface Open {
  readonly kind: 'record'
  fields: Field[]
  readonly line: number
  /** Records and lists of records among its fields, by key. */
  readonly inner: Map<string, Open | Items>
  readonly subject: Subject
}

/** A list of tables that is still filled. */
interface Items {
  readonly kind: 'list'
  readonly items: Open[]
  readonly line: number
}

/** @throws SyntaxError naming the line */
export function readToml(file: string, text: string): Document {
  const reader = new TomlReader(text)
  return { file, tree: { type: 'root', children: told([reader.read()]) } }
}

class TomlReader {
  readonly #text: string
  readonly #anchors: Anchor[] = []

  constructor(text: string) {
    this.#text = text
  }

  read(): Value {
    const top = this.#opened(1)
    const { body, comments } = this.#parsed()
    for (const part of body[0].body) {
      if (part.type === 'TOMLKeyValue') this.#field(top, part)
      else {
        const table = this.#at(top, part.resolvedKey, part.loc.start.line)
        const { subject } = table
        this.#anchors.push({ line: part.loc.start.line, subject, within: top.subject, inner: subject })
        for (const field of part.body) this.#field(table, field)
      }
    }
    place(
      comments.map(({ value, loc, range }) => ({
        line: loc.start.line,
        alone: this.#text.slice(range[0] - loc.start.column, range[0]).trim() === '',
        text: `#${value}`,
      })),
      this.#anchors,
      top.subject,
    )
    return top
  }

  #opened(line: number): Open {
    const record = {
      kind: 'record' as const,
      fields: [] as Field[],
      line,
      inner: new Map<string, Open | Items>(),
    }
    return Object.assign(record, { subject: new RecordSubject(record) })
  }

  #parsed(): AST.TOMLProgram {
    try {
      return parseTOML(this.#text)
    } catch (error) {
      const { message, lineNumber } = error as { message: string; lineNumber?: number }
      throw malformed('TOML', `${message}${lineNumber === undefined ? '' : ` on line ${lineNumber}`}`)
    }
  }

  /** The record at a path; a number stands for an item of a list. */
  #at(from: Open, path: readonly (string | number)[], line: number): Open {
    let own = from
    path.forEach((key, i) => {
      if (typeof key === 'number') return
      const item = typeof path[i + 1] === 'number' ? (path[i + 1] as number) : undefined
      const known = own.inner.get(key)
      if (item === undefined && known?.kind === 'record') own = known
      else if (item !== undefined && known?.kind === 'list' && known.items[item] !== undefined)
        own = known.items[item]
      else {
        const made = this.#opened(line)
        // What heads settings of a table ends before the line on which another begins.
        if (own !== from) own.subject.begin?.({ text: '', line: line - 0.5 })
        if (item !== undefined && known?.kind === 'list') known.items.push(made)
        else {
          const value: Open | Items = item === undefined ? made : { kind: 'list', items: [made], line }
          own.fields.push({ key, value })
          own.inner.set(key, value)
        }
        own = made
      }
    })
    return own
  }

  #field(into: Open, { key, value, loc }: AST.TOMLKeyValue): void {
    const names = key.keys.map((one) => (one.type === 'TOMLBare' ? one.name : one.value))
    const name = names.pop() ?? ''
    const record = this.#at(into, names, loc.start.line)
    const field: Field = { key: name, value: { kind: 'list', items: [], line: loc.start.line } }
    const anchor = { subject: new FieldSubject(field), within: record.subject }
    record.fields.push(field)
    this.#anchors.push({ line: loc.start.line, ...anchor })
    const before = this.#anchors.length
    field.value = this.#value(value)
    // Beside what stands on one line with it, and no longer in what its value holds.
    if (loc.end.line > loc.start.line || this.#anchors.length > before || value.type === 'TOMLInlineTable')
      this.#anchors.push({ line: loc.end.line, ...anchor })
  }

  #value(node: AST.TOMLContentNode): Value {
    const { line } = node.loc.start
    if (node.type === 'TOMLArray') return { kind: 'list', items: this.#items(node), line }
    if (node.type === 'TOMLInlineTable') {
      const own = this.#opened(line)
      for (const field of node.body) this.#field(own, field)
      return own
    }
    const quoted = node.kind === 'string'
    // As written: 1_000 and 2024-01-02 keep their form.
    const text = quoted ? String(node.value) : this.#text.slice(...node.range)
    return { kind: 'scalar', text, quoted, line }
  }

  /** A comment beside an item that stands on a line of its own is about it. */
  #items({ elements, loc }: AST.TOMLArray): Value[] {
    const whole = this.#anchors.at(-1)
    return elements.map((one) => {
      const value = this.#value(one)
      if (value.kind === 'scalar' && whole !== undefined && value.line > loc.start.line)
        this.#anchors.push({ ...whole, line: value.line, subject: new ItemSubject(value) })
      return value
    })
  }
}
