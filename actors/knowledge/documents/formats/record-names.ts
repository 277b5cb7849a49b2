import { isEnded } from '../../text/sentences.ts'
import { type Field, PROSE_WORDS, type Value, words } from './values.ts'

/** The name of a record in a list, from its fields. */
export interface Naming {
  (fields: readonly Field[]): string | undefined
  /** The field that it is from, if it is all of one. */
  readonly key?: string
}

type ListRecord = Value & { readonly kind: 'record' }

/** Fields that identify a record, best first. */
const NAMES = ['name', 'title', 'label', 'id', 'key', 'code', 'slug']

/** The key of the field that gives a record its name. */
export function nameKeyOf(fields: readonly Field[]): string | undefined {
  return nameFieldOf(fields)?.key
}

function nameFieldOf(fields: readonly Field[]): { readonly key: string; readonly text: string } | undefined {
  for (const name of NAMES) {
    const found = fields.find(({ key, value }) => key.toLowerCase() === name && value.kind === 'scalar')
    if (found?.value.kind !== 'scalar') continue
    const { text } = found.value
    if (text !== '' && words(text) < PROSE_WORDS) return { key: found.key, text }
  }
  return undefined
}

export function nameOf(fields: readonly Field[]): string | undefined {
  const own = nameFieldOf(fields)
  if (own !== undefined) return own.text
  // Kubernetes and others keep the name of a record in a part of it.
  const about = fields.find(({ key }) => /^meta(?:data)?$/iu.test(key))?.value
  return about?.kind === 'record' ? nameOf(about.fields) : undefined
}

/** A name stands among the first fields. */
const NAMES_AMONG = 50

/** What a field says beside each of the records that have one name: "Anna Berg, Finance" and "Anna Berg, Support". */
export function besideNames(records: readonly ListRecord[]): ReadonlyMap<ListRecord, string> {
  const byName = new Map<string, ListRecord[]>()
  for (const record of records) {
    const name = record.nameless === true ? undefined : nameOf(record.fields)
    if (name === undefined) continue
    const same = byName.get(name)
    if (same === undefined) byName.set(name, [record])
    else same.push(record)
  }
  const found = new Map<ListRecord, string>()
  for (const same of byName.values()) {
    const naming = same.length < 2 ? undefined : (kindNaming(same) ?? namingOf(same) ?? figureNaming(same))
    if (naming === undefined) continue
    for (const record of same) found.set(record, naming(record.fields) as string)
  }
  return found
}

/** "web, Deployment" and "web, Service" are of different kinds, whatever stands above that. */
function kindNaming(records: readonly ListRecord[]): Naming | undefined {
  return tellsApart(records, ['kind']) ? (fields) => textAt(fields, ['kind']) : undefined
}

/** The first field that every record of a list has, in words that differ from record to record ("model", "message"). */
export function namingOf(records: readonly ListRecord[]): Naming | undefined {
  if (records.length < 2) return undefined
  const key = records[0]?.fields.slice(0, NAMES_AMONG).find(({ key }) => tellsApart(records, [key]))?.key
  return key === undefined
    ? undefined
    : Object.assign((fields: readonly Field[]) => textAt(fields, [key]), { key })
}

/** For records with other records in them: a field of these ("from · city"), else two fields together, else a date or a number. */
export function nestedNaming(records: readonly ListRecord[]): Naming | undefined {
  if (records.length < 2) return undefined
  const own = records[0]?.fields.slice(0, NAMES_AMONG) ?? []
  const inner = own
    .flatMap(({ key, value }) =>
      value.kind === 'record' ? value.fields.slice(0, NAMES_AMONG).map((field) => [key, field.key]) : [],
    )
    .slice(0, NAMES_AMONG)
    .find((path) => tellsApart(records, path))
  if (inner !== undefined) return (fields) => textAt(fields, inner)
  return pairNaming(records, own) ?? figureNaming(records)
}

function pairNaming(records: readonly ListRecord[], own: readonly Field[]): Naming | undefined {
  const [first, second] = own.map(({ key }) => key).filter((key) => isAlways(records, key))
  if (first === undefined || second === undefined) return undefined
  const both: Naming = (fields) => [textAt(fields, [first]), textAt(fields, [second])].join(', ')
  return differ(records.map(({ fields }) => both(fields))) ? both : undefined
}

/** "floor 2": a date or a number with its key. */
function figureNaming(records: readonly ListRecord[]): Naming | undefined {
  const own = records[0]?.fields.slice(0, NAMES_AMONG) ?? []
  const figure = own.find(({ key }) => differ(records.map(({ fields }) => textAt(fields, [key]))))?.key
  return figure === undefined ? undefined : (fields) => `${figure} ${textAt(fields, [figure])}`
}

/** Whether every record has words there. */
function isAlways(records: readonly ListRecord[], key: string): boolean {
  return records.every(({ fields }) => isWording(key, textAt(fields, [key]) ?? ''))
}

function tellsApart(records: readonly ListRecord[], path: readonly string[]): boolean {
  return differ(wordingsAt(records, path))
}

function* wordingsAt(records: readonly ListRecord[], path: readonly string[]): Generator<string> {
  for (const { fields } of records) {
    const text = textAt(fields, path) ?? ''
    yield isWording(path.at(-1) as string, text) ? text : ''
  }
}

/** Texts are looked at up to the first that is empty, long, or there before. */
function differ(texts: Iterable<string | undefined>): boolean {
  const known = new Set<string>()
  for (const text of texts) {
    if (text === undefined || text === '' || known.has(text) || words(text) >= PROSE_WORDS) return false
    known.add(text)
  }
  return true
}

/** What somebody said is no name, but for a question with its answer. */
function isWording(key: string, text: string): boolean {
  if (isEnded(text) && !/^(?:q|questions?|prompt|frage)$/iu.test(key)) return false
  return /\p{L}{2}/u.test(text) && words(text) < PROSE_WORDS && !/^\p{N}{4}-\p{N}{2}/u.test(text)
}

function textAt(fields: readonly Field[], [key, ...inner]: readonly string[]): string | undefined {
  const value = fields.find((field) => field.key === key)?.value
  if (value?.kind === 'record') return inner.length === 0 ? undefined : textAt(value.fields, inner)
  return value?.kind === 'scalar' && inner.length === 0 ? value.text : undefined
}
