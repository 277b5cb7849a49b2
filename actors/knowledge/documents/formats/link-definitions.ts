import { CodeLines } from './code-lines.ts'

/** "[1.2.0]: https://…", a whole line that says where links lead to; no footnote. */
const DEFINITION = /^ {0,3}\[([^[\]\\^][^[\]\\]{0,200})\]:[ \t]*[^\s<[][^\s]*[ \t]*$/u
/** "see [here]: all of it" is running text. */
const RUNNING = /^ {0,3}\p{L}[^[\]]*\[[^[\]]*\]:[^[\]]*$/u
/** Each part of a text is given all of them. */
const DEFINITIONS_MAX = 300

/** The lines that say where links lead to; undefined if others may, so that the text has to be read as a whole. */
export function definitionsIn(lines: readonly string[]): readonly string[] | undefined {
  const found = new Map<string, string>()
  const code = new CodeLines({ strict: true })
  for (const line of lines) {
    if (code.next(line) === 'fenced' || !line.includes(']:') || RUNNING.test(line)) continue
    const label = DEFINITION.exec(line)?.[1]?.trim().toLowerCase()
    if (label === undefined || found.has(label) || found.size === DEFINITIONS_MAX) return undefined
    found.set(label, line)
  }
  return [...found.values()]
}

/** Whether a comment of HTML goes on in the next line, or may. */
export function commentsGoOn(line: string): boolean {
  for (let at = line.indexOf('<!--'); at >= 0; at = line.indexOf('<!--', at)) {
    const end = line.indexOf('-->', at + 4)
    if (end < 0) return true
    at = end
  }
  return false
}
