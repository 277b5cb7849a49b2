import { isDay, monthOf } from '../../knowledge/rows/times.ts'

const DAY = '(?:0?[1-9]|[12]\\d|3[01])'
const NTH = `${DAY}(?:st|nd|rd|th)?`
const YEAR = '(?:,?\\s+\\d{4})?'
const MONTH =
  '(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?'
const WEEKDAY = '(?:mon|tues|wednes|thurs|fri|satur|sun)day'
const COUNT = '(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|\\d{1,3})'
const SPAN = '(?:days?|weeks?|months?)'
const HAN_WEEK = '(?:周|星期|礼拜)'

/** From the most to the least exact, so that "Friday, 15 March" is the 15th. English and Chinese. */
const FORMS = [
  '\\b\\d{4}-\\d{2}-\\d{2}\\b',
  `\\b${DAY}[./]${DAY}[./](?:\\d{4}|\\d{2})\\b`,
  `\\b(?:the\\s+)?${NTH}\\s+(?:of\\s+)?${MONTH}(?!\\p{L})${YEAR}`,
  `\\b${MONTH}\\s+(?:the\\s+)?${NTH}\\b(?!\\s*%)${YEAR}`,
  `(?:\\d{4}\\s*年\\s*)?\\d{1,2}\\s*月\\s*\\d{1,2}\\s*[日号]`,
  '\\b(?:the\\s+)?day\\s+(?:after\\s+tomorrow|before\\s+yesterday)\\b',
  '\\b(?:today|tonight|tomorrow|yesterday)\\b',
  `\\b(?:(?:next|this|last|coming)\\s+)?${WEEKDAY}(?:\\s+(?:next|this|last)\\s+week)?\\b`,
  '\\b(?:next|this|last)\\s+(?:week(?:end)?|month|year)\\b',
  `\\bin\\s+${COUNT}\\s+${SPAN}\\b`,
  `\\b${COUNT}\\s+${SPAN}\\s+ago\\b`,
  `大?后天|大?前天|今天|明天|昨天|(?:[下这本上]个?)?${HAN_WEEK}[一二三四五六日天末]|[下这本上](?:个?月|${HAN_WEEK})`,
]

/** A date as people write it: `2026-03-15`, `15.3.2026`, `15 March`, `March 15th`, `tomorrow`, `next Friday`, `in two weeks`, `3月15日`. */
export const DATES: readonly RegExp[] = FORMS.map((form) => new RegExp(form, 'iu'))

/** Dates only where one was asked for; elsewhere they are mostly something else: `15/3`, `the 15th`. */
export const ASKED_DATES: readonly RegExp[] = [
  new RegExp(`\\b${DAY}[./]${DAY}\\b`, 'u'),
  new RegExp(`\\b(?:the\\s+)?${DAY}(?:st|nd|rd|th)\\b`, 'iu'),
]

/** A year of any day that years have: a date without a year may be the 29th of February. */
const LEAP_YEAR = 2024
const NAMED_MONTH = new RegExp(MONTH, 'iu')

/** Whether the calendar has the day of a date that was read; words such as `tomorrow` always name one. */
export function isInCalendar(date: string): boolean {
  const numbers = (date.match(/\d+/gu) ?? []).map(Number)
  const [first = 0, second = 0, third] = numbers
  if (/^\d{4}-/u.test(date)) return isDay(first, second, third ?? 0)
  if (/^\d{1,2}[./]/u.test(date)) {
    const year = third === undefined ? LEAP_YEAR : yearOf(third)
    return isDay(year, second, first) || isDay(year, first, second)
  }
  if (/\d\s*月\s*\d/u.test(date)) {
    const [day = 0, month = 0, year = LEAP_YEAR] = numbers.toReversed()
    return isDay(year, month, day)
  }
  const month = NAMED_MONTH.exec(date)?.[0]
  return month === undefined || numbers.length === 0 || isDay(numbers[1] ?? LEAP_YEAR, monthOf(month), first)
}

function yearOf(written: number): number {
  return written < 100 ? 2000 + written : written
}

/** Whether a text has what looks like a date, of a day that the calendar does not have. */
export function namesNoDay(text: string): boolean {
  return [...DATES, ...ASKED_DATES].some((form) => {
    const date = form.exec(text)?.[0]
    return date !== undefined && !isInCalendar(date)
  })
}
