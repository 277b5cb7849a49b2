import type { Stretch } from './sentences.ts'

/** What a run of lines is: decided by their first characters alone, as Markdown does. */
export type BlockKind = 'heading' | 'paragraph' | 'item' | 'table' | 'code'

/** A run of lines of one kind. Offsets are of the visible text: without heading marks, with list marks and pipes. */
export interface Block extends Stretch {
  readonly kind: BlockKind
  /** Headings: 1 to 6. Others: 0. */
  readonly level: number
  /** An empty line stands before it. */
  readonly apart: boolean
}

/** One line without its end. */
export interface Line extends Stretch {
  readonly text: string
}

const ATX = /^ {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$/
const SETEXT = /^ {0,3}(=+|-{2,})[ \t]*$/
const ITEM = /^\s*(?:[-*+•‣◦▪]|\(?\d{1,3}[.)]|\(?[a-z][.)])[ \t]+\S/
const ROW = /^\s*\|.*\|\s*$/
const FENCE = /^\s*(`{3,}|~{3,})/
const RULE = /^ {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$/

/** The lines of a text by LF, CRLF or CR, without their ends. */
export function lines(text: string): Line[] {
  const found: Line[] = []
  const ends = /\r\n|\n|\r/g
  let start = 0
  for (const match of text.matchAll(ends)) {
    found.push({ start, end: match.index, text: text.slice(start, match.index) })
    start = match.index + match[0].length
  }
  if (start < text.length) found.push({ start, end: text.length, text: text.slice(start) })
  return found
}

/** Reads a text line by line into blocks. Never throws: what is no Markdown is a paragraph. */
export function blocks(text: string): Block[] {
  const reader = new BlockReader(lines(text))
  return reader.read()
}

class BlockReader {
  private readonly lines: readonly Line[]
  private readonly found: Block[] = []
  private kind: BlockKind | undefined
  private start = 0
  private end = 0
  private apart = true
  private openApart = true

  constructor(all: readonly Line[]) {
    this.lines = all
  }

  read(): Block[] {
    let at = 0
    while (at < this.lines.length) at += this.step(at)
    this.close()
    return this.found
  }

  /** Takes one or more lines; returns how many. */
  private step(at: number): number {
    const line = this.lines[at] as Line
    if (line.text.trim() === '') {
      this.close()
      this.apart = true
      return 1
    }
    const fence = FENCE.exec(line.text)
    if (fence !== null) return this.code(at, (fence[1] as string).slice(0, 3))
    if (at === 0 && line.text.trim() === '---') return this.frontMatter()
    const atx = ATX.exec(line.text)
    if (atx !== null) return this.heading(line, atx[2] as string, (atx[1] as string).length)
    const under = this.lines[at + 1]
    if (under !== undefined && this.kind === undefined && isUnderlined(line, under)) {
      this.heading(line, line.text.trim(), under.text.trim().startsWith('=') ? 1 : 2)
      return 2
    }
    if (RULE.test(line.text)) {
      this.close()
      this.apart = true
      return 1
    }
    this.take(line, ROW.test(line.text) ? 'table' : ITEM.test(line.text) ? 'item' : 'paragraph')
    return 1
  }

  private take(line: Line, kind: BlockKind): void {
    // A line that follows an item without a mark of its own is the rest of that item.
    const goesOn = kind === this.kind ? kind !== 'item' : kind === 'paragraph' && this.kind === 'item'
    if (!goesOn) this.open(kind, line.start)
    this.end = line.end
  }

  private open(kind: BlockKind, start: number): void {
    this.close()
    this.kind = kind
    this.start = start
    this.openApart = this.apart
    this.apart = false
  }

  private close(): void {
    if (this.kind !== undefined) {
      this.found.push({ kind: this.kind, start: this.start, end: this.end, level: 0, apart: this.openApart })
    }
    this.kind = undefined
  }

  private heading(line: Line, title: string, level: number): number {
    this.close()
    const start = line.start + Math.max(0, line.text.indexOf(title))
    this.found.push({ kind: 'heading', start, end: start + title.length, level, apart: true })
    this.apart = true
    return 1
  }

  private code(at: number, fence: string): number {
    this.close()
    let last = at + 1
    while (last < this.lines.length && !this.lines[last]?.text.trimStart().startsWith(fence)) last += 1
    const first = this.lines[at + 1]
    const end = this.lines[Math.min(last, this.lines.length) - 1]
    if (first !== undefined && end !== undefined && last > at + 1) {
      this.found.push({ kind: 'code', start: first.start, end: end.end, level: 0, apart: this.apart })
    }
    this.apart = true
    return last - at + 1
  }

  /** YAML between two `---` at the top: its `title` is a heading, every other line a statement of its own. */
  private frontMatter(): number {
    const last = this.lines.findIndex((line, i) => i > 0 && /^(?:---|\.\.\.)\s*$/.test(line.text))
    if (last < 0) return 1
    for (const line of this.lines.slice(1, last)) {
      const title = /^title:\s*["']?(.*?)["']?\s*$/i.exec(line.text)?.[1]
      if (title !== undefined && title !== '') this.heading(line, title, 1)
      else if (line.text.trim() !== '') {
        this.open('item', line.start)
        this.end = line.end
      }
    }
    this.close()
    this.apart = true
    return last + 1
  }
}

function isUnderlined(line: Line, under: Line): boolean {
  return (
    SETEXT.test(under.text) && !ITEM.test(line.text) && !ROW.test(line.text) && line.text.trim().length <= 120
  )
}
