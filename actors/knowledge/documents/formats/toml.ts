import { type AST, parseTOML } from 'toml-eslint-parser'
import type { Document } from '../../text/document.ts'
import { noteText } from './comments.ts'
import { malformed } from './records.ts'
import { type Field, told, type Value } from './telling.ts'

/** A record that is still filled. */
interface Open {
  readonly kind: 'record'
  readonly fields: Field[]
  readonly line: number
  /** Records and lists of records among its fields, by key. */
  readonly inner: Map<string, Open | Items>
  note?: string
}

/** A list of tables that is still filled. */
interface Items {
  readonly kind: 'list'
  readonly items: Open[]
  readonly line: number
}

function opened(line: number): Open {
  return { kind: 'record', fields: [], line, inner: new Map() }
}

/** @throws SyntaxError naming the line */
export function readToml(file: string, text: string): Document {
  const reader = new TomlReader(text)
  return { file, tree: { type: 'root', children: told([reader.read()]) } }
}

/** Nobody writes more about one thing. */
const COMMENT_LINES_MAX = 100

class TomlReader {
  readonly #text: string
  readonly #top = opened(1)
  /** Comments by their line. */
  readonly #comments = new Map<number, string>()
  /** Lines that hold nothing else. */
  readonly #alone = new Set<number>()

  constructor(text: string) {
    this.#text = text
  }

  read(): Value {
    const { body, comments } = this.#parsed()
    for (const { value, loc, range } of comments) {
      this.#comments.set(loc.start.line, value)
      if (this.#text.slice(range[0] - loc.start.column, range[0]).trim() === '')
        this.#alone.add(loc.start.line)
    }
    for (const part of body[0].body) {
      if (part.type === 'TOMLKeyValue') this.#field(this.#top, part)
      else {
        const table = this.#at(this.#top, part.resolvedKey, part.loc.start.line)
        const note = noteText(this.#above(part.loc.start.line))
        if (note !== '') table.note = note
        for (const field of part.body) this.#field(table, field)
      }
    }
    return this.#top
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
        const made = opened(line)
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
    const note = noteText(this.#above(loc.start.line) || (this.#comments.get(loc.end.line) ?? ''))
    record.fields.push({ key: name, value: this.#value(value), ...(note === '' ? {} : { note }) })
  }

  /** The comment on the lines above a line. */
  #above(line: number): string {
    const lines: string[] = []
    for (let at = line - 1; this.#alone.has(at) && lines.length < COMMENT_LINES_MAX; at -= 1)
      lines.push(this.#comments.get(at) ?? '')
    return lines.reverse().join('\n')
  }

  #value(node: AST.TOMLContentNode): Value {
    const line = node.loc.start.line
    if (node.type === 'TOMLArray')
      return { kind: 'list', items: node.elements.map((one) => this.#value(one)), line }
    if (node.type === 'TOMLInlineTable') {
      const own = opened(line)
      for (const field of node.body) this.#field(own, field)
      return own
    }
    const quoted = node.kind === 'string'
    // As written: 1_000 and 2024-01-02 keep their form.
    const text = quoted ? String(node.value) : this.#text.slice(...node.range)
    return { kind: 'scalar', text, quoted, line }
  }
}
