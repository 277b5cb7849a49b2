import { clip } from '../../text/clip.ts'
import type { Field } from './values.ts'

/** One of the keys and names that lead to a record. */
export interface Step {
  readonly text: string
  /** It tells the record from others beside it ("web", of several containers), or is its name. A key of a form, as "spec", does neither. */
  readonly tells?: 'apart' | 'name'
}

/** What leads to a record, outermost first. */
export type Path = readonly Step[]

/** The last steps are always said. */
const STEPS_SAID = 2
/** Of the names further out, the nearest. */
const NAMES_SAID_MAX = 3
const NAMES_CHARS_MAX = 120
/** Headings go no deeper, and a name may be far above the record that it tells apart. */
const LOOK_MAX = 40

/** "web · resources · limits": the last two steps, after the names further out that tell records apart. */
export function labelOf(path: Path): string {
  const said = path.slice(-STEPS_SAID)
  const outer = path.slice(-LOOK_MAX, -STEPS_SAID)
  let names = outer.filter(({ tells }) => tells === 'apart')
  if (names.length === 0 && said.every(({ tells }) => tells === undefined))
    names = outer.filter(({ tells }) => tells === 'name').slice(-1)
  const before: string[] = []
  let chars = 0
  for (const { text } of names.slice(-NAMES_SAID_MAX).reverse()) {
    chars += text.length
    if (chars > NAMES_CHARS_MAX) break
    // The value of a key may be its name once more.
    if (text !== before[0] && said.every((step) => step.text !== text)) before.unshift(text)
  }
  return [...before, ...said.map(({ text }) => clip(text))].join(' · ')
}

/** Whether something in the label of a path is a name. */
export function hasName(path: Path): boolean {
  return path.slice(-LOOK_MAX).some(({ tells }) => tells !== undefined)
}

/** A record of many fields shows what it is by its first. */
const FIELDS_AMONG = 50

/** Records beside each other that have a field in common: their keys tell them apart ("web" and "db" below "services"). */
export function keysApart(fields: readonly Field[]): ReadonlySet<string> {
  const inner = fields.flatMap(({ key, value }) =>
    value.kind === 'record'
      ? [{ key, own: value.fields.slice(0, FIELDS_AMONG).map((field) => field.key) }]
      : [],
  )
  const counts = new Map<string, number>()
  for (const { own } of inner) for (const key of new Set(own)) counts.set(key, (counts.get(key) ?? 0) + 1)
  const apart = inner.filter(({ own }) => own.some((key) => (counts.get(key) ?? 0) > 1))
  return new Set(apart.map(({ key }) => key))
}
