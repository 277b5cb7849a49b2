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
  const field = wordsFor(some, key)
  if (field === undefined) return { path }
  return { path: [...path.slice(0, -1), { ...step, text: `${step.text} · ${field.text}` }], field }
}

function wordsFor(
  fields: readonly Field[],
  own: string | undefined,
): { readonly key: string; readonly text: string } | undefined {
  for (const name of SPELLED)
    for (const { key, value } of fields) {
      if (key === own || key.toLowerCase() !== name || value.kind !== 'scalar') continue
      const { text } = value
      if (words(text) <= WORDS_MAX && /\p{L}{3}/u.test(text)) return { key, text }
    }
  return undefined
}
