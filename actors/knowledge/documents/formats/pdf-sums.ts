import type { PdfCell, PdfRow } from './pdf-rows.ts'

/** "1,400", "9 EUR", "-3 %". */
export const FIGURE = /^[-+−(]?(?:[$€£]\s?)?\d[\d.,'’ ]*\)?\s?(?:%|\p{L}{1,4}|[€£$])?$/u
const SUM =
  /^(?:(?:sub-?|grand |net |gross |order |invoice )?total|sum|net|gross|vat|tax|sales tax|balance|amount due|discount|shipping|carriage|postage|deposit|(?:zwischen|gesamt)?summe|gesamt(?:betrag)?|netto|brutto|mwst|ust|rabatt|sous-total|tva|montant|totale?|iva|btw|subtotaal|totaal)\b/iu
const LABEL_CHARS_MAX = 40

interface Cells {
  readonly cells: readonly PdfCell[]
}

/** "Net", "499.60" in the last columns, below the items of an invoice. */
function isSum({ cells }: Cells, counts: boolean): boolean {
  if (cells.length < 3 || cells[0]?.text !== '') return false
  // "Pump", "Gross weight", "6 kg" above "", "Net weight", "5 kg": a property of what is named above.
  if (!counts && cells.every(({ text }, i) => i === 0 || text !== '')) return false
  const [label = '', value = '', ...others] = cells.map(({ text }) => text).filter((text) => text !== '')
  return (
    others.length === 0 &&
    label.length <= LABEL_CHARS_MAX &&
    /^\p{L}/u.test(label) &&
    cells.at(-1)?.text === value &&
    FIGURE.test(value)
  )
}

/** Where the sums at the end of a table begin: with its end, if none of them is called as sums are. */
export function sumsFrom(rows: readonly Cells[]): number {
  // Figures stand in the column of the sums' names: no other names stand there.
  const counts = rows.some(({ cells }) => FIGURE.test(cells[1]?.text ?? ''))
  let from = rows.length
  while (from > 2 && isSum(rows[from - 1] as Cells, counts)) from -= 1
  const named = rows
    .slice(from)
    .some(({ cells }) => SUM.test(cells.find(({ text }) => text !== '')?.text ?? ''))
  return named ? from : rows.length
}

/** The rows of a table, and the sums below them as labels and values: a sum is none of the items. */
export function withoutSums(rows: readonly PdfRow[]): {
  readonly items: readonly PdfRow[]
  readonly sums: readonly PdfRow[]
} {
  const from = sumsFrom(rows)
  const sums = rows.slice(from).map(({ cells, line }): PdfRow => {
    const [label, value] = cells.filter(({ text }) => text !== '')
    return { cells: [{ text: label?.text ?? '' }, { text: value?.text ?? '' }], line }
  })
  return { items: rows.slice(0, from), sums }
}
