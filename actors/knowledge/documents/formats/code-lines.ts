/** '!!! note "Title"', '??? tip', '=== "Linux"', above lines that are further in: Python-Markdown. */
export const INDENTED =
  /^\s*(?:(?:!!!|\?\?\?\+?)[ \t]+[\w-]+(?:[ \t]+[\w-]+){0,4}|===[!+]?(?=[ \t]+"))(?:[ \t]+"([^"]*)")?[ \t]*$/u
/** No backtick stands behind the first ones: "```npm install```" is code in a line. */
const FENCE = /^(?:(`{3,})[^`]*|(~{3,}).*)$/u
const ITEM = /^(?:[-+*:]|\d{1,9}[.)])(?:([ \t]+)(?=\S)|$)/u
const RULE = /^(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,})$/u
const FOOTNOTE = /^\[\^[^\]\s]{1,100}\]:/u
const QUOTE = /^[ \t]*> ?/u
/** Nobody nests lists and quotations deeper. */
const DEPTH_MAX = 50
/** So much further in, a line is code. */
const CODE_FAR = 4
const LINE_CHARS_MAX = 400

interface Fence {
  readonly mark: string
  /** In how many quotations it stands. */
  readonly depth: number
  /** How far in the list item around it is. */
  readonly base: number
  readonly far: number
}

interface Reading {
  /** A fence ends with the list item around it, as for a parser. Else it goes on to its end, whoever forgot to indent its lines. */
  readonly strict?: boolean
  /** Lines far in are code: not in MDX. */
  readonly indented?: boolean
}

/** Tells which lines of Markdown are code, one after the other: between fences, or four further in than the text around them. */
export class CodeLines {
  readonly #strict: boolean
  readonly #indented: boolean
  #fence: Fence | undefined
  /** How far in the text of the open list items and notes is, in each quotation. */
  #columns: number[][] = [[]]
  /** The indentation of a note whose first line is still to come. */
  #note: number | undefined
  #inParagraph = false

  constructor({ strict = false, indented = true }: Reading = {}) {
    this.#strict = strict
    this.#indented = indented
  }

  /** Whether the next line will be code. A fence that opens is none yet. */
  isCode(line: string): boolean {
    const { depth, rest } = unquoted(line, this.#fence?.depth ?? DEPTH_MAX)
    return this.#goesOn(depth, rest) !== undefined || this.#isFarIn(depth, rest)
  }

  /** The line is code, and if so, of which kind. A fence is one with the marks around it. */
  next(line: string): 'fenced' | 'indented' | undefined {
    const { depth, rest } = unquoted(line, this.#fence?.depth ?? DEPTH_MAX)
    this.#fence = this.#goesOn(depth, rest)
    if (this.#fence !== undefined) {
      if (isClose(this.#fence, rest)) this.#fence = undefined
      return 'fenced'
    }
    if (rest.trim() === '') {
      this.#inParagraph = false
      return undefined
    }
    if (this.#isFarIn(depth, rest)) return 'indented'
    const { text, far } = this.#within(depth, rest)
    const base = this.#columns[depth]?.at(-1) ?? 0
    const mark = FENCE.exec(text)
    if (mark !== null && !(this.#strict && far >= base + CODE_FAR)) {
      this.#fence = { mark: mark[1] ?? mark[2] ?? '', depth, base, far }
      this.#inParagraph = false
      return 'fenced'
    }
    if (text.length <= LINE_CHARS_MAX && (INDENTED.test(text) || FOOTNOTE.test(text))) this.#note = far
    this.#inParagraph = text !== '' && !/^#{1,6}[ \t]/u.test(text)
    return undefined
  }

  /** The line is none of Markdown, but the first or last one of a part of a dialect. */
  passMark(line: string): void {
    const { depth, rest } = unquoted(line, DEPTH_MAX)
    this.#note = this.#within(depth, rest).far
    this.#inParagraph = false
  }

  #goesOn(depth: number, rest: string): Fence | undefined {
    const fence = this.#fence
    if (fence === undefined || depth < fence.depth) return undefined
    return this.#strict && rest.trim() !== '' && columnOf(rest) < fence.base ? undefined : fence
  }

  #isFarIn(depth: number, rest: string): boolean {
    if (!this.#indented || this.#inParagraph) return false
    const far = columnOf(rest)
    if (this.#note !== undefined && far >= this.#note + 2) return false
    const base = this.#columns[depth]?.findLast((column) => column <= far) ?? 0
    return far >= base + CODE_FAR
  }

  /** What of a line stands in the items that it begins, and how far in. */
  #within(depth: number, rest: string): { readonly text: string; readonly far: number } {
    this.#columns.length = Math.min(this.#columns.length, depth + 1)
    while (this.#columns.length <= depth) this.#columns.push([])
    const columns = this.#columns[depth] as number[]
    let far = columnOf(rest)
    while ((columns.at(-1) ?? 0) > far) columns.pop()
    if (this.#note !== undefined && far >= this.#note + 2) columns.push(far)
    this.#note = undefined
    let text = rest.trim()
    for (let count = 0; count < DEPTH_MAX && !RULE.test(text); count += 1) {
      const [whole, blank] = ITEM.exec(text) ?? []
      if (whole === undefined) break
      const mark = whole.trimEnd().length
      const after = blank === undefined ? 1 : columnOf(blank, far + mark) - far - mark
      // Code may begin an item.
      far += mark + (after > CODE_FAR ? 1 : after)
      columns.push(far)
      text = text.slice(whole.length)
    }
    return { text, far }
  }
}

function isClose({ mark, base, far }: Fence, rest: string): boolean {
  const text = rest.trim()
  if (text.length < mark.length || columnOf(rest) >= Math.max(base, far) + CODE_FAR) return false
  return text.startsWith(mark) && /^(?:`+|~+)$/u.test(text)
}

/** A line without the marks of up to so many quotations. */
function unquoted(line: string, most: number): { readonly depth: number; readonly rest: string } {
  let [depth, rest] = [0, line]
  while (depth < most) {
    const [mark] = QUOTE.exec(rest) ?? []
    if (mark === undefined) break
    rest = rest.slice(mark.length)
    depth += 1
  }
  return { depth, rest }
}

/** In which column the first words of a line stand. */
function columnOf(line: string, from = 0): number {
  let column = from
  for (const one of line) {
    if (one === '\t') column += 4 - (column % 4)
    else if (one === ' ') column += 1
    else break
  }
  return column
}
