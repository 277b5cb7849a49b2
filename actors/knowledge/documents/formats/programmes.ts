import { HELD } from './held-numbers.ts'

/** "10.30 Group A", "9:00–9:45 Final", "14.00 Uhr Match". */
const TIMED =
  /^\s{0,8}\p{N}{1,2}[.:][0-5]\p{N}(?: ?[-–—] ?\p{N}{1,2}[.:][0-5]\p{N})?(?: ?(?:uhr|h|am|pm))?:?\s+\S/iu
/** "10.30 Group A", and "4.1 Fees", "4.10.2 Late fees". */
const POINTED = /^\s{0,3}(?<hour>\p{N}{1,2})\.(?<minute>\p{N}{1,3})(?<more>\.\p{N}+)?(?=[\s–—-])/u
const HOUR_LAST = 24
const MINUTES_STEP = 5
/** No section alone has such a number: "9.30", "14.00". */
const ALONE = /^(?:[789]|1\p{N}|2[0-4])\.(?:00|15|30|45)$/u
const LABEL_CHARS_MAX = 40
const DAYS =
  'mon|tue|wed|thu|fri|sat|sun|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag'
/** "Saturday", "Sunday 5 May", "Tag 2", "5 May 2024", "2024-05-05". */
const DAY = new RegExp(
  `^(?:(?:${DAYS})(?:s?day|rs?day|nesday|urday)?(?!\\p{L})\\.?[^:.!?]*|(?:day|tag|jour|día|dag) \\p{N}{1,2}|\\p{N}{1,2}(?:st|nd|rd|th|\\.)? \\p{L}{3,9}(?: \\p{N}{4})?|\\p{N}{1,4}[-./]\\p{N}{1,2}[-./]\\p{N}{2,4}):?$`,
  'iu',
)

/** Holds the hours of times with a point at the start of lines: they number no sections. No line moves. */
export function withHeldTimes(lines: readonly string[]): string[] {
  const found = lines.map((line) => POINTED.exec(line)?.groups)
  const all = found.filter((one) => one !== undefined)
  const [only] = all
  const alone = all.length === 1 && ALONE.test(`${only?.hour}.${only?.minute}`)
  if (!all.every(isTime) || (all.length < 2 && !alone)) return [...lines]
  return lines.map((line, i) => (found[i] === undefined ? line : line.replace('.', `${HELD}.`)))
}

/** The minutes of a programme are round. Sections count on by one, from one. */
function isTime({ hour = '', minute = '', more }: Record<string, string | undefined>): boolean {
  const [hours, minutes] = [Number(hour), Number(minute)]
  return (
    more === undefined &&
    minute.length === 2 &&
    hours <= HOUR_LAST &&
    minutes < 60 &&
    minutes % MINUTES_STEP === 0
  )
}

/** The lines of a programme that name the day of the times below them. */
export function programmeDays(lines: readonly string[]): Set<number> {
  const timed = lines.map((line) => TIMED.test(line.slice(0, LABEL_CHARS_MAX).replace(HELD, '')))
  const found = lines.flatMap((line, i) => {
    const text = line.trim().replace(HELD, '')
    const day = timed[i + 1] === true && text.length <= LABEL_CHARS_MAX && DAY.test(text)
    const opens = timed[i - 1] === true || isBlank(lines[i - 1]) || isBlank(lines[i - 2])
    return day && opens ? [i] : []
  })
  // A sentence that was wrapped before a day and a time has one of each.
  const programme = found.length > 1 || found.some((i) => timed[i + 2] === true)
  return new Set(programme ? found : [])
}

function isBlank(line: string | undefined): boolean {
  return line === undefined || line.trim() === ''
}
