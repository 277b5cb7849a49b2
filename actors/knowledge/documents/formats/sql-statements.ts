import { lastAt } from '../../text/last-at.ts'
import { joined } from './comments.ts'
import { lineCounter } from './lines.ts'

interface Remark {
  readonly at: number
  readonly text: string
  /** Nothing of a statement stands before it on its line. */
  readonly alone: boolean
}

/** A statement of SQL. Comments in it are spaces, so that its characters keep their places. */
export interface SqlStatement {
  readonly text: string
  /** Where it begins in the file. */
  readonly from: number
  readonly remarks: Remark[]
  lineAt(offset: number): number
}

/** What stands between two commas. */
export interface Piece {
  readonly text: string
  readonly line: number
  readonly beside: string
}

export type SqlPart =
  | SqlStatement
  | { readonly comment: string; readonly line: number }
  | { readonly blank: true }
  /** The lines that a statement before them copies into a table. */
  | { readonly copied: readonly string[]; readonly line: number }

/** What begins a comment or a text in quotes, an end, a blank line, a line that ends a batch. */
const TOKEN = /--|\/\*|['"`;]|\$\w{0,40}\$|\n[ \t]*(?:[Gg][Oo][ \t]*(?=\n|$)|(?=\n))/gu
/** A comma, an operator or a word that no statement ends with. "SET NOCOUNT ON" ends. */
const OPEN_END =
  /(?:[,(.=<>+\-*/%|&]|\b(?:select|distinct|from|where|and|or|not|in|like|between|by|having|join|union|case|when|then|else|values|into))$/iu
const OPEN_CHARS = 10
/** "COPY rooms (id, name) FROM stdin". */
export const COPY = /^copy\s+([^\s(]+)\s*(?:\(([^()]*)\)\s*)?from\s+stdin\b/iu

/** The statements of a script and the comments between them, in order. */
export function sqlParts(written: string): SqlPart[] {
  return new SqlScript(written.replace(/\r\n?/gu, '\n')).parts()
}

class SqlScript {
  readonly #text: string
  readonly #lineAt: (offset: number) => number
  readonly #found: SqlPart[] = []
  /** Of the statement that is still read: where it begins, and its text. */
  #from = 0
  #written: string[] = []
  #isBegun = false
  #remarks: Remark[] = []

  constructor(text: string) {
    this.#text = text
    this.#lineAt = lineCounter(text)
  }

  parts(): SqlPart[] {
    const tokens = new RegExp(TOKEN)
    let done = 0
    for (let token = tokens.exec(this.#text); token !== null; token = tokens.exec(this.#text)) {
      const { 0: own, index } = token
      this.#write(this.#text.slice(done, index))
      let end = endOf(this.#text, own, index)
      if (own === ';') end = this.#copied(end, this.#close(end))
      else if (/^\n[ \t]*go/iu.test(own) && !this.#isOpen()) this.#close(end)
      else if (own === '--' || own === '/*') this.#remark(index, end)
      else if (!own.startsWith('\n')) this.#write(this.#text.slice(index, end))
      else if (this.#isBegun) this.#write(own)
      else {
        this.#found.push({ blank: true })
        this.#from = end
      }
      done = end
      tokens.lastIndex = end
    }
    this.#write(this.#text.slice(done))
    this.#close(this.#text.length)
    return this.#found
  }

  /** Whether the statement goes on below, where a line "go" is a column of it. */
  #isOpen(): boolean {
    const last = this.#written.findLast((part) => part.trim() !== '') ?? ''
    return this.#isBegun && OPEN_END.test(last.trimEnd().slice(-OPEN_CHARS))
  }

  #write(part: string): void {
    if (!this.#isBegun) {
      const bare = part.trimStart()
      this.#from += part.length - bare.length
      this.#isBegun = bare !== ''
      if (bare !== '') this.#written.push(bare)
    } else this.#written.push(part)
  }

  /** The lines below a statement that copies them, down to one that ends them: nothing in them is SQL. */
  #copied(from: number, statement: string): number {
    if (!COPY.test(statement)) return from
    const start = this.#text.indexOf('\n', from) + 1
    if (start === 0) return from
    const last = this.#text.indexOf('\n\\.', start - 1)
    const end = last < 0 ? this.#text.length : last
    const copied = this.#text.slice(start, Math.max(start, end)).split('\n')
    this.#found.push({ copied, line: this.#lineAt(start) })
    this.#from = last < 0 ? end : last + 3
    return this.#from
  }

  /** @returns the statement that ends */
  #close(end: number): string {
    const text = this.#isBegun ? this.#written.join('').trimEnd() : ''
    if (this.#isBegun)
      this.#found.push({ text, from: this.#from, remarks: this.#remarks, lineAt: this.#lineAt })
    this.#from = end
    this.#written = []
    this.#isBegun = false
    this.#remarks = []
    return text
  }

  #remark(at: number, end: number): void {
    const written = this.#text.slice(at, end)
    const before = this.#text.slice(Math.max(0, at - LINE_CHARS_MAX), at)
    const alone = before.slice(before.lastIndexOf('\n') + 1).trim() === ''
    const lines = written.split('\n').map(wordsOf)
    const text = lines.join(' ').trim()
    // MySQL runs what stands in such a comment.
    const said = !written.startsWith('/*!') && text !== ''
    if (this.#isBegun) {
      if (said) this.#remarks.push({ at, text, alone })
      this.#written.push(written.replace(/[^\n]/gu, ' '))
      return
    }
    this.#from = end
    const last = this.#found.at(-1)
    // An empty line of a comment parts what stands above and below it.
    if (!said && (!alone || text !== '')) return
    if (!alone && last !== undefined && 'text' in last) last.remarks.push({ at, text, alone })
    else
      lines.forEach((line, i) => {
        this.#found.push({ comment: line, line: this.#lineAt(at) + i })
      })
  }
}

/** A comment further out on a line stands beside something. */
const LINE_CHARS_MAX = 400

function endOf(text: string, own: string, at: number): number {
  const from = at + own.length
  if (own === ';' || own.startsWith('\n')) return from
  const close = own === '--' ? '\n' : own === '/*' ? '*/' : own
  let end = text.indexOf(close, from)
  while (own === "'" && end > 0 && isEscaped(text, from, end)) end = text.indexOf(close, end + 1)
  if (end < 0) return text.length
  return own === '--' ? end : end + close.length
}

/** Whether backslashes keep a quote from ending its text. In standard SQL they are letters: 'C:\temp\', before a comma. */
function isEscaped(text: string, from: number, at: number): boolean {
  let first = at
  while (first > from && text[first - 1] === '\\') first -= 1
  return (at - first) % 2 === 1 && !/[,);]/u.test(text[at + 1] ?? '')
}

/** A line of a comment without its marks. */
function wordsOf(line: string): string {
  return line
    .trim()
    .replace(/^(?:-{2,}|\/\*+|\*(?!\/))/u, '')
    .replace(/(?:(?<!\*)\*+\/|(?<!-)-{2,})$/u, '')
    .trim()
}

/** What stands in a bracket of a statement. */
export interface Pieces {
  readonly pieces: Piece[]
  /** Where the bracket ends. */
  readonly end: number
  /** The first comment that stands further down. */
  readonly next: number
  /** Where the line ends on which the bracket ends. */
  readonly newline: number
}

/** What a statement holds from within a bracket on, up to its end, parted at the commas. `before` is what stands in the bracket before. */
export function piecesOf(one: SqlStatement, start: number, before?: Pieces): Pieces {
  const marks = /[(),'"`]/gu
  marks.lastIndex = start
  const bounds: { readonly from: number; readonly to: number }[] = []
  let from = start
  let depth = 0
  let end = one.text.length
  for (let mark = marks.exec(one.text); mark !== null; mark = marks.exec(one.text)) {
    const { 0: own, index } = mark
    if (own === '(') depth += 1
    else if (own === ')') depth -= 1
    else if (own !== ',') marks.lastIndex = endOf(one.text, own, index)
    if (depth < 0 || (own === ',' && depth === 0)) {
      bounds.push({ from, to: index })
      from = index + 1
    }
    if (depth >= 0) continue
    end = index + 1
    break
  }
  if (depth >= 0) bounds.push({ from, to: end })
  return withRemarks(one, bounds, end, before)
}

/** A comment on a line of its own belongs to what stands below it, another one to what stands before it. */
function withRemarks(
  one: SqlStatement,
  bounds: readonly { readonly from: number; readonly to: number }[],
  end: number,
  last: Pieces | undefined,
): Pieces {
  const own = bounds.flatMap(({ from, to }) => {
    const text = one.text.slice(from, to)
    const at = one.from + from + text.length - text.trimStart().length
    return text.trim() === '' ? [] : [{ at, text: text.trim().replace(/\s+/gu, ' '), said: [] as string[] }]
  })
  const starts = own.map(({ at }) => at)
  // Searched for once a line: it may have 100,000 rows.
  const newline = last !== undefined && last.newline >= end ? last.newline : newlineAfter(one.text, end)
  const limit = one.from + newline
  let next = last?.next ?? 0
  for (
    let remark = one.remarks[next];
    remark !== undefined && remark.at < limit;
    remark = one.remarks[next]
  ) {
    const before = remark.at < (starts[0] ?? 0) ? -1 : lastAt(starts, remark.at)
    const piece = own[remark.alone ? Math.min(before + 1, own.length - 1) : Math.max(before, 0)]
    piece?.said.push(remark.text)
    next += 1
  }
  const pieces = own.map(({ at, text, said }) => ({ text, line: one.lineAt(at), beside: joined(said) }))
  return { pieces, end, next, newline }
}

function newlineAfter(text: string, from: number): number {
  const found = text.indexOf('\n', from)
  return found < 0 ? Number.POSITIVE_INFINITY : found
}
