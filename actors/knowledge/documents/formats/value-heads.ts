import { isNumber } from '../../text/table-heads.ts'
import { isValue, type ValueRow, withTexts } from './value-rows.ts'

type Texts = readonly string[]

/** So many rows below a head tell what its columns hold. */
const SAMPLE = 5

/**
 * The rows with one head in place of two, of which the first names groups of columns and the second the columns in them: "EU (Price)",
 * "EU (Stock)". A group that names several columns stands once, above the first of them, or above each. Tables whose first row names
 * nothing but groups, above names that come again and again, are read so anyway.
 */
export function withGroupedHead(rows: readonly ValueRow[]): readonly ValueRow[] {
  const [first, second, ...below] = rows
  if (first === undefined || second === undefined || below.length === 0) return rows
  const heads = groupedHeads(
    first.cells,
    second.cells,
    below.slice(0, SAMPLE).map(({ cells }) => cells),
  )
  return heads === undefined ? rows : [withTexts(first, heads), ...below]
}

function groupedHeads(above: Texts, columns: Texts, below: readonly Texts[]): string[] | undefined {
  const width = columns.length
  if (width < 3 || above.length !== width || above[1] === '') return undefined
  const [corner = '', ...names] = columns
  const told = above[0] === '' ? corner : corner === '' ? above[0] : undefined
  if (above[0] === '' && corner === '') return undefined
  if (above[0] === '' && above.slice(2).includes('') && new Set(names).size < names.length) return undefined
  if (names.some((name) => name === '' || isValue(name) || isNumber(name))) return undefined
  const groups: string[] = []
  above.slice(1).forEach((group) => {
    groups.push(group === '' ? (groups.at(-1) ?? '') : group)
  })
  const known = new Set(groups)
  const begun = groups.filter((group, i) => group !== groups[i - 1]).length
  const heads = groups.map((group, i) => `${group} (${names[i]})`)
  // Each group stands in one place, and one has several columns.
  if (known.size === groups.length || begun > known.size || new Set(heads).size < heads.length)
    return undefined
  const isOfNumbers = (i: number) => below.every((row) => isNumber(row[i + 1] ?? '') || row[i + 1] === '')
  const figures = names.filter((name, i) => isOfNumbers(i) && !isNumber(name)).length
  if (figures === 0 || (told === undefined && (figures < names.length || below.length < 2))) return undefined
  // Two corners name rows, and not what stands below them.
  return [told ?? '', ...heads]
}

/** Columns of groups of rows. A blank cell of any other column is not known: nobody says that it is that of the row above. */
const GROUPS =
  /^(?:area|brand|category|class|country|day|department|dept\.?|division|group|region|room|section|sector|subcategory|team|type|weekday|zone|abschnitt|abteilung|art|bereich|gebiet|gruppe|kategorie|klasse|land|marke|raum|sektor|tag|typ|warengruppe|wochentag|zimmer)$/iu

/** What stands below all groups. */
const TOTAL = /^(?:grand |overall )?(?:totals?|sums?|summe|gesamt\p{L}*|insgesamt)\b/iu

/**
 * The rows with the group in each that is written only in the first row of the group: "Sales" for Ana, and for Ben below her. Each
 * group stands once and is a word, and at least every third row has none. Where groups come again, a blank one is not known.
 */
export function filledDown(rows: readonly ValueRow[]): readonly ValueRow[] {
  const [head, ...below] = rows
  const groups = below.map(({ cells }) => cells[0] ?? '')
  const written = groups.filter((group) => group !== '')
  const blanks = groups.length - written.length
  const width = head?.cells.length ?? 0
  if (head === undefined || width < 3 || !GROUPS.test(head.cells[0] ?? '') || groups[0] === '') return rows
  if (3 * blanks < groups.length || written.length < 2 || new Set(written).size < written.length) return rows
  // Figures, dates and numbers name single rows, and those without names are no rows of a group.
  if (written.some((group) => /\p{N}/u.test(group))) return rows
  if (below.some(({ cells }) => cells[0] === '' && (cells[1] ?? '') === '')) return rows
  let group = ''
  return [
    head,
    ...below.map((row) => {
      if (row.cells[0] !== '') group = row.cells[0] ?? ''
      const isOwn = row.cells[0] !== '' || TOTAL.test(row.cells[1] ?? '')
      return isOwn ? row : withTexts(row, [group, ...row.cells.slice(1)])
    }),
  ]
}
