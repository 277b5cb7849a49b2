/** Text made from another format, with the line of the file (1-based) for each of its lines. */
export interface TextWithLines {
  readonly text: string
  readonly lineOf: readonly number[]
  readonly title?: string
}

/** Builds text line by line and remembers where in the source each line began. */
export class LineBuilder {
  readonly #lineStarts: number[]
  readonly #lines: string[] = []
  readonly #numbers: number[] = []
  #line = ''
  #number = 0
  #mark = ''

  constructor(source: string) {
    this.#lineStarts = [0]
    for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1))
      this.#lineStarts.push(at + 1)
  }

  /** Set before the next words, if any come on this line. */
  prefix(mark: string): void {
    this.#mark = mark
  }

  /** Adds words with their white space folded; `offset` is where they stand in the source. */
  words(text: string, offset: number): void {
    const folded = text.replace(/\s+/gu, ' ')
    if (this.#line === '') {
      const trimmed = folded.trimStart()
      if (trimmed === '') return
      this.#number = this.lineAt(offset + (text.length - text.trimStart().length))
      this.#line = this.#mark + trimmed
      this.#mark = ''
    } else if (!(this.#line.endsWith(' ') && folded === ' ')) {
      this.#line += this.#line.endsWith(' ') ? folded.trimStart() : folded
    }
  }

  /** Ends the line; `apart` leaves an empty line before what follows. */
  endLine(apart: boolean): void {
    const line = this.#line.trimEnd()
    if (line !== '') this.#push(line, this.#number)
    if (apart && this.#lines.length > 0 && this.#lines.at(-1) !== '')
      this.#push('', this.#numbers.at(-1) ?? 1)
    this.#line = ''
    this.#mark = ''
  }

  /** 1-based line of an offset in the source. */
  lineAt(offset: number): number {
    let low = 0
    let high = this.#lineStarts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#lineStarts[middle] as number) <= offset) low = middle
      else high = middle - 1
    }
    return low + 1
  }

  done(): TextWithLines {
    this.endLine(false)
    return { text: this.#lines.join('\n'), lineOf: this.#numbers }
  }

  #push(line: string, number: number): void {
    this.#lines.push(line)
    this.#numbers.push(number)
  }
}
