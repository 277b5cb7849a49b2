import { isCollection, isMap, isScalar, isSeq, Lexer, type Pair } from 'yaml'
import {
  type Anchor,
  type Comment,
  FieldSubject,
  ItemSubject,
  place,
  RecordSubject,
  type Subject,
} from './placing.ts'
import { type Field, openedRecord, type Value } from './values.ts'

/** What the parser says of a file. */
export interface ReadYaml {
  /** The values of nodes that stand below no alias. */
  readonly values: ReadonlyMap<unknown, Value>
  readonly fields: ReadonlyMap<Pair, Field>
  lineAt(offset: number): number
  columnAt(offset: number): number
}

/** Finds what the comments of a file of YAML are about: the parser gives them to what stands before them, however far out they begin. */
export class YamlSubjects {
  readonly #read: ReadYaml
  readonly #anchors: Anchor[] = []
  /** What is said about no record. */
  readonly #other = openedRecord(1)
  readonly #around: Subject

  constructor(read: ReadYaml) {
    this.#read = read
    this.#around = new RecordSubject(this.#other)
  }

  addDocument(contents: unknown, start: number): void {
    const subject = this.#ofNode(contents) ?? this.#around
    this.#anchors.push({
      line: this.#read.lineAt(start),
      column: -1,
      subject,
      within: subject,
      inner: subject,
    })
    this.#inside(contents, subject)
  }

  /** Tells the comments where they belong. Those that belong to no record are in one of their own. */
  tell(comments: readonly Comment[]): Value[] {
    place(comments, this.#anchors, this.#around)
    return this.#other.fields.length === 0 && this.#other.notes === undefined ? [] : [this.#other]
  }

  #inside(node: unknown, within: Subject): void {
    if (isMap(node)) for (const pair of node.items) this.#pair(pair, within)
    else if (isSeq(node)) {
      const mark = { column: this.#columnOf(node) }
      for (const item of node.items) this.#item(item, within, mark)
    }
  }

  #pair(pair: Pair, within: Subject): void {
    const { key, value } = pair
    const field = this.#read.fields.get(pair)
    if (!isScalar(key) || field === undefined) return
    const subject = this.#ofNode(value) ?? new FieldSubject(field)
    this.#anchors.push({
      line: this.#lineOf(key),
      column: this.#columnOf(key),
      subject,
      within,
      ...(isCollection(value) ? { inner: subject } : {}),
    })
    this.#collection(value, subject)
  }

  #item(node: unknown, within: Subject, { column }: { readonly column: number }): void {
    const value = this.#read.values.get(node)
    if (value === undefined) return
    const subject = this.#ofNode(node) ?? (value.kind === 'scalar' ? new ItemSubject(value) : within)
    this.#anchors.push({ line: value.line, column, subject, within, inner: subject })
    this.#collection(node, subject)
  }

  /** A comment beside a collection on one line is about all of it. */
  #collection(node: unknown, subject: Subject): void {
    if (!isCollection(node)) return
    const [start = 0, end = 0] = node.range ?? []
    const last = this.#read.lineAt(end)
    if (node.flow === true && this.#read.lineAt(start) === last) return
    this.#inside(node, subject)
    if (node.flow === true)
      this.#anchors.push({ line: last, column: 0, subject, within: subject, inner: subject })
  }

  #ofNode(node: unknown): Subject | undefined {
    const value = isMap(node) ? this.#read.values.get(node) : undefined
    return value?.kind === 'record' ? new RecordSubject(value) : undefined
  }

  #lineOf(node: { range?: readonly number[] | null }): number {
    return this.#read.lineAt(node.range?.[0] ?? 0)
  }

  #columnOf(node: { range?: readonly number[] | null }): number {
    return this.#read.columnAt(node.range?.[0] ?? 0)
  }
}

/** What begins a text or a document, or marks where a parser went wrong: no character of the file. */
const SIGNS = new Set(['\u0002', '\u0018', '\u001f'])

/** The comments of a file in order. */
export function yamlComments(text: string, lineBefore: number): Comment[] {
  const found: Comment[] = []
  let [line, column, alone, scalar] = [lineBefore + 1, 0, true, false]
  for (const part of new Lexer().lex(text)) {
    if (SIGNS.has(part)) {
      scalar = part === '\u001f'
      continue
    }
    if (!scalar && part.startsWith('#')) found.push({ line, column, alone, text: part })
    scalar = false
    const end = part.lastIndexOf('\n')
    if (end < 0) {
      column += part.length
      if (part.trim() !== '') alone = false
    } else {
      line += part.split('\n').length - 1
      column = part.length - end - 1
      alone = true
    }
  }
  return found
}
