import { indent } from '../../text/indent.ts'

/** What counts the lines of a text: "3", "1.2", "IV", "B". */
export interface Numbered {
  readonly kind: 'digit' | 'roman' | 'letter'
  /** What stands before the last number: "1" of "1.2". */
  readonly parent: string
  readonly depth: number
  readonly number: number
  /** Without a mark behind: "2 Maintenance". */
  readonly bare: boolean
  /** What is numbered. */
  readonly words: string
}

const LINE_CHARS_MAX = 400
const INDENT_MAX = 3
const DIGITS = /^(?<parents>(?:\p{N}{1,3}\.){0,4})(?<number>\p{N}{1,3})(?<mark>[.)]?)[ \t]+(?<words>\S.*)$/u
const ROMAN = /^(?<number>[IVXL]{1,6})[.)][ \t]+(?<words>\S.*)$/u
const LETTER = /^(?<number>\p{Lu})[.)][ \t]+(?<words>\S.*)$/u

/** The numbers that a line may begin with: "I." is one, or the letter below "H.". */
export function numberedOf(line: string): readonly Numbered[] {
  if (line.length > LINE_CHARS_MAX || indent(line) > INDENT_MAX) return []
  const text = line.trim()
  const digits = DIGITS.exec(text)?.groups
  if (digits !== undefined) {
    const parent = (digits.parents ?? '').replace(/\.$/u, '')
    const depth = parent === '' ? 1 : parent.split('.').length + 1
    const number = Number(digits.number)
    const bare = depth === 1 && digits.mark === ''
    return [{ kind: 'digit', parent, depth, number, bare, words: digits.words ?? '' }]
  }
  const one = { parent: '', depth: 1, bare: false } as const
  const found: Numbered[] = []
  const letter = LETTER.exec(text)?.groups
  if (letter !== undefined) {
    const number = (letter.number?.codePointAt(0) ?? 0) - 64
    found.push({ ...one, kind: 'letter', number, words: letter.words ?? '' })
  }
  const roman = ROMAN.exec(text)?.groups
  if (roman !== undefined)
    found.push({ ...one, kind: 'roman', number: romanValue(roman.number ?? ''), words: roman.words ?? '' })
  return found
}

const VALUES: Readonly<Record<string, number>> = { i: 1, v: 5, x: 10, l: 50, c: 100 }

/** 4 of "IV" or "iv". */
export function romanValue(text: string): number {
  const values = Array.from(text.toLowerCase(), (one) => VALUES[one] ?? 0)
  return values.reduce((sum, value, i) => (value < (values[i + 1] ?? 0) ? sum - value : sum + value), 0)
}
