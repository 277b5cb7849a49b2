/** ":product: Zed", ":!product:", ":product!:". */
const ATTRIBUTE = /^:(!?)([\p{L}\p{N}_][\p{L}\p{N}_-]{0,80})(!?):(?:[ \t]+(.*))?$/u
const REFERENCE = /(\\?)\{([\p{L}\p{N}_][\p{L}\p{N}_-]{0,80})\}/gu
const BLOCK = /^(?:-{4,}|\.{4,}|`{3,}|\+{4,})\s*$/u
const COMMENT = /^\/{4,}\s*$/u
/** `[source,bash,subs="attributes+"]`. */
const FILLED = /^\[.*\bsubs\s*=\s*"?[^\]"]*(?:attributes|normal)/u
/** Nobody writes a longer value, and values may hold each other. */
const VALUE_CHARS_MAX = 400
/** Characters of values in all. A text for people has fewer. */
const FILLED_CHARS_MAX = 1_000_000
const GIVEN = [
  ['nbsp', ' '],
  ['empty', ''],
  ['sp', ' '],
  ['plus', '+'],
  ['amp', '&'],
  ['vbar', '|'],
] as const

/** The lines of AsciiDoc without blocks of comments, and with the values of attributes that it defines in their places. No line moves. */
export function filledLines(lines: readonly string[]): string[] {
  const values = new Map<string, string>(GIVEN)
  let [block, attributes] = ['', false]
  let room = FILLED_CHARS_MAX
  const fill = (line: string) =>
    line.replace(REFERENCE, (whole, escaped: string, name: string) => {
      const value = values.get(name.toLowerCase())
      if (value === undefined || value.length > room) return whole
      if (escaped !== '') return whole.slice(1)
      room -= value.length
      return value
    })
  return lines.map((line) => {
    if (block !== '') {
      const isComment = COMMENT.test(block)
      const ends = line.trimEnd() === block
      if (ends) block = ''
      if (isComment) return ''
      return attributes && !ends ? fill(line) : line
    }
    if (BLOCK.test(line) || COMMENT.test(line)) {
      block = line.trimEnd()
      return COMMENT.test(line) ? '' : line
    }
    attributes = FILLED.test(line) || (attributes && line.startsWith('.'))
    const [whole, off = '', name = '', unset = '', value = ''] = ATTRIBUTE.exec(line) ?? []
    const filled = line.includes('{') ? fill(line) : line
    if (whole === undefined) return filled
    if (off !== '' || unset !== '') values.delete(name.toLowerCase())
    else if (value.length <= VALUE_CHARS_MAX)
      values.set(name.toLowerCase(), fill(value).slice(0, VALUE_CHARS_MAX).trim())
    return filled
  })
}
