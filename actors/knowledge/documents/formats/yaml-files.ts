import type { Document } from '../../text/document.ts'
import { readLog } from './log-entries.ts'
import { readYaml } from './yaml.ts'

/** "limit: 5", "- Ann", "# hours", "---". */
const LINE =
  /^\s*(?:(?:- +)?[\p{L}\p{N}_"'][^:{}[\]]{0,80}:(?:\s+[^\s{}[\]|>&*!]|\s*$)|- +[^{}[\]\s]|#|---\s*$|$)/u
const LINE_CHARS_MAX = 1_000
const FIELD = /^\s*(?:- +)?[^:#]{1,82}:\s/u

/**
 * A file of YAML. One with tabs as indentation is read as it looks, and one of plain lines that is not valid is read line by line.
 *
 * @throws SyntaxError naming the line
 */
export function readYamlFile(file: string, text: string): Document {
  try {
    return readYaml(file, text)
  } catch (error) {
    const lines = text.split(/\r\n|\n|\r/u)
    if (!(error instanceof SyntaxError) || !areFields(lines)) throw error
    return (
      readIndented(file, lines) ?? {
        ...readLog(file, text),
        asides: [`read line by line: it ${error.message}`],
      }
    )
  }
}

function areFields(lines: readonly string[]): boolean {
  return (
    lines.every((line) => line.length <= LINE_CHARS_MAX && LINE.test(line)) &&
    lines.some((line) => FIELD.test(line))
  )
}

/** With two spaces for each tab that a line begins with. */
function readIndented(file: string, lines: readonly string[]): Document | undefined {
  if (!lines.some((line) => line.startsWith('\t'))) return undefined
  const spaced = lines.map((line) => {
    const text = line.trimStart()
    return line.slice(0, line.length - text.length).replaceAll('\t', '  ') + text
  })
  try {
    return readYaml(file, spaced.join('\n'))
  } catch {
    return undefined
  }
}
