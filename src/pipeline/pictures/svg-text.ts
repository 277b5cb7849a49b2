const TITLE_MAX = 30

/** A title shortened to the room in a box. */
export function shortened(text: string): string {
  const chars = [...text]
  return chars.length <= TITLE_MAX ? text : `${chars.slice(0, TITLE_MAX - 1).join('')}…`
}

/** Width in 13 px bold sans-serif, estimated generously; characters beyond Latin, Greek and Cyrillic may be twice as wide. */
export function widthOf(text: string): number {
  let width = 0
  for (const char of text) width += (char.codePointAt(0) ?? 0) > 0x2e80 ? 15 : 8.1
  return width
}

/** Text for XML: markup is escaped, and characters that XML forbids (control characters, lone surrogates) appear as �. */
export function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
}
