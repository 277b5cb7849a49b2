import type { Document } from '../../text/document.ts'
import { cardLines, parameterOf } from './card-lines.ts'
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
  /^(?:VERSION|PRODID|UID|DTSTAMP|REV|SEQUENCE|PHOTO|CALSCALE|METHOD|CREATED|LAST-MODIFIED|TRANSP|X-(?!WR-CAL(?:NAME|DESC)$).*)$/u
/** Records inside a record that describe the calendar and not what is in it. */
const APART = /^(?:VTIMEZONE|STANDARD|DAYLIGHT|VALARM)$/u

/** A record that is still filled. */
interface Open {
  readonly type: string
  fields: Field[]
  readonly line: number
  /** The parts of the name of a contact, told if it has no other. */
  parts?: Field | undefined
  /** The day after an event of whole days. */
  after?: Field
}

/** Contacts (vCard) and calendars (iCalendar): a record for each. */
export function readCards(file: string, text: string): Document {
  const found: Value[] = []
  const open: Open[] = []
  for (const { name, parameters, value, at } of cardLines(text)) {
    const key = name.toUpperCase()
    if (key === 'BEGIN') open.push({ type: value.toUpperCase(), fields: [], line: at })
    else if (key === 'END') {
      const own = open.pop()
      if (own?.parts !== undefined && !own.fields.some((field) => field.key === KEYS.FN))
        own.fields.unshift(own.parts)
      if (own !== undefined && own.fields.length > 0 && !APART.test(own.type) && !isBareCalendar(own))
        found.push({ kind: 'record', fields: untilLastDay(own), line: own.line })
    } else if (key === 'N') {
      const own = open.at(-1)
      if (own !== undefined) own.parts = nameOfParts(value, at)
    } else if (value.trim() !== '' && !UNSAID.test(key)) {
      const own = open.at(-1)
      const field: Field = {
        key: keyOf(key, parameters),
        value: { kind: 'scalar', text: textOf(key, value, parameters), quoted: true, line: at },
      }
      own?.fields.push(field)
      if (own !== undefined && key === 'DTEND' && /^\d{8}$/u.test(value.trim())) own.after = field
    }
  }
  return { file, tree: { type: 'root', children: told(found) } }
}

/** "Lee;Ann;;Dr." is "Dr. Ann Lee". */
function nameOfParts(value: string, line: number): Field | undefined {
  const [family = '', given = '', others = '', before = '', after = ''] = value.split(/(?<!\\);/u)
  const text = [before, given, others, family, after]
    .map((part) =>
      part
        .replace(/(?<!\\),/gu, ' ')
        .replace(/\\([\\,;])/gu, '$1')
        .trim(),
    )
    .filter((part) => part !== '')
    .join(' ')
  return text === ''
    ? undefined
    : { key: KEYS.FN as string, value: { kind: 'scalar', text, quoted: true, line } }
}

/** An event of whole days ends with its last day; the file has the day after. One of a day has no other end. */
function untilLastDay({ fields, after }: Open): readonly Field[] {
  if (after?.value.kind !== 'scalar') return fields
  const time = Date.parse(`${after.value.text}T00:00:00Z`)
  const start = fields.find(({ key }) => key === KEYS.DTSTART)?.value
  if (Number.isNaN(time) || start?.kind !== 'scalar') return fields
  const last = new Date(time - DAY_MS).toISOString().slice(0, 10)
  // Some programs write the last day itself.
  if (last <= start.text) return fields.filter((field) => field !== after)
  after.value.text = last
  return fields
}

const DAY_MS = 86_400_000

/** The name of a calendar alone says nothing. */
function isBareCalendar({ type, fields: [first, ...others] }: Open): boolean {
  return type === 'VCALENDAR' && first?.key === 'name' && others.length === 0
}

function keyOf(key: string, parameters: readonly string[]): string {
  // Before version 3 the types of a number have no "TYPE=".
  const types = parameters
    .flatMap((one) => /^(?:TYPE=)?([^=]*)$/iu.exec(one)?.[1]?.split(',') ?? [])
    .map((type) => type.replace(/"/gu, '').toLowerCase())
    .filter((type) => /^(?:home|work|cell|fax)$/u.test(type))
  return [KEYS[key] ?? key.toLowerCase(), ...new Set(types)].join(' ')
}

/** Without escapes; "20240705T180000Z" is "2024-07-05 18:00 UTC". */
function textOf(key: string, value: string, parameters: readonly string[]): string {
  const zone = parameterOf(parameters, 'TZID')
  const text = value
    .replace(/\\n/giu, '\n')
    .replace(/(?<!\\);+/gu, ', ')
    .replace(/\\([\\,;])/gu, '$1')
    .replace(/^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?$/u, (_, y, m, d, hour, minute, utc) => {
      const place = utc === 'Z' ? ' UTC' : zone === '' ? '' : ` (${zone})`
      return hour === undefined ? `${y}-${m}-${d}` : `${y}-${m}-${d} ${hour}:${minute}${place}`
    })
    .replace(/^[,\s]+|(?<![,\s])[,\s]+$/gu, '')
  return /^(?:ORGANIZER|ATTENDEE)$/u.test(key) ? personOf(text, parameters) : text
}

/** "Ben Ost <ben@acme.io>, declined". */
function personOf(address: string, parameters: readonly string[]): string {
  const bare = address.replace(/^mailto:/iu, '')
  const name = parameterOf(parameters, 'CN')
  const answer = /^(?:accepted|declined|tentative|delegated)$/iu.exec(
    parameterOf(parameters, 'PARTSTAT'),
  )?.[0]
  const who = name === '' || name === bare ? bare : `${name} <${bare}>`
  return answer === undefined ? who : `${who}, ${answer.toLowerCase()}`
}
