const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']
export const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
]

const DAY = '(?:Mon|Tue(?:s)?|Wed(?:nes)?|Thu(?:r|rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?s?'
const MONTH = 'Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec'

/** "Mon–Thu", "Monday to Friday", "Mo-Fr". */
const DAYS_FROM_TO = new RegExp(
  `\\b(${DAY}|Mo|Tu|We|Th|Fr|Sa|Su)\\.?\\s*(?:[-–—]|to|through)\\s*(${DAY}|Mo|Tu|We|Th|Fr|Sa|Su)\\b`,
  'gu',
)
/** "Sat: 10:00", "12 Mar", "Jan. 5", "Sat & Sun": short names in a date or before a value, not the Sun in the sky. */
const SHORT = new RegExp(
  `\\b(${DAY}|${MONTH})\\b(?=\\.?\\s*(?:[:,&/+·|–—-]|and\\b|\\d|$))|(?<=\\d(?:st|nd|rd|th)?\\s)(${MONTH})\\b`,
  'gmu',
)
/** "2025-03-14", "14.03.2025". */
const DATED =
  /(?<![\p{N}.-])(?:\p{N}{4}-(0[1-9]|1[0-2])-[0-3]\p{N}(?!\p{N})|[0-3]?\p{N}\.(0?[1-9]|1[0-2])\.(?:19|20)\p{N}{2}(?!\p{N}))/gu
const ANY =
  /\p{N}{4}-\p{N}{2}-|\.(?:19|20)\p{N}{2}|\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Mo|Tu|We|Sa|Su|Weekd)/u

/** The weekdays and months that a text has in short, in figures or between two of them: of "Mon–Wed" Tuesday too. In lower case, maybe again and again. */
export function calendarNames(text: string): string[] {
  if (!ANY.test(text)) return []
  const found: string[] = []
  for (const [, from = '', to = ''] of text.matchAll(DAYS_FROM_TO)) {
    const first = startingWith(DAYS, from)
    const days = (startingWith(DAYS, to) - first + DAYS.length) % DAYS.length
    for (let day = 0; day <= days; day += 1) found.push(DAYS[(first + day) % DAYS.length] as string)
  }
  for (const [, before = '', after = ''] of text.matchAll(SHORT)) {
    const name = before || after
    const names = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)/u.test(name) ? DAYS : MONTHS
    found.push(names[startingWith(names, name)] as string)
  }
  for (const [, iso = '', written = ''] of text.matchAll(DATED))
    found.push(MONTHS[Number(iso || written) - 1] as string)
  if (/\bWeekdays\b/u.test(text)) found.push(...DAYS.slice(0, 5))
  return found
}

function startingWith(names: readonly string[], name: string): number {
  const start = name.slice(0, 3).toLowerCase()
  return names.findIndex((one) => one.startsWith(start))
}
