import { indent } from '../../text/indent.ts'

/** ".. |minfw| replace:: firmware 4.2.1", ".. |logo| image:: logo.png". */
const DEFINITION = /^\s*\.\.\s+\|([^|\s](?:[^|]{0,80}[^|\s])?)\|\s+(replace|image|unicode|date)::(.*)$/u
/** "|minfw|", but not in code: "``|minfw|``". */
const REFERENCE = /``[^`]+``|(?<![\p{L}\p{N}\\])\|([^|\s](?:[^|]{0,80}[^|\s])?)\|_{0,2}(?![\p{L}\p{N}])/gu
/** Nobody writes a longer value, and values may hold each other. */
const VALUE_CHARS_MAX = 400
const LINES_MAX = 20
/** Characters of values in all. A text for people has fewer. */
const FILLED_CHARS_MAX = 1_000_000

/** What a text of reStructuredText defines to stand for something else. */
export interface Substitutions {
  /** Where the definition ends that begins on a line. */
  readonly ends: ReadonlyMap<number, number>
  /** A text with the values in the places of their names. */
  readonly fill: (text: string) => string
}

export function substitutionsOf(lines: readonly string[]): Substitutions {
  const ends = new Map<number, number>()
  const values = new Map<string, string>()
  let room = FILLED_CHARS_MAX
  const fill = (text: string) =>
    values.size === 0 || !text.includes('|')
      ? text
      : text.replace(REFERENCE, (whole, name: string | undefined) => {
          const value = name === undefined ? undefined : values.get(nameOf(name))
          if (value === undefined || value.length > room) return whole
          room -= value.length
          return value
        })
  lines.forEach((line, i) => {
    const [, name = '', kind = '', value = ''] = DEFINITION.exec(line) ?? []
    if (name === '') return
    const end = endOf(lines, i)
    ends.set(i, end)
    // A picture or a sign has no words to fill in.
    if (kind !== 'replace') return
    const said = [value, ...lines.slice(i + 1, end)].map((part) => part.trim()).join(' ')
    if (said.trim().length <= VALUE_CHARS_MAX) values.set(nameOf(name), said.trim())
  })
  for (const [name, value] of values) values.set(name, fill(value).slice(0, VALUE_CHARS_MAX))
  return { ends, fill }
}

function nameOf(name: string): string {
  return name.replace(/\s+/gu, ' ').toLowerCase()
}

/** Behind the lines of a value, which are further in. */
function endOf(lines: readonly string[], at: number): number {
  const far = indent(lines[at] as string)
  let end = at + 1
  while (end < at + LINES_MAX && (lines[end] ?? '').trim() !== '' && indent(lines[end] as string) > far)
    end += 1
  return end
}
