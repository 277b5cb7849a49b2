import { isDate } from './table-heads.ts'

type Texts = readonly string[]

/** What names people, of whom a table may know nothing else. */
const PEOPLE =
  /^(?:(?:full |first |last )?names?|attendee|author|client|colleague|company|contact|customer|driver|employee|firm|guest|member|participant|patient|person|player|pupil|staff|student|supplier|teacher|tenant|visitor|volunteer|firma|gast|kunde|mieter|mitarbeiter(?:in)?|mitglied|nom|nombre|spieler(?:in)?|schüler(?:in)?|teilnehmer(?:in)?)$/iu
/** "Kitchen Staff" names people, but is none. */
const SEVERAL =
  /(?:\b(?:class|crew|department|division|group|members|office|others|players|staff|team|total)|abteilung|gruppe|klasse|mitglieder)$/iu
const PERSON =
  /^\p{Lu}[\p{L}.'’-]*(?: (?:da|de|den|der|di|du|la|le|van|von))*(?:,? \p{Lu}[\p{L}.'’-]*){1,3}$/u
/** No note on the table, and no name of a part that is empty. */
const LAST = /^(?=.*\p{Ll})[^:.!?*]{1,60}$/u
/** Longer texts are no names. */
const CHARS_MAX = 60

type Kind = 'mail' | 'number' | 'code' | 'date' | 'person' | 'word'

function kindOf(text: string, people: boolean): Kind | undefined {
  if (text.length > CHARS_MAX) return undefined
  if (/^[^\s@]+@[^\s@]+$/u.test(text)) return 'mail'
  if (isDate(text)) return 'date'
  if (/^\d[\d.,/-]*$/u.test(text)) return 'number'
  if (/^[\p{L}._/-]*\d[\p{L}\d._/-]*$/u.test(text)) return 'code'
  if (!people || SEVERAL.test(text) || (text.length > 3 && text === text.toUpperCase())) return undefined
  return PERSON.test(text) ? 'person' : /^\p{Lu}\p{Ll}+$/u.test(text) ? 'word' : undefined
}

/**
 * The rows below a head that have a name and nothing else, and name no group: those of one kind with all other names of the table, as
 * "Bob Ray" between "Ann Lee" and "Cy Day", or those at the end. Where the first row is such a one, each of them names those below it.
 */
export function loneNames(head: string, rows: readonly Texts[]): ReadonlySet<number> {
  const found = new Set<number>()
  const isLone = ([name = '', ...others]: Texts) => name !== '' && others.every((text) => text === '')
  const [first] = rows
  if (first === undefined || head === '' || first.length < 3 || isLone(first)) return found
  const people = PEOPLE.test(head)
  const kinds = new Set<Kind | undefined>()
  rows.forEach((cells, i) => {
    if (isLone(cells)) found.add(i)
    else if (cells.some((text) => text !== '')) kinds.add(kindOf(cells[0] ?? '', people))
  })
  const [kind] = kinds
  if (found.size === 0 || found.size > rows.length / 2) return new Set()
  // Below the last row of a table no group begins.
  const last = rows.findLastIndex((cells) => !isLone(cells))
  if ([...found].every((i) => i > last && LAST.test(rows[i]?.[0] ?? ''))) return found
  const alike = kinds.size === 1 && kind !== undefined
  return alike && [...found].every((i) => kindOf(rows[i]?.[0] ?? '', people) === kind) ? found : new Set()
}
