/** Control characters, separators of lines, marks that turn the reading direction, half characters: they forge or hide lines. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}"\\]/gu

const CHARS_MAX = 256

/** Text from outside, fit for one line of a log: quoted, escaped, and cut after 256 characters. */
export function quoted(text: string): string {
  const cut = text.length > CHARS_MAX ? `${text.slice(0, CHARS_MAX)}…` : text
  return `"${cut.replace(UNSAFE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`
}
