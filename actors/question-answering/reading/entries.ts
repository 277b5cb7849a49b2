import { MONTHS } from '../../knowledge/text/calendar.ts'
import type { Passage } from '../../knowledge/text/passages.ts'
import type { Statement } from '../../knowledge/text/statements.ts'
import { stem } from '../../knowledge/text/stem.ts'
import { words } from '../../knowledge/text/words.ts'

/**
 * The entries of logs, tables and lists that are about another day, or of another part, than the question names, where some that are read
 * have its own: "[sdb] checksum mismatch", asked for sdc. A reader knows no dates in figures.
 */
export function otherEntries(
  question: string,
  read: readonly Passage[],
): (passage: Passage) => readonly Statement[] {
  const marks = [daysOf, partsOf].flatMap((marksOf) => {
    const asked = new Set(marksOf === daysOf ? daysOf(question) : words(question).map(({ term }) => term))
    if (asked.size === 0) return []
    const isAsked = (own: readonly string[]) => own.some((one) => asked.has(one))
    const found = read.some((passage) =>
      passage.statements.some((one) => isEntry(one) && isAsked(marksOf(textOf(passage, one)))),
    )
    return found ? [{ marksOf, isAsked }] : []
  })
  return (passage) =>
    passage.statements.filter(
      (one) =>
        isEntry(one) &&
        marks.some(({ marksOf, isAsked }) => {
          const own = marksOf(textOf(passage, one))
          return own.length > 0 && !isAsked(own)
        }),
    )
}

function textOf({ text }: Passage, { start, end }: Statement): string {
  return text.slice(start, end)
}

function isEntry({ kind }: Statement): boolean {
  return kind === 'row' || kind === 'code' || kind === 'sentence'
}

const SHORT = MONTHS.map((name) => `${name.slice(0, 3)}(?:${name.slice(3)})?`).join('|')
const FORMS = [
  /(?<![\p{N}.-])\p{N}{4}[-/](?<month>0[1-9]|1[0-2])[-/](?<day>[0-3]\p{N})(?!\p{N})/gu,
  /(?<![\p{N}.])(?<day>[0-3]?\p{N})\.\s?(?<month>0?[1-9]|1[0-2])\.(?!\p{N}{1,3}\b)/gu,
  new RegExp(`(?<![\\p{N}.:])(?<day>[0-3]?\\p{N})(?:st|nd|rd|th)?\\s(?:of\\s)?(?<month>${SHORT})\\b`, 'giu'),
  new RegExp(
    `\\b(?<month>${SHORT})\\.?\\s(?:the\\s)?(?<day>[0-3]?\\p{N})(?:st|nd|rd|th)?(?![\\p{N}:])`,
    'giu',
  ),
]

/** The days in a text, as "3-12" for 12 March, whatever the year. */
function daysOf(text: string): string[] {
  return FORMS.flatMap((form) =>
    [...text.matchAll(form)].map(({ groups: { month = '', day = '' } = {} }) => {
      const name = month.slice(0, 3).toLowerCase()
      const number = /^\p{N}/u.test(month)
        ? Number(month)
        : MONTHS.findIndex((one) => one.startsWith(name)) + 1
      return `${number}-${Number(day)}`
    }),
  )
}

/** "[photos]", after the time and the level of an entry. */
const PART = /^[^\n]{0,60}?\s\[([\p{L}\p{N}._/-]{2,40})\]\s/u
const TIMED =
  /^[[(]?\p{N}{4}-\p{N}{2}-\p{N}{2}|^[[(]?\p{N}{1,2}:\p{N}{2}|^\p{Lu}\p{Ll}{2} +\p{N}{1,2} \p{N}{2}:/u

/** The part of a program that an entry of a log is from. */
function partsOf(text: string): string[] {
  const part = TIMED.test(text) ? PART.exec(text)?.[1] : undefined
  return part === undefined ? [] : [...part.toLowerCase().split(/[._/-]/u), part.toLowerCase()].map(stem)
}
