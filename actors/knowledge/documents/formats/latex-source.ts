/** "\newcommand{\product}{BeeTool}", "\newcommand{\price}[1]{#1 EUR}", "\def\rate{12\%}". */
const DEFINITION =
  /^\s*\\(?:(?:re)?newcommand|providecommand)\*?\s*\{?\\([A-Za-z]+)\}?\s*(?:\[(\d)\])?\s*(?=\{)|^\s*\\def\\([A-Za-z]+)((?:#\d){0,9})(?=\{)/u
const COMMAND = /\\\\|\\([A-Za-z]+)/gu
/** Commands that the reader knows better than a file that sets them anew. */
const KNOWN =
  /^(?:author|begin|caption|chapter|date|document|emph|end|item|label|paragraph|part|(?:sub){0,2}section|text[a-z]+|title)$/u
const VERBATIM_BEGIN = /\\begin\{(?:verbatim|lstlisting|minted)\*?\}/u
const VERBATIM_END = /\\end\{(?:verbatim|lstlisting|minted)\*?\}/u
const DEFINITION_LINES_MAX = 20
const VALUE_CHARS_MAX = 1_000
/** Characters that own commands write in all. A text for people has fewer. */
const FILLED_CHARS_MAX = 1_000_000

interface Macro {
  readonly count: number
  readonly body: string
}

/** The lines of LaTeX that are set, with what own commands stand for in their places. No line moves. */
export function setLines(lines: readonly string[]): string[] {
  return new Macros().fill(withoutUnset(lines))
}

/** Without parts that are switched off, and without what stands below the end of the document. */
function withoutUnset(lines: readonly string[]): string[] {
  const last = {
    comment: lines.findLastIndex((line) => line.includes('\\end{comment}')),
    off: lines.findLastIndex((line) => /\\(?:fi|else)\b/u.test(line)),
  }
  let [verbatim, comment, off, ended] = [false, false, 0, false]
  return lines.map((line, i) => {
    if (ended) return ''
    if (comment) {
      comment = !line.includes('\\end{comment}')
      return ''
    }
    if (off > 0 || (!verbatim && /^\s*\\iffalse\b/u.test(line) && i <= last.off)) {
      const after = afterOff(line, off)
      off = after.off
      return after.rest
    }
    if (verbatim) {
      verbatim = !VERBATIM_END.test(line)
      return line
    }
    verbatim = VERBATIM_BEGIN.test(line) && !VERBATIM_END.test(line)
    comment = /^\s*\\begin\{comment\}/u.test(line) && i < last.comment
    ended = /^\s*\\end\{document\}/u.test(line)
    return comment ? '' : line
  })
}

/** How many conditions are open below a line, the first of which is off, and what stands behind the end of that one. */
function afterOff(line: string, before: number): { readonly off: number; readonly rest: string } {
  let off = before
  for (const { 0: whole, 1: begins, index } of line.matchAll(/\\(?:(if[a-z@]*)|fi|else)\b/gu)) {
    if (begins !== undefined) off += 1
    else if (whole === '\\fi' || off === 1) off -= 1
    if (off === 0) return { off, rest: line.slice(index + whole.length) }
  }
  return { off, rest: '' }
}

class Macros {
  readonly #known = new Map<string, Macro>()
  #room = FILLED_CHARS_MAX

  fill(lines: readonly string[]): string[] {
    const found: string[] = []
    let verbatim = false
    for (let i = 0; i < lines.length; i += 1) {
      const line = lines[i] as string
      const defined = verbatim ? 0 : this.#define(lines, i)
      if (defined > 0) {
        for (let at = 0; at < defined; at += 1) found.push('')
        i += defined - 1
        continue
      }
      if (VERBATIM_BEGIN.test(line)) verbatim = true
      found.push(verbatim ? line : this.#filled(line))
      if (VERBATIM_END.test(line)) verbatim = false
    }
    return found
  }

  /** The lines of a definition that begins at one, 0: none does. */
  #define(lines: readonly string[], at: number): number {
    const line = lines[at] as string
    const [whole, named, given = '0', short, marks = ''] = DEFINITION.exec(line) ?? []
    if (whole === undefined) return 0
    let text = line.slice(whole.length)
    for (let count = 1; count <= DEFINITION_LINES_MAX; count += 1) {
      const end = endOfGroup(text, 0)
      if (end > 0) {
        const name = named ?? short ?? ''
        const body = this.#filled(text.slice(1, end - 1).replace(/(?<!\\)%\s/gu, ' '))
        if (!KNOWN.test(name) && body.length <= VALUE_CHARS_MAX)
          this.#known.set(name, { count: named === undefined ? marks.length / 2 : Number(given), body })
        // What is said beside it is text.
        return /^\s*(?:%.*)?$/u.test(text.slice(end)) ? count : 0
      }
      text += ` ${lines[at + count] ?? ''}`
      if (text.length > VALUE_CHARS_MAX) return 0
    }
    return 0
  }

  #filled(line: string): string {
    if (this.#known.size === 0 || !line.includes('\\')) return line
    let [found, from] = ['', 0]
    for (const { 0: whole, 1: name = '', index } of line.matchAll(COMMAND)) {
      const macro = this.#known.get(name)
      if (macro === undefined || index < from || this.#room < 0) continue
      let at = index + whole.length
      const values: string[] = []
      while (values.length < macro.count) {
        const end = endOfGroup(line, at)
        if (end === 0) break
        values.push(line.slice(at + 1, end - 1))
        at = end
      }
      if (values.length < macro.count) continue
      if (macro.count === 0 && line.startsWith('{}', at)) at += 2
      const written = macro.body.replace(/#(\d)/gu, (_, number: string) => values[Number(number) - 1] ?? '')
      this.#room -= written.length
      found += line.slice(from, index) + written
      from = at
    }
    return found + line.slice(from)
  }
}

/** Where a group in braces that begins at an offset ends, 0: nowhere near. */
function endOfGroup(text: string, at: number): number {
  if (text.charAt(at) !== '{') return 0
  let depth = 0
  for (let i = at; i < text.length && i < at + VALUE_CHARS_MAX; i += 1) {
    const sign = text.charAt(i)
    if (sign === '\\') i += 1
    else if (sign === '{') depth += 1
    else if (sign === '}') depth -= 1
    if (depth === 0) return i + 1
  }
  return 0
}
