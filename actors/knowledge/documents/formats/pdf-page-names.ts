import { type Line, lineOfPieces, type Page, type Piece } from './pdf-lines.ts'

/** "page 1", "Seite 1 von 2", "p. 1/2", wherever it stands in a line. */
const NAMED =
  /(?<![\p{L}\p{N}])(?:page|pages|seite|blatt|sheet|side|sida|página|pagina|pág\.?|pg\.?|p\.|s\.)\s?(\d{1,4})(?:\s?(?:\/|of|von|de|di|sur|van|af|av)\s?\d{1,4})?(?![\p{L}\p{N}]|[.,:/-]\d)/giu
/** "1 / 2" with nothing else between two signs that part it from the words. "Bag 1 of 2" may be no page. */
const COUNTED =
  /(?<=^[-–—\s]{0,3}|[|·•–—,:;([]\s?|\s-\s)(\d{1,4})\s?(?:\/|of|von|de|di|sur|van|af|av)\s?(\d{1,4})(?=\s?[|·•–—,:;)\]]|\s-\s|[-–—\s]{0,3}$)/gu
/** "Owner's manual | 1", "1 | Owner's manual". */
const BARE = /(?<=^\W{0,3})\d{1,4}(?=\s?[|·•–—]|\s-\s)|(?<=[|·•–—]\s?|\s-\s)\d{1,4}(?=\W{0,3}$)/gu
/** A head or a foot is shorter. */
const CHARS_MAX = 300
/** Stands where the number of the page stood. */
const SIGN = '\uFFFF'
/** The number with the sign before it, where the words around it don't need it. */
const PARTED = /(?:^\s*|\s?[-–—|·•,;]\s|\s?[([])\uFFFF(?=[)\]]?\s*(?:$|[-–—|·•,;]))[)\]]?/u

/** A text as it stands on any page that calls its number "page 3". */
export function withoutNamed(text: string, { number }: Page): string {
  if (text.length > CHARS_MAX) return text
  return text.replace(NAMED, (_, own: string) => `${SIGN}${Number(own) - number}`)
}

/** A text as it stands on both pages of a document, without their numbers. `small`: its letters are smaller than those of the text. */
export function withoutPage(text: string, { number }: Page, small: boolean): string {
  if (text.length > CHARS_MAX) return text
  const told = text
    .replace(NAMED, (whole, own: string) => (Number(own) === number ? SIGN : whole))
    .replace(COUNTED, (whole, own: string, of: string) =>
      Number(own) === number && Number(of) === 2 ? SIGN : whole,
    )
  return small ? told.replace(BARE, (own) => (Number(own) === number ? SIGN : own)) : told
}

/**
 * A foot of both pages without the number of one of them, where a sign parts it from the words. The other page has another number in its place
 * in the line `other`. Undefined: it says nothing else.
 */
export function withoutItsPage(line: Line, other: Line, page: Page, small: boolean): Line | undefined {
  // "Hall | Mon | 1" on both pages.
  if (line.text === other.text) return line
  const pieces = line.pieces.flatMap((piece, i): Piece[] => {
    if (piece.text.trim() === other.pieces[i]?.text.trim()) return [piece]
    const text = leftOf(piece.text, withoutPage(piece.text, page, small))
    const alone = line.pieces.length > 1 && piece.text.trim() === String(page.number)
    return alone || text === '' ? [] : [{ ...piece, text }]
  })
  if (pieces.length === 0) return undefined
  const same =
    pieces.length === line.pieces.length && pieces.every(({ text }, i) => text === line.pieces[i]?.text)
  return same ? line : lineOfPieces(pieces, line)
}

function leftOf(text: string, told: string): string {
  const left = told.replace(PARTED, '')
  return left === told || left.includes(SIGN) ? text : left.replace(/^[-–—|·•,;\s]{1,9}/u, '').trim()
}
