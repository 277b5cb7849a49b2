const TITLE_MAX = 30

/** A title as long as a box has room for. */
export function shortened(text: string): string {
  const chars = [...text]
  return chars.length <= TITLE_MAX ? text : `${chars.slice(0, TITLE_MAX - 1).join('')}…`
}

/** Of 13 px bold sans-serif, on the safe side; what is beyond Latin, Greek and Cyrillic may be twice as wide. */
export function widthOf(text: string): number {
  let width = 0
  for (const char of text) width += (char.codePointAt(0) ?? 0) > 0x2e80 ? 15 : 8.1
  return width
}

/** Text for XML: markup is escaped, and what XML forbids altogether (control characters, lone surrogates) is shown as �. */
export function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
}
