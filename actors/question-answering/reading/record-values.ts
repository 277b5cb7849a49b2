import type { Statement } from '../../knowledge/text/statements.ts'
import { CELLS } from './cells.ts'

/** Longer values name nothing. */
export const VALUE_CHARS_MAX = 80

/** The values of a passage's records by what their fields belong to: each of them tells the record from others ("the sensor in the attic"). */
export class RecordValues {
  readonly #text: string
  readonly #statements: readonly Statement[]
  readonly #values = new Map<string, string[]>()
  /** Records by the last parts of their paths: of "assets · WS-011" a part may be told as "WS-011 · hardware". */
  readonly #ends = new Map<string, Set<string>>()

  constructor(text: string, fields: readonly Statement[], statements: readonly Statement[]) {
    this.#text = text
    this.#statements = statements
    for (const one of fields) {
      if (one.kind !== 'field') continue
      const value = text.slice(one.start, one.end).replace(/^[^:：]*[:：]\s/u, '')
      // A number names nothing but itself; "K-7720" is no number.
      if (value.length > VALUE_CHARS_MAX || !/\p{L}{2}|\p{L}-?\p{N}/u.test(value)) continue
      const record = this.#recordOf(one)
      const known = this.#values.get(record)
      if (known !== undefined) known.push(value)
      else {
        this.#values.set(record, [value])
        for (const end of endsOf(record)) this.#ends.set(end, (this.#ends.get(end) ?? new Set()).add(record))
      }
    }
  }

  /** The values of the record that a field belongs to, and of those that this is a part of. */
  around(field: Statement): readonly string[] {
    const record = this.#recordOf(field)
    const parts = record.split(CELLS)
    const above = parts.flatMap((_, i) => {
      const holders = this.#ends.get(parts.slice(0, i + 1).join(CELLS)) ?? new Set()
      return holders.size === 1 && !holders.has(record) ? [...holders] : []
    })
    return [record, ...new Set(above)].flatMap((one) => this.#values.get(one) ?? [])
  }

  /** What a field belongs to: its path without its key, or the lines that it stands among where its record has no name. */
  #recordOf({ start, end }: Statement): string {
    const path = this.#text.slice(start, end).replace(/[:：]\s[\s\S]*$/u, '')
    const own = path.slice(0, Math.max(0, path.lastIndexOf(CELLS)))
    if (own !== '') return own
    return `${this.#statements.find((one) => one.kind === 'list' && one.start <= start && one.end >= end)?.start}`
  }
}

/** "WS-011" and "assets · WS-011" of the latter. */
function endsOf(record: string): string[] {
  const parts = record.split(CELLS)
  return parts.map((_, i) => parts.slice(i).join(CELLS))
}
