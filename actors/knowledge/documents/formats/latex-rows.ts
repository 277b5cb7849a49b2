/** A row of a table: its cells, and how many columns and rows each of them spans. */
export interface LatexRow {
  readonly cells: LatexCell[]
  /** A line is drawn above it. */
  readonly ruled: boolean
}

interface LatexCell {
  text: string
  readonly columns: number
  readonly rows: number
}

const RULE = /\\(?:hline|midrule)\b/u
const UNSAID =
  /\\(?:hline|toprule|midrule|bottomrule|endhead|endfirsthead|addlinespace)\b|\\(?:cline|cmidrule)(?:\([^)]{0,300}\))?\{[^}]{0,300}\}/gu
const SPAN = /\\multicolumn\{(\d{1,3})\}\{(?:[^{}]|\{[^{}]*\})*\}\{(.*)\}/su
const DEEP = /\\multirow(?:\[[^\]]{0,300}\])?\{(\d{1,3})\}/u
const FIGURE = /^\P{L}{0,3}\d/u
const COLUMNS_MAX = 100
const HEADS_MAX = 3

/** The rows of a table's body; a cell that spans columns is followed by empty ones. */
export function latexRows(body: string, wordsOf: (text: string) => string): string[][] {
  const rows = body
    .split(/\\\\(?:\[[^\]]{0,300}\])?/u)
    .map((text) => ({ cells: cellsOf(text.replace(UNSAID, ''), wordsOf), ruled: RULE.test(text) }))
    .filter(({ cells }) => cells.some(({ text }) => text !== ''))
  const heads = headCount(rows)
  const head = headOf(rows.slice(0, heads))
  const below = rows.slice(heads)
  fillDown(below)
  return [...(head === undefined ? [] : [head]), ...below.map(({ cells }) => cells.map(({ text }) => text))]
}

function cellsOf(row: string, wordsOf: (text: string) => string): LatexCell[] {
  const found: LatexCell[] = []
  for (const cell of row.split(/(?<!\\)&/u)) {
    const [, count = '1', inner = cell] = SPAN.exec(cell) ?? []
    const [, deep = '1'] = DEEP.exec(inner) ?? []
    found.push({ text: wordsOf(inner), columns: Number(count), rows: Number(deep) })
    for (let i = 1; i < Number(count) && found.length < COLUMNS_MAX; i += 1)
      found.push({ text: '', columns: 1, rows: 1 })
  }
  return found
}

/** Where the first row names groups of columns, or columns of several rows, the rows above the next line are heads too. */
function headCount(rows: readonly LatexRow[]): number {
  const [first, second] = rows
  if (first === undefined || second === undefined) return rows.length
  const width = first.cells.length
  const grouped = first.cells.some(({ columns }) => columns > 1 && columns < width)
  const deep = first.cells.reduce((most, cell) => Math.max(most, cell.rows), 1)
  const isBand = second.cells.some(({ columns }) => columns > 1 && columns >= width)
  if ((!grouped && deep < 2) || isBand) return 1
  if (deep < 2 && isOfValues(first, second)) return 1
  // The name of a group of rows stands beside its first row.
  if (!grouped && (rows[deep]?.ruled !== true || rows.slice(0, deep).some(hasFigure))) return 1
  const least = Math.max(2, deep)
  const end = rows.findIndex(({ ruled }, i) => i >= least && ruled)
  const count = end < 0 || end > HEADS_MAX ? least : end
  return count < rows.length ? count : 1
}

/** Whether a row stands below the names of columns: it has a name and figures, or a line and a name, where they have one. */
function isOfValues(head: LatexRow, row: LatexRow): boolean {
  const [name, ...others] = row.cells
  if (head.cells[0]?.text === '' || name?.text === '') return false
  return row.ruled || others.some(({ text }) => FIGURE.test(text))
}

function hasFigure({ cells }: LatexRow): boolean {
  return cells.some(({ text }) => FIGURE.test(text))
}

/** The names of columns below those of their groups: "Measured Moisture (%)". */
function headOf(rows: readonly LatexRow[]): string[] | undefined {
  const [first] = rows
  if (first === undefined) return undefined
  const width = rows.reduce((most, { cells }) => Math.max(most, cells.length), 0)
  const names = rows.map(({ cells }, r) => {
    const own = cells.map(({ text }) => text)
    if (r === rows.length - 1) return own
    cells.forEach(({ text, columns }, at) => {
      for (let i = at + 1; i < Math.min(at + columns, own.length); i += 1) own[i] = text
    })
    return own
  })
  return Array.from({ length: width }, (_, i) => {
    const texts = names.map((own) => own[i] ?? '').filter((text) => text !== '')
    return [...new Set(texts)].join(' ')
  })
}

/** What stands beside several rows is said of each. */
function fillDown(rows: readonly LatexRow[]): void {
  rows.forEach(({ cells }, r) => {
    cells.forEach(({ text, rows: deep }, at) => {
      for (let below = r + 1; below < Math.min(r + deep, rows.length); below += 1) {
        const cell = rows[below]?.cells[at]
        if (cell !== undefined && cell.text === '') cell.text = text
      }
    })
  })
}
