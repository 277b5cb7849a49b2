import type { Table } from 'mdast'
import { noted } from './document.ts'
import type { Read } from './row-texts.ts'

/** What a cell over the first columns says of the last ones: "Net", "Subtotal Kiel", "VAT 19 %". */
const SUM =
  /^(?:(?:sub-?|grand |overall )?totals?|sums?|vat|tax|net|gross|amount|balance|discount|carriage|postage|shipping|rounding|zwischensumme|gesamt\p{L}*|summe|netto|brutto|mwst\.?|ust\.?|rabatt|versand|sous-total|montant|iva|tva)(?![\p{L}-])/iu

/**
 * The columns of each row, by its number, in which a cell over several columns says something that their heads don't name: a sum, or a
 * note over columns of words and figures. Such a cell is told once; a shift from Monday to Wednesday is told of each day, "on request" of each
 * price.
 */
export function unnamedCells(
  table: Table,
  rows: readonly Read[],
  heads: number,
): ReadonlyMap<number, ReadonlySet<number>> {
  const found = new Map<number, Set<number>>()
  let kinds: readonly Kind[] | undefined
  table.children.forEach((row, r) => {
    if (r < heads) return
    row.children.forEach((cell, c) => {
      const { columns = 1, rows: deep = 1 } = noted(cell)
      const own = rows[r]?.cells ?? []
      const text = own[c] ?? ''
      if (columns < 2 || columns >= own.length || deep > 1 || text === '') return
      kinds ??= kindsOf(table, rows, heads)
      const covered = kinds.slice(c, c + columns)
      const isLong = c === 0 || text.split(' ').length > 3
      const mixed = isLong && covered.some(({ figures }) => figures) && covered.some(({ words }) => words)
      if (!(c === 0 && SUM.test(text)) && !mixed) return
      for (let beside = c + 1; beside < Math.min(c + columns, own.length); beside += 1)
        if (own[beside] === text) own[beside] = ''
      found.set(r, (found.get(r) ?? new Set()).add(c))
    })
  })
  return found
}

/** What the cells of a column are that go over no other one. */
interface Kind {
  readonly figures: boolean
  readonly words: boolean
}

function kindsOf(table: Table, rows: readonly Read[], heads: number): readonly Kind[] {
  const width = rows[heads]?.cells.length ?? 0
  const [figures, words] = [new Uint32Array(width), new Uint32Array(width)]
  for (let r = heads; r < rows.length; r += 1) {
    const cells = table.children[r]?.children ?? []
    for (let c = 0; c < Math.min(width, cells.length); c += 1) {
      const text = rows[r]?.cells[c] ?? ''
      const columns = noted(cells[c] as never).columns ?? 1
      if (columns > 1) c += columns - 1
      else if (/^[^\p{L}]*\d[^\p{L}]*(?: ?[\p{L}%€$£]{1,3})?$/u.test(text)) figures[c] = (figures[c] ?? 0) + 1
      else if (/\p{L}/u.test(text)) words[c] = (words[c] ?? 0) + 1
    }
  }
  return Array.from({ length: width }, (_, c) => ({
    figures: (figures[c] ?? 0) > 0 && words[c] === 0,
    words: (words[c] ?? 0) > 0 && figures[c] === 0,
  }))
}
