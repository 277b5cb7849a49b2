import type { Passage } from '../../knowledge/text/passages.ts'
import type { Statement } from '../../knowledge/text/statements.ts'
import { stem } from '../../knowledge/text/stem.ts'
import { words } from '../../knowledge/text/words.ts'
import { CELLS, cellOf } from './cells.ts'

/** From an amount to another, both included. */
interface Band {
  readonly from: number
  readonly to: number
}

/** An amount in a question, with the word after it. */
interface Amount {
  readonly value: number
  readonly unit: string | undefined
  /** Whether the words before it say that it is an amount, and no number of a plan or a room. */
  readonly told: boolean
}

/** A column of a table whose cells are bands of amounts. */
interface Column {
  readonly words: ReadonlySet<string>
  readonly bands: readonly (Band | undefined)[]
}

/**
 * Of a table with bands of amounts ("0–49", "50–199", "200 and more") the rows for other amounts than the question's ("for 130 pieces").
 * The column is the one whose head or cells have the unit of the question, or the only one with bands.
 */
export function otherBands(question: string, { text, statements }: Passage): readonly Statement[] {
  const amounts = amountsOf(question)
  if (amounts.length === 0) return []
  const rows = statements.filter(({ kind }) => kind === 'row')
  const columns = columnsOf(rows.map(({ start, end }) => text.slice(start, end)))
  for (const { value, unit, told } of amounts) {
    const named = columns.filter((column) => unit !== undefined && column.words.has(unit))
    const [own, ...others] = named.length > 0 ? named : told ? columns : []
    if (own === undefined || others.length > 0) continue
    const holding = own.bands.map((band) => band !== undefined && band.from <= value && value <= band.to)
    if (holding.includes(true)) return rows.filter((_, i) => own.bands[i] !== undefined && !holding[i])
  }
  return []
}

const NUMBER = '\\d[\\d,]*(?:\\.\\d+)?'
const MONEY = '[£$€¥]?\\s?'

