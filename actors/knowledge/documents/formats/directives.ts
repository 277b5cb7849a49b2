import type { Document } from '../../text/document.ts'
import { indent } from '../../text/indent.ts'
import { type Anchor, type Comment, FieldSubject, place, RecordSubject } from './placing.ts'
import { type Field, told, type Value } from './telling.ts'

type Open = Value & { readonly kind: 'record'; fields: Field[] }

/** A block that is still read. */
interface Block {
  readonly record: Open
  readonly subject: RecordSubject
  /** It ends with a brace; else with a line that is no further in than this. */
  readonly indent?: number
}

/** "server {", "resource aws_instance web {", but not "x = main {" nor a line of text. */
const BRACED = /^[ \t]*[\p{L}_@~*."'][^={}#;]{0,200}\{\s*(?:[#;].*|\/\/.*)?$/mu
/** "<VirtualHost *:80>", "</VirtualHost>". */
const TAGGED = /^\s*<(\p{L}[^<>]{0,200})>\s*$/u
const TAG_END = /^\s*<\/\p{L}[^<>]*>\s*$/u
/** "# proxy_buffers 4;" */
const SWITCHED = /^\s*#\s?([a-z][\w-]*)(?:\s+([^;]{1,200}))?;\s*$/u
const COMMENT = /^\s*(?:#|!|\/\/|;)/u
const BESIDE = /\s(?:#|\/\/|!|;\s)/u
/** "if ($slow) { return 503; }" */
const INLINE = /^([^={}]*|if [^{}]*)\{\s*(.*?)\s*\}[;,]?$/su
/** A longer line is no block. */
const LINE_CHARS_MAX = 1_000
/** Blocks in blocks. */
const DEPTH_MAX = 40
/** More lines than these are no value. */
const LINES_MAX = 200

/** Whether a text of settings has blocks: between braces, or two or more by how far in their lines are, under names without a value. */
export function hasBlocks(text: string): boolean {
  if (BRACED.test(text)) return true
  const lines = text.split(/\r\n|\n|\r/u).filter((line) => line.trim() !== '' && !COMMENT.test(line))
  if (lines.some((line) => TAG_END.test(line))) return true
  const opened = lines.filter((line, i) => isOpener(line) && indent(lines[i + 1] ?? '') > indent(line))
  return opened.length > 1
}

/** "frontend www", above lines that are further in. */
function isOpener(line: string): boolean {
  return /^[\p{L}_][^=:[\]{}]*$/u.test(line) && line.trim().split(/\s+/u).length <= OPENER_WORDS_MAX
}

const OPENER_WORDS_MAX = 5

/** Blocks of directives in each other: "location /api/ { proxy_read_timeout 75s; }", as in nginx, Terraform, HAProxy and routers. */
export function readDirectives(file: string, text: string): Document {
  return { file, tree: { type: 'root', children: told([new DirectivesReader(text).read()]) } }
}

function opened(line: number): Open {
  return { kind: 'record', nameless: true, fields: [], line }
}

class DirectivesReader {
  readonly #lines: readonly string[]
  /** A directive ends in a semicolon, not with its line. */
  readonly #ended: boolean
  /** Its blocks have an end: their directives begin with one word, which others don't add to ("ip address 10.0.0.1"). */
  readonly #worded: boolean
  readonly #top = opened(1)
  readonly #open: Block[] = [{ record: this.#top, subject: new RecordSubject(this.#top) }]
  readonly #comments: Comment[] = []
  readonly #anchors: Anchor[] = []

  constructor(text: string) {
    this.#lines = text.split(/\r\n|\n|\r/u)
    this.#worded = BRACED.test(text) || this.#lines.some((line) => TAG_END.test(line))
    const said = this.#lines.filter((line) => /[\p{L}\p{N}]/u.test(line) && !COMMENT.test(line))
    this.#ended = 2 * said.filter((line) => /;\s*(?:#.*)?$/u.test(line)).length > said.length / 2
  }

  read(): Value {
    for (let at = 0; at < this.#lines.length; ) at = this.#line(at)
    place(this.#comments, this.#anchors, (this.#open[0] as Block).subject)
    return this.#top
  }

  /** Reads what begins on a line, and returns the next line. */
  #line(at: number): number {
    const line = this.#lines[at] as string
    if (line.trim() === '') return at + 1
    const [, off, rest = ''] = SWITCHED.exec(line) ?? []
    if (off !== undefined) {
      const text = valueIn(rest)
      this.#open.at(-1)?.subject.add({ words: [], off: [{ key: off, text, note: '', line: at + 1 }] })
      return at + 1
    }
    if (COMMENT.test(line)) {
      this.#comments.push({ line: at + 1, alone: true, text: line.replace(/^\s*!/u, '#') })
      return at + 1
    }
    this.#dedent(line)
    const { said, beside } = partsOf(line)
    const end = this.#isOpen(said) ? this.#endOf(said, at) : at
    const whole = [said, ...this.#lines.slice(at + 1, end + 1).map((one) => partsOf(one).said.trim())].join(
      ' ',
    )
    this.#said(whole.trim(), line, at)
    if (beside !== '') this.#comments.push({ line: at + 1, alone: false, text: beside })
    return end + 1
  }

  #dedent(line: string): void {
    for (let last = this.#open.at(-1); last?.indent !== undefined; last = this.#open.at(-1)) {
      if (indent(line) > last.indent) return
      this.#open.pop()
    }
  }

  /** Whether a directive goes on below its line: nothing has ended it, or closed its list. */
  #isOpen(said: string): boolean {
    const text = said.trim()
    if (/[=:(,[]\s*\[$|\[$/u.test(text)) return true
    return this.#ended && /^[\p{L}_]/u.test(text) && !/[;{}]$/u.test(text)
  }

  /** The last line of a directive of several. */
  #endOf(said: string, at: number): number {
    const closes = said.trim().endsWith('[') ? /^\s*\]/u : /;\s*(?:#.*)?$/u
    for (let i = at + 1; i < Math.min(this.#lines.length, at + LINES_MAX); i += 1) {
      const line = this.#lines[i] as string
      if (closes.test(line)) return i
      if (!said.trim().endsWith('[') && /[{}]\s*$/u.test(line)) return at
    }
    return at
  }

  #said(text: string, line: string, at: number): void {
    const tag = TAGGED.exec(text)?.[1]
    const [, inner = '', rest] = text.length > LINE_CHARS_MAX ? [] : (INLINE.exec(text) ?? [])
    if (/^[})\]]+[;,]?$/u.test(text) || TAG_END.test(text)) this.#close()
    else if (tag !== undefined) this.#begin(tag, at + 1)
    else if (text.endsWith('{')) this.#begin(text.slice(0, -1), at + 1)
    else if (rest !== undefined && inner.trim() !== '') {
      this.#begin(inner, at + 1)
      for (const one of rest.split(/;\s*/u)) if (one !== '') this.#field(one, at + 1)
      this.#close()
    } else if (/[\p{L}\p{N}]/u.test(text)) {
      const next = this.#lines
        .slice(at + 1, at + 1 + LOOK_MAX)
        .find((one) => one.trim() !== '' && !COMMENT.test(one))
      if (!this.#ended && isOpener(line.trim()) && indent(next ?? '') > indent(line))
        this.#begin(text, at + 1, indent(line))
      else this.#field(text, at + 1)
    }
  }

  /** A brace closes the blocks in it too that have none. */
  #close(): void {
    while (this.#open.length > 1 && this.#open.pop()?.indent !== undefined);
  }

  #begin(name: string, line: number, far?: number): void {
    if (this.#open.length > DEPTH_MAX) {
      this.#field(name, line)
      return
    }
    const around = this.#open.at(-1) as Block
    const record = opened(line)
    const subject = new RecordSubject(record)
    const key = name
      .replace(/\s*[=:]\s*$/u, '')
      .replace(/["']/gu, '')
      .replace(/\s+/gu, ' ')
      .trim()
    around.record.fields.push({ key, value: record })
    this.#anchors.push({ line, subject, within: around.subject, inner: subject })
    this.#open.push({ record, subject, ...(far === undefined ? {} : { indent: far }) })
  }

  #field(text: string, line: number): void {
    const [, key = '', rest = ''] = (this.#worded ? WORDED : SIGNED).exec(text) ?? []
    const value = valueIn(key === '' ? text : rest)
    const field: Field = {
      key: key.replace(/["']/gu, ''),
      value: { kind: 'scalar', text: value, quoted: false, line },
    }
    const around = this.#open.at(-1) as Block
    around.record.fields.push(field)
    this.#anchors.push({ line, subject: new FieldSubject(field), within: around.subject })
  }
}

const SIGNED = /^("[^"]*"|'[^']*'|[^\s=:"'{]+)(?:\s*=\s*|:\s+)(.*)$/su
const WORDED = /^("[^"]*"|'[^']*'|[^\s=:"'{]+)(?:\s*=\s*|:\s+|\s+)(.*)$/su

/** Lines between the name of a block and its first directive. */
const LOOK_MAX = 4

/** A line without the comment beside it. */
function partsOf(line: string): { readonly said: string; readonly beside: string } {
  // A mark inside quotes is none.
  const bare = line.replace(/"[^"]*"|'[^']*'/gu, (quoted) => '_'.repeat(quoted.length))
  const at = BESIDE.exec(bare)?.index
  return at === undefined
    ? { said: line, beside: '' }
    : { said: line.slice(0, at), beside: line.slice(at).trim() }
}

/** Without the mark at its end, its brackets and its quotes. */
function valueIn(text: string): string {
  const bare = text.trim().replace(/[;,]$/u, '').trim()
  const list = /^\[(.*)\]$/su.exec(bare)?.[1]
  if (list !== undefined)
    return list
      .replace(/["']/gu, '')
      .replace(/\s+/gu, ' ')
      .replace(/,?\s*$/u, '')
      .trim()
  return bare.replace(/^(["'])(.*)\1$/su, '$2')
}
