/** A property of a contact or an event. */
export interface CardLine {
  readonly name: string
  /** As written: "TYPE=work", or "WORK". */
  readonly parameters: readonly string[]
  readonly value: string
  /** The line where it begins. */
  readonly at: number
}

/** The properties of contacts and calendars, without what holds no text. */
export function cardLines(text: string): CardLine[] {
  return unfolded(text).flatMap(({ parts, at }): CardLine[] => {
    const line = parts.join('')
    const end = endOfHead(line)
    if (end <= 0) return []
    const [name = '', ...parameters] = separated(line.slice(0, end).replace(/^item\d+\./iu, ''))
    const value = line.slice(end + 1)
    if (parameters.some((one) => /^(?:ENCODING=)?(?:b|base64)$/iu.test(one))) return []
    const quoted = parameters.some((one) => QUOTED_PRINTABLE.test(one))
    return [
      { name, parameters, value: quoted ? decoded(value, parameterOf(parameters, 'CHARSET')) : value, at },
    ]
  })
}

/** The value of a parameter, without quotes; empty without one. */
export function parameterOf(parameters: readonly string[], name: string): string {
  const found = parameters.find((one) => one.toUpperCase().startsWith(`${name}=`))
  return found === undefined ? '' : found.slice(name.length + 1).replace(/^"|"$/gu, '')
}

const QUOTED_PRINTABLE = /^(?:ENCODING=)?QUOTED-PRINTABLE$/iu
/** What stands before the value is no longer. */
const HEAD_CHARS_MAX = 2_000

/** Lines; one that begins with a space continues the line before, and so does one after "=" in the old encoding. */
function unfolded(text: string): { readonly parts: string[]; readonly at: number }[] {
  const found: { parts: string[]; at: number; soft: boolean }[] = []
  text.split(/\r\n|\n|\r/u).forEach((line, i) => {
    const last = found.at(-1)
    if (last?.soft === true && last.parts.at(-1)?.endsWith('=') === true) {
      last.parts.push(last.parts.pop()?.slice(0, -1) ?? '', line.trimStart())
    } else if (/^[ \t]/u.test(line) && last !== undefined) last.parts.push(line.slice(1))
    else {
      const soft = /^[^:]*;(?:ENCODING=)?QUOTED-PRINTABLE[;:]/iu.test(line.slice(0, HEAD_CHARS_MAX))
      found.push({ parts: [line], at: i + 1, soft })
    }
  })
  return found
}

/** Where the value begins: behind the first colon that stands in no quotes. */
function endOfHead(line: string): number {
  let quoted = false
  for (let at = 0; at < Math.min(line.length, HEAD_CHARS_MAX); at += 1) {
    const char = line.charAt(at)
    if (char === '"') quoted = !quoted
    else if (char === ':' && !quoted) return at
  }
  return line.indexOf(':')
}

/** The parts between semicolons that stand in no quotes. */
function separated(head: string): string[] {
  let quoted = false
  const found = ['']
  for (const char of head) {
    if (char === '"') quoted = !quoted
    if (char === ';' && !quoted) found.push('')
    else found[found.length - 1] += char
  }
  return found
}

/** "J=C3=BCrgen" is "Jürgen". */
function decoded(text: string, charset: string): string {
  const bytes: number[] = []
  const encoder = new TextEncoder()
  for (const part of text.split(/(=[\dA-F]{2})/iu))
    if (/^=[\dA-F]{2}$/iu.test(part)) bytes.push(Number.parseInt(part.slice(1), 16))
    else for (const byte of encoder.encode(part)) bytes.push(byte)
  return textIn(Uint8Array.from(bytes), charset)
}

function textIn(bytes: Uint8Array, charset: string): string {
  try {
    return new TextDecoder(charset === '' ? 'utf-8' : charset).decode(bytes)
  } catch {
    // A charset that nobody knows.
    return new TextDecoder().decode(bytes)
  }
}