/** Words before an amount, not before the number of a thing ("zone 3"). */
const TOLD =
  /(?:^|[^\p{L}])(?:of|for|with|is|am|i['’]?m|are|was|at|age|aged|weigh(?:s|ing|ed)?|order(?:s|ing|ed)?|buy(?:s|ing)?|bought|cost(?:s|ing)?|earn(?:s|ing|ed)?|ha(?:s|ve|d|ving)|need(?:s|ing|ed)?|about|over|under|than|only|just|exactly|turn(?:s|ing|ed)?)\s+(?:an?\s+)?$/iu

function amountsOf(question: string): Amount[] {
  const pattern = new RegExp(
    `(?<![\\p{L}\\p{N}.,:/-])([£$€¥]?)\\s?(${NUMBER})(?![\\d:/]|[.,]\\d)(?:[\\s-]?(\\p{L}+|%))?`,
    'gu',
  )
  return [...question.matchAll(pattern)].map((match) => {
    const [, money = '', number = '', unit] = match
    return {
      value: amountOf(number),
      unit: unit === undefined || unit === '%' ? unit : stem(unit.toLowerCase()),
      told: money !== '' || TOLD.test(question.slice(0, match.index)),
    }
  })
}

/** The columns in which every cell is a band or an amount, and most are bands. */
function columnsOf(rows: readonly string[]): Column[] {
  const cells = rows.map(
    (row) =>
      new Map(
        row.split(CELLS).map((cell, i) => {
          const { head, value } = cellOf(cell)
          return [head === '' ? `${i}` : head, value.trim()] as const
        }),
      ),
  )
  const heads = [...new Set(cells.flatMap((row) => [...row.keys()]))]
  const pairs = heads.flatMap((from) => {
    const to = heads.find((other) =>
      BOUNDS.some(([a, b]) => boundOf(from, a) !== '' && boundOf(from, a) === boundOf(other, b)),
    )
    return to === undefined ? [] : [pairOf(from, to, cells)]
  })
  const single = heads.flatMap((head) => {
    const own = cells.map((row) => row.get(head))
    const bands = own.map((cell) => (cell === undefined || cell === '' ? undefined : bandOf(cell)))
    const given = own.filter((cell) => cell !== undefined && cell !== '')
    const wide = bands.filter((band) => band !== undefined && band.from < band.to)
    const all = bands.filter((band) => band !== undefined)
    if (all.length < 2 || all.length < given.length || wide.length * 2 < all.length) return []
    const told = [head, ...given].join(' ')
    return [
      {
        words: new Set([...words(told).map(({ term }) => term), ...(told.includes('%') ? ['%'] : [])]),
        bands,
      },
    ]
  })
  return [...pairs.flatMap((pair) => pair ?? []), ...single]
}

/** Words for the lower and the upper bound: "from_kg" and "to_kg", "minQty" and "maxQty". */
const BOUNDS = [
  ['from', 'to'],
  ['from', 'until'],
  ['min', 'max'],
  ['minimum', 'maximum'],
  ['lower', 'upper'],
  ['over', 'to'],
  ['above', 'to'],
] as const

const EXCLUSIVE = /(?:^|[^\p{L}])(?:over|above)(?:$|[^\p{L}])/iu

/** What a column is bounds of: "kg" of "from_kg". Empty if it has not that word. */
function boundOf(head: string, word: string): string {
  const parts = head
    .replace(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((part) => part !== '')
  return parts.includes(word) ? `of ${parts.filter((part) => part !== word).join(' ')}` : ''
}

/** Two columns with the bounds of amounts, the upper one blank where there is none. */
function pairOf(from: string, to: string, cells: readonly ReadonlyMap<string, string>[]): Column | undefined {
  const bands = cells.map((row): Band | undefined => {
    const low = EXACT.exec(row.get(from) ?? '')?.[1]
    const high = row.get(to) ?? ''
    const most = EXACT.exec(high)?.[1]
    if (
      low === undefined ||
      (most === undefined && !/^(?:|[-–—∞+]|null|none|unlimited|and (?:more|over)|open)$/iu.test(high))
    )
      return undefined
    const apart = EXCLUSIVE.test(from) ? LEAST : 0
    return { from: amountOf(low) + apart, to: most === undefined ? Number.POSITIVE_INFINITY : amountOf(most) }
  })
  if (bands.length < 2 || bands.some((band) => band === undefined || band.to < band.from)) return undefined
  return {
    words: new Set(
      words(`${from.replace(/[_-]/gu, ' ')} ${to.replace(/[_-]/gu, ' ')}`).map(({ term }) => term),
    ),
    bands,
  }
}

const UNIT = '\\s?(?:\\p{L}{1,12}\\.?|%|°C?|m²|m³)?'
const FROM_TO = new RegExp(
  `^(?:from\\s+)?${MONEY}(${NUMBER})${UNIT}\\s?(?:-|–|—|to|until|till|\\.{2,3}|…)\\s?(?:under\\s+)?${MONEY}(${NUMBER})${UNIT}$`,
  'iu',
)
const LOW =
  'up to|until|to|at most|not more than|no more than|max\\.?|≤|<=|under|below|less than|fewer than|<'
const HIGH = 'from|at least|not less than|min\\.?|≥|>=|over|above|more than|>'
const BEGINS = new RegExp(
  `^(?:(?<low>${LOW})|(?<high>${HIGH}))\\s?${MONEY}(?<number>${NUMBER})${UNIT}$`,
  'iu',
)
const ENDS = new RegExp(
  `^${MONEY}(?<number>${NUMBER})${UNIT}\\s?(?:(?<low>(?:or|and) (?:less|fewer|under|below|younger))|(?<high>\\+|(?:or|and) (?:more|over|above|up|older)|upwards?))${UNIT}$`,
  'iu',
)
const EXACT = new RegExp(`^${MONEY}(${NUMBER})${UNIT}$`, 'u')
/** These leave out the amount that they name. */
const BEYOND = /^(?:under|below|less|fewer|<(?!=)|over|above|more|>(?!=))/iu
const LEAST = 1e-9

function bandOf(cell: string): Band | undefined {
  const [, a, b] = FROM_TO.exec(cell) ?? []
  if (a !== undefined && b !== undefined) return { from: amountOf(a), to: amountOf(b) }
  const { low, high, number } = (BEGINS.exec(cell) ?? ENDS.exec(cell))?.groups ?? {}
  if (number !== undefined) {
    const value = amountOf(number)
    const apart = BEYOND.test(cell) ? LEAST : 0
    if (low !== undefined) return { from: Number.NEGATIVE_INFINITY, to: value - apart }
    if (high !== undefined) return { from: value + apart, to: Number.POSITIVE_INFINITY }
  }
  const exact = EXACT.exec(cell)?.[1]
  return exact === undefined ? undefined : { from: amountOf(exact), to: amountOf(exact) }
}

/** "1,000" is a thousand, "2,5" two and a half. */
function amountOf(number: string): number {
  const thousands = /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/u.test(number)
  return Number(thousands ? number.replace(/,/gu, '') : number.replace(',', '.'))
}
