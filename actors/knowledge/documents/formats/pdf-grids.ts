import { type Line, lineFrom, type Run } from './pdf-lines.ts'
import type { PdfCell, PdfRow, Place } from './pdf-rows.ts'
import type { Rule, Rules } from './pdf-rules.ts'
import { joined } from './pdf-tables.ts'

/** A table within ruled lines: its rows, and the place of its first line among the lines of the page. */
export interface Grid {
  readonly rows: readonly PdfRow[]
  readonly place: Place
  readonly order: number
}

/** Lines that miss each other by less meet, in points. */
const MEET = 2.5
/** What a table extends beyond its last line down, if it is open at the side. */
const OPEN = 12
const COLUMNS_MAX = 60
const ROWS_MAX = 2_000
/** More crossings are a drawing, or a map. */
const CROSSINGS_MAX = 4_000_000
/** A page that people print has fewer tables. */
const GRIDS_MAX = 100
/** A longer cell is part of the page's layout. */
const CELL_CHARS_MAX = 1_500

/** The tables of a page whose cells are within ruled lines, and the lines of the page without theirs. */
export function gridsOf(lines: readonly Line[], rules: Rules): { grids: Grid[]; lines: Line[] } {
  const grids: Grid[] = []
  let rest = [...lines]
  for (const lattice of latticesOf(rules).slice(0, GRIDS_MAX)) {
    const read = readLattice(rest, lattice)
    if (read === undefined) continue
    grids.push(read.grid)
    rest = read.rest
  }
  return { grids: grids.sort((a, b) => a.order - b.order), lines: rest }
}

/** Lines across and down that belong together: where columns and rows begin and end. */
interface Lattice {
  readonly xs: readonly number[]
  readonly ys: readonly number[]
  readonly across: readonly Rule[]
  readonly down: readonly Rule[]
}

function latticesOf({ across, down }: Rules): Lattice[] {
  if (across.length * down.length > CROSSINGS_MAX) return []
  const parent = Array.from({ length: across.length + down.length }, (_, i) => i)
  const root = (of: number): number => {
    let at = of
    while (parent[at] !== at) {
      parent[at] = parent[parent[at] as number] as number
      at = parent[at] as number
    }
    return at
  }
  const within = (rule: Rule, at: number) => at > rule.from - MEET && at < rule.to + MEET
  across.forEach((rule, i) => {
    down.forEach((other, k) => {
      if (within(rule, other.at) && within(other, rule.at)) parent[root(across.length + k)] = root(i)
    })
  })
  const groups = new Map<number, { across: Rule[]; down: Rule[] }>()
  const groupOf = (i: number) => {
    const found = groups.get(root(i)) ?? { across: [], down: [] }
    groups.set(root(i), found)
    return found
  }
  for (const [i, rule] of across.entries()) groupOf(i).across.push(rule)
  for (const [i, rule] of down.entries()) groupOf(across.length + i).down.push(rule)
  return [...groups.values()].flatMap((own) => {
    const xs = places(own.down, own.across)
    const ys = places(own.across, own.down).reverse()
    const fits = xs.length > 2 && ys.length > 2 && xs.length <= COLUMNS_MAX && ys.length <= ROWS_MAX
    return fits ? [{ ...own, xs, ys }] : []
  })
}

/** Where these lines stand, and where the others end beyond them: a table may be open at its sides. */
function places(rules: readonly Rule[], others: readonly Rule[]): number[] {
  const found: number[] = []
  const all = rules.map(({ at }) => at).sort((a, b) => a - b)
  for (const at of all) if (found.length === 0 || at - (found.at(-1) as number) > MEET) found.push(at)
  const from = others.reduce((least, rule) => Math.min(least, rule.from), Infinity)
  const to = others.reduce((most, rule) => Math.max(most, rule.to), -Infinity)
  if ((found[0] ?? from) - from > OPEN) found.unshift(from)
  if (to - (found.at(-1) ?? to) > OPEN) found.push(to)
  return found
}

/** A cell of a lattice: which rows and columns it takes, and what is printed in it. */
interface Area {
  readonly row: number
  readonly column: number
  rows: number
  columns: number
  readonly runs: Map<Line, Run[]>
}

function readLattice(lines: readonly Line[], lattice: Lattice): { grid: Grid; rest: Line[] } | undefined {
  const areas = areasOf(lattice)
  if (areas === undefined) return undefined
  const columns = lattice.xs.length - 1
  const rest: Line[] = []
  let at: Line | undefined
  for (const line of lines) {
    const row = indexIn(lattice.ys, line.y + 0.3 * line.size, true)
    const outside: Run[] = []
    for (const run of line.runs) {
      const column = indexIn(lattice.xs, run.left + Math.min(2, (run.right - run.left) / 2), false)
      const area = row < 0 || column < 0 ? undefined : areas[row * columns + column]
      if (area === undefined) outside.push(run)
      else {
        at ??= line
        const own = area.runs.get(line)
        if (own === undefined) area.runs.set(line, [run])
        else own.push(run)
      }
    }
    if (outside.length === line.runs.length) rest.push(line)
    else if (outside.length > 0) rest.push({ ...lineFrom(outside, line.y, line.size), order: line.order })
  }
  const own = [...new Set(areas)]
  if (at === undefined || !isTable(own) || isOpenBelow(own, lattice)) return undefined
  const rows = rowsOfAreas(own, lattice, at)
  if (rows.some(({ cells }) => cells.some(({ text }) => text.length > CELL_CHARS_MAX))) return undefined
  return { grid: { rows, place: placeOf(lattice), order: at.order }, rest }
}

