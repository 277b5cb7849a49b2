import type { Document } from '../../text/document.ts'
import { told } from './telling.ts'
import type { Field, Value } from './values.ts'

/** What people call the fields of contacts and events. Fields of the format itself say nothing. */
const KEYS: Readonly<Record<string, string>> = {
  FN: 'name',
  SUMMARY: 'name',
  TEL: 'phone',
  ADR: 'address',
  ORG: 'organisation',
  TITLE: 'job',
  BDAY: 'birthday',
  DTSTART: 'start',
  DTEND: 'end',
  DUE: 'due',
  RRULE: 'repeats',
  'X-WR-CALNAME': 'name',
  'X-WR-CALDESC': 'description',
}
const UNSAID =
  /^(?:VERSION|PRODID|UID|DTSTAMP|REV|SEQUENCE|N|PHOTO|CALSCALE|METHOD|CREATED|LAST-MODIFIED|TRANSP|X-(?!WR-CAL(?:NAME|DESC)$).*)$/u
/** Records inside a record that describe the calendar and not what is in it. */
const APART = /^(?:VTIMEZONE|STANDARD|DAYLIGHT|VALARM)$/u

/** A record that is still filled. */
interface Open {
  readonly type: string
  readonly fields: Field[]
  readonly line: number
}

/** Contacts (vCard) and calendars (iCalendar): a record for each. */
export function readCards(file: string, text: string): Document {
  const found: Value[] = []
  const open: Open[] = []
  for (const { line, at } of unfolded(text)) {
    const [, whole = '', value = ''] = /^([^:]+):(.*)$/u.exec(line) ?? []
    const [name = '', ...parameters] = whole.replace(/^item\d+\./iu, '').split(';')
    const key = name.toUpperCase()
    if (key === 'BEGIN') open.push({ type: value.toUpperCase(), fields: [], line: at })
    else if (key === 'END') {
      const own = open.pop()
      if (own !== undefined && own.fields.length > 0 && !APART.test(own.type) && !isBareCalendar(own))
        found.push({ kind: 'record', fields: own.fields, line: own.line })
    } else if (value.trim() !== '' && !UNSAID.test(key)) {
      const text = textOf(value)
      open.at(-1)?.fields.push({
        key: keyOf(key, parameters),
        value: { kind: 'scalar', text, quoted: true, line: at },
      })
    }
  }
  return { file, tree: { type: 'root', children: told(found) } }
}

/** The name of a calendar alone says nothing. */
function isBareCalendar({ type, fields: [first, ...others] }: Open): boolean {
  return type === 'VCALENDAR' && first?.key === 'name' && others.length === 0
}

function keyOf(key: string, parameters: readonly string[]): string {
  const types = parameters
    .flatMap((one) => /^TYPE=(.*)$/iu.exec(one)?.[1]?.split(',') ?? [])
    .map((type) => type.replace(/"/gu, '').toLowerCase())
    .filter((type) => /^(?:home|work|cell|fax)$/u.test(type))
  return [KEYS[key] ?? key.toLowerCase(), ...types].join(' ')
}

/** Without escapes; "20240705T180000" is "2024-07-05 18:00". */
function textOf(value: string): string {
  return value
    .replace(/\\n/giu, '\n')
    .replace(/(?<!\\);+/gu, ', ')
    .replace(/\\([\\,;])/gu, '$1')
    .replace(/^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\dZ?)?$/u, (_, y, m, d, hour, minute) =>
      hour === undefined ? `${y}-${m}-${d}` : `${y}-${m}-${d} ${hour}:${minute}`,
    )
    .replace(/^[,\s]+|(?<![,\s])[,\s]+$/gu, '')
}

/** Lines; one that begins with a space continues the line before. */
function unfolded(text: string): { line: string; at: number }[] {
  const found: { line: string; at: number }[] = []
  text.split(/\r\n|\n|\r/u).forEach((line, i) => {
    const last = found.at(-1)
    if (/^[ \t]/u.test(line) && last !== undefined) last.line += line.slice(1)
    else found.push({ line, at: i + 1 })
  })
  return found
}
