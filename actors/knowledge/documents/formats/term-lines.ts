import { indent } from '../../text/indent.ts'

/** An option, command or code, a wide gap, and what it means, as programs print their help. */
const TERM_LINE = /^[ \t]*(\S+(?: \S+)*)(?: {2,}|\t+)(\S+(?:(?: |(?<=[.:!?]) {2})\S+)*)\s*$/u
/** "-k, --keep=NAME". */
const OPTION = /^-{1,2}[\p{L}?@][^\s]*(?:,? \S+)*$/u
const TERM_CHARS_MAX = 48
const LINE_CHARS_MAX = 300

/**
 * Writes the options and commands of a printed help as items of a list, each with what it means: "- -r, --region <name>: where to
 * deploy". No line moves; what goes on below, indented, belongs to its item.
 */
export function withTerms(text: string): string {
  const lines = text.split('\n')
  let end = 0
  return lines
    .map((line, i) => {
      if (i >= end) end = Math.max(end, endOfCommands(lines, i))
      if (line.length > LINE_CHARS_MAX) return line
      const [, term = '', meaning = ''] = TERM_LINE.exec(line) ?? besideOption(line, lines, i) ?? []
      if (term === '') return isOptionAbove(line, lines[i + 1] ?? '') ? `- ${line.trim()}:` : line
      if (term.length > TERM_CHARS_MAX) return line
      return OPTION.test(term) || i < end ? `- ${term}: ${meaning}` : line
    })
    .join('\n')
}

/** An option on a line of its own, with its meaning indented below. */
function isOptionAbove(line: string, next: string): boolean {
  const own = line.trim()
  return own.length <= TERM_CHARS_MAX && OPTION.test(own) && next.trim() !== '' && indent(next) > indent(line)
}

/** "-k KEY Name of the lease." where the name is as long as the column that meanings stand in: those of other options begin there. */
const BESIDE =
  /^[ \t]*(-{1,2}[\p{L}?@][\p{L}\p{N}-]*(?:[ =](?:<[^<>]{1,30}>|\p{Lu}[\p{Lu}_]*))?) (\p{Lu}\p{Ll}.*)$/u
const AROUND = 4

function besideOption(line: string, lines: readonly string[], at: number): RegExpExecArray | null {
  const found = BESIDE.exec(line)
  if (found === null) return null
  const column = line.trimEnd().length - (found[2] ?? '').trimEnd().length
  const around = lines.slice(Math.max(0, at - AROUND), at + AROUND + 1)
  return around.some((other) => other !== line && other.trim() !== '' && indent(other) === column)
    ? found
    : null
}

/** Where the indented lines below "Commands:" or a heading end, if they are several whose meanings begin at one column; else 0. */
function endOfCommands(lines: readonly string[], at: number): number {
  if (!/(?:^#.*|:)\s*$/u.test(lines[at - 1] ?? '')) return 0
  const column = columnOf(lines[at] ?? '')
  if (column === undefined || indent(lines[at] ?? '') === 0) return 0
  let count = 0
  let end = at
  for (; belongs(lines[end], column) || isBetween(lines, end, column); end += 1)
    if (columnOf(lines[end] ?? '') === column) count += 1
  return count > 1 ? end : 0
}

/** An empty line between two of them, as manuals have. */
function isBetween(lines: readonly string[], at: number, column: number): boolean {
  return (
    lines[at]?.trim() === '' && belongs(lines[at + 1], column) && columnOf(lines[at + 1] ?? '') === column
  )
}

/** A line whose meaning begins at this column, or goes on there. */
function belongs(line: string | undefined, column: number): boolean {
  if (line === undefined || line.length > LINE_CHARS_MAX || line.trim() === '') return false
  return columnOf(line) === column || indent(line) === column
}

/** Where the meaning begins. */
function columnOf(line: string): number | undefined {
  const found = TERM_LINE.exec(line)
  return found === null ? undefined : line.trimEnd().length - (found[2] ?? '').length
}
