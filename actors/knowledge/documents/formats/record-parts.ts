import type { Part } from './comments.ts'
import type { Step } from './record-paths.ts'
import type { Field, Value } from './values.ts'

/** Fields of a record below a comment that heads them, if there is one. */
export interface RecordPart {
  readonly head?: Step
  readonly fields: readonly Field[]
  /** What comments below the first field of the record say. */
  readonly notes: readonly Part[]
}

/** The fields of a record by the comments that head them: "--- Mail ---". All of them, where there are none. */
export function partsOfRecord({
  fields,
  notes = [],
  heads = [],
  line,
}: Value & { readonly kind: 'record' }): RecordPart[] {
  const start = fields[0]?.value.line ?? line
  const below = notes.filter((note) => note.line >= start)
  if (heads.length === 0) return [{ fields, notes: below }]
  const parts = [undefined, ...heads].map((head) => ({
    head,
    fields: [] as Field[],
    notes: [] as Part[],
  }))

  const partAt = (at: number) => {
    let [low, high] = [0, heads.length]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((heads[middle - 1] as Part).line < at) low = middle
      else high = middle - 1
    }
    return parts[low] as (typeof parts)[number]
  }
  for (const field of fields) partAt(field.value.line).fields.push(field)
  for (const note of below) partAt(note.line).notes.push(note)
  return parts
    .filter((part) => part.fields.length > 0 || part.notes.length > 0)
    .map(({ head, ...part }) => {
      const [only] = part.fields
      // "--- Storage ---" above [storage] says the same.
      const same = part.fields.length === 1 && only?.key.toLowerCase() === head?.text.toLowerCase()
      return head === undefined || head.text === '' || same ? part : { ...part, head: { text: head.text } }
    })
}
