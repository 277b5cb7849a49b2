/** What the cells of a row of a table say. */
type Texts = readonly string[]

/** The label of a field and its value in one cell, beside or below each other: "Name: Eva Lund". */
const FIELD = /^(\p{Lu}[^:：\d]{0,39})[:：](?:\s*;)?\s+(\S.*)$/su
const FIELDS_LEAST = 3
const LABEL_CHARS_MAX = 40
const LABEL = /^\p{Lu}[^\d!?]*(?<!\p{L}{4}\.)$/u

/** A label and what it says. */
export interface Field {
  readonly label: string
  readonly value: string
}

/** The fields of a form whose cells each have a label and a value. Rows that repeat the labels are records. */
export function fieldsInCells(rows: readonly Texts[]): readonly (readonly Field[])[] | undefined {
  const fields = rows.map((row) =>
    row.flatMap((text) => {
      if (text === '') return []
      const [, label = '', value = ''] = FIELD.exec(text) ?? []
      return [{ label, value }]
    }),
  )
  const all = fields.flat()
  if (all.length < FIELDS_LEAST || rows.every((row) => row.length < 2)) return undefined
  const labels = new Set(all.map(({ label }) => label))
  return labels.has('') || labels.size < all.length ? undefined : fields
}

/**
 * Whether every other row has the labels of the row below it: "Customer no.", "Date" above "10077", "3 May". Labels end in a colon, or they
 * have no digits, where the rows between have them, and no column has values of one kind.
 */
export function isOfLabelRows(rows: readonly Texts[]): boolean {
  if (rows.length < 4 || rows.length % 2 > 0) return false
  const labels = rows.filter((_, i) => i % 2 === 0)
  const values = rows.filter((_, i) => i % 2 > 0)
  const filled = labels.flat().filter((text) => text !== '')
  if (rows.some((row) => row.length < 2) || new Set(filled).size < filled.length) return false
  if (values.some((row, r) => row.some((text, i) => text !== '' && labels[r]?.[i] === ''))) return false
  const colon = (text: string) => /[:：]$/u.test(text)
  if (filled.every(colon)) return !values.flat().some(colon)
  return labels.every(isOfLabels) && values.every(hasNumbers) && areMixed(values)
}

/** The values of a column of a table are of one kind; those of a form that stand below each other are not. */
function areMixed(values: readonly Texts[]): boolean {
  return values.slice(1).every((row, r) => {
    const before = values[r] ?? []
    return 2 * row.filter((text, i) => kindOf(text) !== kindOf(before[i] ?? '')).length >= row.length
  })
}

function kindOf(text: string): string {
  return text.replace(/\p{L}+/gu, 'a').replace(/\d[\d.,]*/gu, '#')
}

function isOfLabels(row: Texts): boolean {
  return row.every((text) => text.length <= LABEL_CHARS_MAX && LABEL.test(text))
}

function hasNumbers(row: Texts): boolean {
  const own = row.filter((text) => /\d/u.test(text)).length
  return own > 1 && 2 * own >= row.length
}
