import { Blocks } from './directive-blocks.ts'

/** "<VirtualHost *:80>", "</VirtualHost>". */
const TAGGED = /^\s*<(\p{L}[^\s<>/]{0,60})([^<>]{0,200})(?<!\/)>\s*$/u
const TAG_END = /^\s*<\/(\p{L}[^\s<>]{0,60})\s*>\s*$/u
/** "# proxy_buffers 4;" */
const SWITCHED = /^\s*#\s?([a-z][\w-]*)(?:[ \t]+([^;]{1,200}))?;\s*$/u
export const COMMENT = /^\s*(?:#|!|\/\/|;)/u
/** What a here-document ends with: "<<-EOF". */
const HERE = /<<[-~]?["']?(\w{1,40})["']?$/u
const HERE_PARTS = 60
/** More characters are no value that a bracket holds together, and no directive. */
const VALUE_CHARS_MAX = 8_000
/** Brackets that nothing closes, each looked for as far as that. */
const UNCLOSED_MOST = 200
const CLOSES: Readonly<Record<string, string>> = { '{': '}', '[': ']', '(': ')' }

/** The names of tags that are opened and closed. */
export function tagsOf(lines: readonly string[]): ReadonlySet<string> {
  const opened = new Set(lines.map((line) => TAGGED.exec(line)?.[1]))
  return new Set(lines.flatMap((line) => TAG_END.exec(line)?.[1] ?? []).filter((name) => opened.has(name)))
}

/** Reads blocks between braces and tags, character by character: a brace in a value, in quotes or in a comment is none of a block. */
export class BracedReader {
  readonly #text: string
  readonly #tags: ReadonlySet<string>
  readonly #blocks = new Blocks(true)
  /** A directive ends in a semicolon, not with its line. */
  readonly #ended: boolean
  #at = 0
  #line = 1
  /** What is read of a directive, and its line. */
  #said: string[] = []
  #chars = 0
  #from = 1
  #unclosed = 0
  /** Whether a comment of several lines may still be closed. */
  #closes = true
  #lineEndKnown = -1

  constructor(lines: readonly string[], tags: ReadonlySet<string>) {
    this.#text = lines.join('\n')
    this.#tags = tags
    const said = lines.filter((line) => /[\p{L}\p{N}]/u.test(line) && !COMMENT.test(line))
    // Blocks and values over several lines have lines without one.
    this.#ended = 4 * said.filter((line) => /;[ \t]*(?:#[^;]*|\/\*.*)?$/u.test(line)).length > said.length
  }

  read(): Blocks {
    let begins = true
    while (this.#at < this.#text.length) {
      if (begins && this.#wholeLine()) continue
      begins = this.#next()
    }
    this.#flush()
    return this.#blocks
  }

  /** Reads a line that is a comment or a tag, if this one is. */
  #wholeLine(): boolean {
    const end = this.#lineEnd()
    // A longer line is neither.
    const line = end - this.#at > VALUE_CHARS_MAX ? '' : this.#text.slice(this.#at, end)
    const [, off, rest = ''] = SWITCHED.exec(line) ?? []
    const [, name = '', more = ''] = TAGGED.exec(line) ?? []
    const closed = TAG_END.exec(line)?.[1]
    if (off !== undefined) this.#blocks.off(off, rest, this.#line)
    // A semicolon alone ends what stands above it.
    else if (COMMENT.test(line) && !(this.#ended && line.trim() === ';'))
      this.#blocks.comment(line, this.#line, true)
    else if (closed !== undefined && this.#tags.has(closed)) {
      this.#flush()
      this.#blocks.end()
    } else if (this.#tags.has(name)) {
      this.#flush()
      this.#blocks.begin(`${name}${more}`, this.#line)
    } else return false
    this.#skipTo(this.#lineEnd() + 1)
    return true
  }

  /** Reads what stands between slashes and stars, line by line; false if nothing closes it. */
  #longComment(): boolean {
    if (!this.#closes || this.#text.charAt(this.#at + 1) !== '*') return false
    // "/var/log/app/*.log" is a path.
    if (/[^\s;{}]/u.test(this.#text.charAt(this.#at - 1))) return false
    const close = this.#text.indexOf('*/', this.#at + 2)
    this.#closes = close >= 0
    if (!this.#closes) return false
    const alone = /(?:^|\n)[ \t]*$/u.test(this.#text.slice(Math.max(0, this.#at - 200), this.#at))
    const lines = this.#text.slice(this.#at, close).split('\n')
    lines.forEach((line, i) => {
      const bare = line.replace(/^[\s/*]+/u, '')
      if (bare !== '') this.#blocks.comment(`# ${bare}`, this.#line + i, alone || i > 0)
    })
    this.#skipTo(close + 2)
    return true
  }

  /** Reads on, and returns whether a line begins next. */
  #next(): boolean {
    const char = this.#text.charAt(this.#at)
    if (char === '\n') return this.#endLine()
    if (char === '\\' && this.#text.charAt(this.#at + 1) === '\n') this.#skipTo(this.#at + 2)
    else if (char === '\\') this.#take(Math.min(this.#at + 2, this.#text.length))
    else if (char === '/' && this.#longComment()) return false
    else if (char === '"' || char === "'") this.#take(this.#quoted(char))
    else if (/\s/u.test(char) && /^\s(?:#|\/\/)/u.test(this.#text.slice(this.#at, this.#at + 3))) {
      const end = this.#lineEnd()
      this.#blocks.comment(this.#text.slice(this.#at, end).trim(), this.#line, false)
      this.#skipTo(end)
    } else if (char === '{' && this.#opens()) this.#begin()
    else if (char in CLOSES) this.#take(this.#closeOf(char))
    else if (char === '}') this.#end()
    else if (char === ';' && this.#ended) {
      this.#flush()
      this.#skipTo(this.#at + 1)
    } else this.#take(this.#at + 1)
    return false
  }

  #endLine(): boolean {
    const name = HERE.exec(this.#said.slice(-HERE_PARTS).join(''))?.[1]
    this.#skipTo(this.#at + 1)
    if (name !== undefined) this.#hereDocument(this.#said.join(''), name)
    // "server" above its brace, or a directive that goes on.
    else if (
      this.#ended
        ? this.#chars > VALUE_CHARS_MAX
        : !/^\s*\{/u.test(this.#text.slice(this.#at, this.#at + 200))
    )
      this.#flush()
    else this.#add(' ')
    return true
  }

  #hereDocument(said: string, name: string): void {
    const end = new RegExp(`^[ \\t]*${name}[ \\t]*$`, 'mu').exec(
      this.#text.slice(this.#at, this.#at + VALUE_CHARS_MAX),
    )
    this.#said = [said.replace(HERE, '')]
    if (end !== null) this.#take(this.#at + end.index)
    this.#flush()
    if (end !== null) this.#skipTo(this.#lineEnd() + 1)
  }

  /** Whether a brace opens a block: a line ends after it, or directives with their ends stand on its line. */
  #opens(): boolean {
    const end = this.#lineEnd()
    const rest = end - this.#at > VALUE_CHARS_MAX ? 'x' : this.#text.slice(this.#at + 1, end).trim()
    if (rest === '' || /^(?:#|\/\/)/u.test(rest)) return true
    const before = this.#text.charAt(this.#at - 1)
    return (
      this.#ended && /\s/u.test(before) && rest.includes(';') && rest.includes('}') && !rest.includes('{')
    )
  }

  #begin(): void {
    const said = this.#said.join('')
    this.#clear()
    this.#blocks.begin(said, this.#from)
    this.#skipTo(this.#at + 1)
  }

  #end(): void {
    this.#flush()
    this.#blocks.end()
    this.#skipTo(this.#at + 1)
    if (/[;,]/u.test(this.#text.charAt(this.#at))) this.#skipTo(this.#at + 1)
  }

  /** Where a quotation ends, on its line; a mark alone stands for itself. */
  #quoted(mark: string): number {
    const before = this.#text.charAt(this.#at - 1)
    if (/[\p{L}\p{N}]/u.test(before)) return this.#at + 1
    const end = this.#lineEnd()
    let at = this.#at + 1
    while (at < end && this.#text.charAt(at) !== mark) at += this.#text.charAt(at) === '\\' ? 2 : 1
    return at < end ? at + 1 : this.#at + 1
  }

  /** Where what a bracket opens is closed, with all in it; a bracket that nothing closes stands for itself. */
  #closeOf(open: string): number {
    const most = Math.min(this.#text.length, this.#at + VALUE_CHARS_MAX)
    if (this.#unclosed >= UNCLOSED_MOST) return this.#at + 1
    const due = [CLOSES[open]]
    for (let at = this.#at + 1; at < most; at += 1) {
      const char = this.#text.charAt(at)
      if (char in CLOSES) due.push(CLOSES[char])
      else if (char === due.at(-1)) {
        due.pop()
        if (due.length === 0) return at + 1
      }
    }
    this.#unclosed += 1
    return this.#at + 1
  }

  #lineEnd(): number {
    if (this.#lineEndKnown < this.#at) {
      const end = this.#text.indexOf('\n', this.#at)
      this.#lineEndKnown = end < 0 ? this.#text.length : end
    }
    return this.#lineEndKnown
  }

  /** Takes the text up to a place as part of the directive. */
  #take(to: number): void {
    this.#add(this.#text.slice(this.#at, to))
    this.#skipTo(to)
  }

  #add(part: string): void {
    if (this.#chars === 0) {
      if (part.trim() === '') return
      this.#from = this.#line
    }
    this.#said.push(part)
    this.#chars += part.length
  }

  #skipTo(to: number): void {
    for (let at = this.#at; at < to; at += 1) if (this.#text.charAt(at) === '\n') this.#line += 1
    this.#at = to
  }

  #flush(): void {
    const said = this.#said.join('')
    this.#clear()
    this.#blocks.directive(said, this.#from)
  }

  #clear(): void {
    this.#said = []
    this.#chars = 0
  }
}
