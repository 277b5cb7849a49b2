import { SIMPLE, TRADITIONAL } from './simplified-table.ts'

const SIMPLE_OF: ReadonlyMap<string, string> = new Map(
  Array.from(TRADITIONAL, (one, i) => [one, SIMPLE.charAt(i)]),
)
const ANY = new RegExp(`[${TRADITIONAL}]`, 'gu')

/** The text with simplified characters for traditional ones. Every character stays at its place. */
export function simplified(text: string): string {
  return text.replace(ANY, (one) => SIMPLE_OF.get(one) as string)
}

/** The same of one character. */
export function simplifiedCharacter(character: string): string {
  return SIMPLE_OF.get(character) ?? character
}
