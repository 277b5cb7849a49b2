import type { RootContent } from 'mdast'
import { type Anchor, type Comment, FieldSubject, place, RecordSubject } from './placing.ts'
import { told } from './telling.ts'
import { type Field, type OpenRecord, openedRecord } from './values.ts'

/** A block that is still read. */
interface Block {
  readonly key: string
  readonly record: OpenRecord
  readonly subject: RecordSubject
  /** It is too deep to be one of its own. */
  readonly held: boolean
  /** A comment in it says something. */
  said: boolean
}

/** Blocks in blocks. */
const DEPTH_MAX = 40

/** Blocks of directives in each other, and what comments say about them. */
export class Blocks {
  /** Directives begin with one word, which others don't add to, as they do in "ip address 10.0.0.1". */
  readonly #worded: boolean
  readonly #top = blockOf('', 1)
  readonly #open: Block[] = [this.#top]
  readonly #comments: Comment[] = []
  readonly #anchors: Anchor[] = []
  /** The name of the block that ended last: "}, {" goes on with another of it. */
  #last = ''

  constructor(worded: boolean) {
    this.#worded = worded
  }

  comment(text: string, line: number, alone: boolean): void {
    this.#now.said = true
    this.#comments.push({ line, alone, text, within: this.#now.subject })
  }

  /** A directive that is commented out. */
  off(key: string, value: string, line: number): void {
    this.#now.said = true
    this.#now.subject.add({ words: [], off: [{ key, text: valueIn(value), note: '', line }] })
  }

  begin(written: string, line: number): void {
    const bare = written
      .replace(/["']/gu, '')
      .replace(/\s+/gu, ' ')
      .replace(/^[\s,]+|\s*(?:=>?|:)?\s*$/gu, '')
    const key = bare === '' ? this.#last : bare
    if (this.#open.length > DEPTH_MAX) {
      this.#open.push({ ...this.#now, held: true })
      return
    }
    const block = blockOf(key, line)
    const around = this.#now
    around.record.fields.push({ key, value: block.record })
    this.#anchors.push({ line, subject: block.subject, within: around.subject, inner: block.subject })
    this.#open.push(block)
  }

  end(): void {
    if (this.#open.length === 1) return
    const { key, record, held, said } = this.#open.pop() as Block
    this.#last = key
    if (held || record.fields.length > 0) return
    // An empty block says that there is such a thing.
    const own: Field = { key: '', value: { kind: 'scalar', text: key, quoted: false, line: record.line } }
    if (said) {
      record.fields.push(own)
      return
    }
    const { fields } = this.#now.record
    const at = fields.findLastIndex(({ value }) => value === record)
    if (at >= 0) fields[at] = own
  }

  directive(written: string, line: number): void {
    const text = written.trim().replace(/^,\s*/u, '')
    if (!/[\p{L}\p{N}]/u.test(text)) return
    const [empty, name = ''] = /^([^={}]*[^={}\s])\s*\{\s*\}$/u.exec(text.slice(0, NAME_CHARS_MAX)) ?? []
    const [, key = '', rest = ''] = (this.#worded ? WORDED : SIGNED).exec(text) ?? []
    const value = empty !== undefined ? name.replace(/["']/gu, '') : valueIn(key === '' ? text : rest)
    const field: Field = {
      key: empty === undefined ? key.replace(/["']/gu, '') : '',
      value: { kind: 'scalar', text: value, quoted: false, line },
    }
    this.#now.record.fields.push(field)
    this.#anchors.push({ line, subject: new FieldSubject(field), within: this.#now.subject })
  }

  told(): RootContent[] {
    place(this.#comments, this.#anchors, this.#top.subject)
    return told([this.#top.record])
  }

  get #now(): Block {
    return this.#open.at(-1) as Block
  }
}

const NAME_CHARS_MAX = 400
const SIGNED = /^("[^"]*"|'[^']*'|[^\s=:"'{]+)(?:\s*=>?\s*|:\s+)(.*)$/su
const WORDED = /^("[^"]*"|'[^']*'|[^\s=:"'{]+)(?:\s*=>?\s*|:\s+|\s+)(.*)$/su

function blockOf(key: string, line: number): Block {
  const record = openedRecord(line)
  return { key, record, subject: new RecordSubject(record), held: false, said: false }
}

/** On one line, without comments, the mark at its end, its brackets and its quotes. */
function valueIn(text: string): string {
  const bare = text
    .split('\n')
    .map((line, i, all) => (i === all.length - 1 ? line : withoutRemark(line)))
    .join(' ')
    .split(/\s+/u)
    .join(' ')
    .trim()
    .replace(/[;,]$/u, '')
  if (!bare.startsWith('[') || !bare.endsWith(']')) return bare.replace(/^(["'])([^"']*)\1$/su, '$2')
  return bare.slice(1, -1).replace(/["']/gu, '').trim().replace(/,$/u, '')
}

/** A mark inside quotes begins no remark. */
function withoutRemark(line: string): string {
  let [quotes, from] = [0, 0]
  for (const { index } of line.matchAll(/(?<!\S)#/gu)) {
    quotes += line.slice(from, index).split('"').length - 1
    from = index
    if (quotes % 2 === 0) return line.slice(0, index)
  }
  return line
}