function placeOf({ xs, ys }: Lattice): Place {
  const columns = xs.slice(1).map((right, i) => ({ left: xs[i] as number, right }))
  return { columns, top: ys[0] as number, bottom: ys.at(-1) as number }
}

/** Which stretch between two of these places has this one; -1: none. */
function indexIn(all: readonly number[], at: number, falling: boolean): number {
  for (let i = 0; i + 1 < all.length; i += 1) {
    const [a, b] = falling ? [all[i + 1], all[i]] : [all[i], all[i + 1]]
    if (at >= (a as number) - 1 && at < (b as number) + (falling ? -1 : 0)) return i
  }
  return -1
}

/** The cells of a lattice, by row and column. Where a line between two is missing, they are one. Undefined: they aren't rectangles. */
function areasOf({ xs, ys, across, down }: Lattice): Area[] | undefined {
  const columns = xs.length - 1
  const rows = ys.length - 1
  const left = wallsOf(xs, ys, down, true)
  const top = wallsOf(ys, xs, across, false)
  const areas: (Area | undefined)[] = Array.from({ length: rows * columns })
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      if (areas[row * columns + column] !== undefined) continue
      const area: Area = { row, column, rows: 1, columns: 1, runs: new Map() }
      while (column + area.columns < columns && !left.has((column + area.columns) * rows + row))
        area.columns += 1
      while (row + area.rows < rows && !top.has((row + area.rows) * columns + column)) area.rows += 1
      for (let r = row; r < row + area.rows; r += 1) {
        for (let c = column; c < column + area.columns; c += 1) {
          if (areas[r * columns + c] !== undefined) return undefined
          areas[r * columns + c] = area
        }
      }
    }
  }
  return areas as Area[]
}

/** Between which stretches of `others` a line stands at a place, as `place * stretches + stretch`. */
function wallsOf(
  at: readonly number[],
  others: readonly number[],
  rules: readonly Rule[],
  falling: boolean,
): ReadonlySet<number> {
  const stretches = others.length - 1
  const found = new Set<number>()
  for (const rule of rules) {
    const place = at.findIndex((one) => Math.abs(one - rule.at) <= MEET)
    for (let i = 0; i < stretches; i += 1) {
      const [a, b] = [others[i] as number, others[i + 1] as number]
      const middle = (a + b) / 2
      if (middle > rule.from && middle < rule.to) found.add(place * stretches + i)
      else if (falling && middle < rule.from) break
    }
  }
  return found
}

/** A frame around text is no table: two rows and two columns of one have text. */
function isTable(areas: readonly Area[]): boolean {
  const filled = areas.filter(({ runs }) => runs.size > 0)
  const rows = new Set(filled.map(({ row }) => row))
  const columns = new Set(filled.map(({ column }) => column))
  return rows.size > 1 && columns.size > 1 && 4 * filled.length >= areas.length
}

/** No lines are drawn between the rows below the head: the columns of the last row have lines on the same heights. */
function isOpenBelow(areas: readonly Area[], { ys }: Lattice): boolean {
  const [first, ...others] = areas.filter(({ row, runs }) => row === ys.length - 2 && runs.size > 0)
  if (ys.length > 3 || first === undefined || first.runs.size < 3) return false
  const heights = (area: Area) => [...area.runs.keys()].map(({ y }) => Math.round(y))
  const own = new Set(heights(first))
  return others.some((area) => 5 * heights(area).filter((y) => own.has(y)).length >= 4 * own.size)
}

function rowsOfAreas(areas: readonly Area[], { xs, ys }: Lattice, at: Line): PdfRow[] {
  const rows = Array.from({ length: ys.length - 1 }, () => ({
    cells: Array.from({ length: xs.length - 1 }, (): PdfCell => ({ text: '' })),
    line: at,
  }))
  for (const { row, column, rows: deep, columns, runs } of areas) {
    const own = rows[row]
    if (own === undefined) continue
    const lines = [...runs]
      .map(([line, parts]) => lineFrom(parts, line.y, line.size))
      .sort((a, b) => b.y - a.y)
    const [first] = runs.keys()
    if (column === 0 && first !== undefined) own.line = first
    const font = lines[0]?.runs[0]?.font
    own.cells[column] = {
      text: cellText(lines.map(({ pieces }) => pieces.map(({ text }) => text.trim()).join(' '))),
      ...(font === undefined ? {} : { font }),
      ...(columns > 1 ? { columns } : {}),
      ...(deep > 1 ? { rows: deep } : {}),
    }
  }
  return rows.filter(({ cells }) => cells.some(({ text, rows: deep }) => text !== '' || deep !== undefined))
}

const BULLET = /^\s*[•‣◦▪■●\uf0a7\uf0b7]\s*/u

/** The lines of a cell as one text; bullets part it. */
function cellText(lines: readonly string[]): string {
  const parts: string[][] = []
  for (const line of lines) {
    if (parts.length === 0 || BULLET.test(line)) parts.push([])
    parts.at(-1)?.push(line.replace(BULLET, ''))
  }
  return parts.map(joined).join('; ')
}
