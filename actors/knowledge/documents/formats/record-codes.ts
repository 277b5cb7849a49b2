import type { Path } from './record-paths.ts'
import { type Field, type Value, words } from './values.ts'

/** Fields that say in words what a code stands for, best first. */
const SPELLED = ['name', 'title', 'label', 'model', 'product', 'subject', 'description']
/** What names a record by a code, whatever that looks like. */
const CODE_KEY = /^(?:.*[_-])?(?:id|no|nr|number|code|plate|serial|sku)$/iu
const CODE_CHARS_MAX = 30
const WORDS_MAX = 5
/** A code and its words stand among the first fields. */
const FIELDS_AMONG = 50

/** "KL 843", "SKU-17", "404": nobody asks for it by name. */
function isCode(text: string, key: string | undefined): boolean {
  if (text.length > CODE_CHARS_MAX || /\p{Ll}{3}/u.test(text)) return key !== undefined && CODE_KEY.test(key)
  return /\d/u.test(text) || /^[A-Z]{2,}[A-Z ./_-]*$/u.test(text)
}

/** A path to a record, and that to its field which is said in it already. */
export interface Spelled {
  readonly path: Path
  readonly field?: { readonly key: string; readonly text: string }
}

/**
 * A record that a code tells from others is also called by what says it in words: "KL 843 · Ford Transit Custom". Only one with records in
 * it: the fields of another stand together.
 */
export function spelled(
  { fields }: Value & { readonly kind: 'record' },
  path: Path,
  key: string | undefined,
): Spelled {
  const step = path.at(-1)
  if (step?.tells !== 'apart' || !isCode(step.text, key)) return { path }
  const some = fields.slice(0, FIELDS_AMONG)
  if (!some.some(({ value }) => value.kind === 'record')) return { path }
  const field = wordsFor(some, key, WORDS_MAX)
  const said = field ?? partName(some)
  if (said === undefined) return { path }
  const called: Path = [...path.slice(0, -1), { ...step, text: `${step.text} · ${said.text}` }]
  return field === undefined ? { path: called } : { path: called, field }
}

/** What a record is of: "Item", of the line of an invoice. Its seller has a name too, which is not that of the line. */
const THING =
  /^(?:\w+:)?(?:\w+[_-])?(?:article|asset|book|component|course|device|dish|drug|episode|equipment|film|game|goods?|ingredient|item|material|meal|medication|medicine|movie|part|product|recipe|service|song|species|tool|track|artikel|buch|gerät|leistung|lied|produkt|ware|werk|produit|producto|prodotto)$/iu
const PART_WORDS_MAX = 10

/** The name that the one thing among the parts of a record has. */
function partName(fields: readonly Field[]): { readonly text: string } | undefined {
  const things = fields.flatMap(({ key, value }) =>
    value.kind === 'record' && THING.test(key) ? [value.fields.slice(0, FIELDS_AMONG)] : [],
  )
  const [only, second] = things
  return only === undefined || second !== undefined ? undefined : wordsFor(only, undefined, PART_WORDS_MAX)
}

function wordsFor(
  fields: readonly Field[],
  own: string | undefined,
  most: number,
): { readonly key: string; readonly text: string } | undefined {
  for (const name of SPELLED)
    for (const { key, value } of fields) {
      if (key === own || key.toLowerCase() !== name || value.kind !== 'scalar') continue
      const { text } = value
      if (words(text) <= most && /\p{L}{3}/u.test(text)) return { key, text }
    }
  return undefined
}
