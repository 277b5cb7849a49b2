import { type ParseError, printParseErrorCode, visit } from 'jsonc-parser'
import { LineBuilder, type TextWithLines } from './text-with-lines.ts'

/** A string with this many words speaks for itself; a shorter value needs its key to mean anything. */
const PROSE_WORDS = 4

/**
 * The values of a JSON document as text: the keys that lead to them become headings; prose stands alone, other values
 * as they are written, key and all (`"warrantyMonths": 24`).
 *
 * @throws SyntaxError naming the line when it is not JSON.
 */
export function jsonText(json: string): TextWithLines {
  const out = new LineBuilder(json)
  let heading = ''
  let keyOffset = -1
  visit(json, {
    onObjectProperty: (_name, offset) => {
      keyOffset = offset
    },
    onArrayBegin: () => {
      keyOffset = -1
    },
    onObjectBegin: () => {
      keyOffset = -1
      out.endLine(true)
    },
    onLiteralValue: (value: unknown, offset, length, _line, _column, path) => {
      const trail = path()
        .slice(0, -1)
        .filter((key) => typeof key === 'string')
        .join(' – ')
      if (trail !== heading && trail !== '') {
        out.endLine(true)
        out.prefix('## ')
        out.words(trail, offset)
        out.endLine(true)
      }
      heading = trail
      const prose = typeof value === 'string' && value.trim().split(/\s+/u).length >= PROSE_WORDS
      const from = prose || keyOffset < 0 ? offset : keyOffset
      out.words(prose ? value : json.slice(from, offset + length), from)
      out.endLine(false)
      keyOffset = -1
    },
    onError: (error, offset) => {
      throw new SyntaxError(`${nameOf(error)} on line ${out.lineAt(offset)}`)
    },
  })
  return out.done()
}

function nameOf(error: ParseError['error']): string {
  return printParseErrorCode(error)
    .replace(/([A-Z])/gu, ' $1')
    .trim()
    .toLowerCase()
}
