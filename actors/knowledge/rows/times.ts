import { MONTHS } from '../text/calendar.ts'

/** Numbers below it are seconds, others milliseconds: in 5138 and in 1973. */
const SECONDS_BELOW = 1e11
/** The last time that there is a date for. */
const LATEST = 8.64e15

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)? ?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/iu
/** RFC 2822 as feeds write it, with the zones and the years of RFC 822. */
const MAIL =
  /^(?:[a-z]{3,9},? +)?(\d{1,2}) +([a-z]{3,9}) +(\d{4}|\d{2}) +(\d{1,2}):(\d{2})(?::(\d{2}))?(?: *([a-z]{1,3}|[+-]\d{2}:?\d{2}))?(?: *\([^()]*\))?$/iu
const ZONE_HOURS: Readonly<Record<string, number>> = {
  z: 0,
  ut: 0,
  utc: 0,
  gmt: 0,
  est: -5,
  edt: -4,
  cst: -6,
  cdt: -5,
  mst: -7,
  mdt: -6,
  pst: -8,
  pdt: -7,
}

/** What a time may look like, for messages. */
export const TIME_FORMS = '2026-03-02T09:30:00Z or 1772443800000 (milliseconds)'

/**
 * Milliseconds since 1970 of a date or date-time of ISO 8601 or RFC 2822, or of a number of milliseconds, written out or not; undefined
 * for everything else, also for a day that no calendar has. `Date.parse` makes a time of nearly any text with a digit. Without a zone a
 * time is of UTC, so that a file says the same on every machine.
 *
 * @param small what a number is that means a day before 1973 in milliseconds: refused, since it is one of seconds by mistake, or taken
 *   for seconds
 */
export function timeOf(given: number | string | Date, small: 'refused' | 'seconds'): number | undefined {
  if (given instanceof Date) return bounded(given.getTime())
  if (typeof given === 'number') return ofNumber(given, small)
  const text = given.trim()
  return /^\d+(?:\.\d+)?$/u.test(text) ? ofNumber(Number(text), small) : (ofIso(text) ?? ofMail(text))
}

function ofNumber(given: number, small: 'refused' | 'seconds'): number | undefined {
  if (!(given >= 0)) return undefined
  if (given >= SECONDS_BELOW) return bounded(given)
  return small === 'seconds' ? given * 1000 : undefined
}

function ofIso(text: string): number | undefined {
  const found = ISO.exec(text)
  if (found === null) return undefined
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '0', zone = 'z'] = found
  const whole = moment([Number(year), Number(month), Number(day)], [hour, minute, second].map(Number), zone)
  return whole === undefined ? undefined : whole + Math.trunc(Number(`0.${fraction}`) * 1000)
}

function ofMail(text: string): number | undefined {
  const found = MAIL.exec(text)
  if (found === null) return undefined
  const [, day, name = '', digits = '', hour, minute, second = '0', zone = 'z'] = found
  const short = Number(digits)
  const year = digits.length === 4 ? short : short + (short < 50 ? 2000 : 1900)
  return moment([year, monthOf(name), Number(day)], [hour, minute, second].map(Number), zone)
}

function moment(
  [year = 0, month = 0, day = 0]: readonly number[],
  [hour = 0, minute = 0, second = 0]: readonly number[],
  zone: string,
): number | undefined {
  const offset = minutesOf(zone)
  if (!isDay(year, month, day) || hour > 23 || minute > 59 || second > 59 || offset === undefined)
    return undefined
  return Date.UTC(year, month - 1, day, hour, minute - offset, second)
}

function minutesOf(zone: string): number | undefined {
  const [, sign, hours, minutes = '0'] = /^([+-])(\d{2}):?(\d{2})?$/u.exec(zone) ?? []
  if (sign === undefined) {
    const named = ZONE_HOURS[zone.toLowerCase()]
    return named === undefined ? undefined : named * 60
  }
  const size = Number(hours) * 60 + Number(minutes)
  return Number(hours) > 23 || Number(minutes) > 59 ? undefined : size * (sign === '-' ? -1 : 1)
}

/** From 1, of a name or at least three letters of it; 0 for no month. */
export function monthOf(name: string): number {
  const letters = name.toLowerCase().replace(/\.$/u, '')
  return letters.length < 3 ? 0 : MONTHS.findIndex((one) => one.startsWith(letters)) + 1
}

/** Whether the calendar has this day; years are from 100 on. */
export function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day))
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}

function bounded(at: number): number | undefined {
  return Math.abs(at) <= LATEST ? at : undefined
}
