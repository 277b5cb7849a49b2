import { FIGURE } from './slide-cards.ts'
import { isName } from './slide-heads.ts'
import { bandsOf, NEAR_EMU, type Placed, placedOf, sorted } from './slide-order.ts'
import type { Line, Shape } from './slide-shape.ts'

/** A longer line is a text. */
const NAME_CHARS_MAX = 60
/** A tenth of an inch. */
const TENTH_EMU = 91_440
/** What a box is about stands a little inside of it at most. */
const WIDER_MAX = 4 / 3

/** A short box with those that say something about it. */
interface Card {
  readonly head: Placed
  readonly body: readonly Placed[]
}

/**
 * A short box directly above others of its column, or left of a box of text, is their head: "Plan B: rebuild" above "Ready in 2027".
 * One alone may be anything, so there are several, or it looks like a head.
 */
export function withColumns(shapes: readonly Shape[]): Shape[] {
  const placed = placedOf(shapes)
  const cards = [...cardsBy(placed, (one) => one.box.x)]
  cards.push(...cardsBy(without(placed, cards), ({ box }) => box.x + box.width / 2))
  const rest = without(placed, cards)
  const alone = cards.filter((card) => !isOfTable(card, rest))
  const told = alone.length > 1 ? alone : alone.filter(isStyled)
  const all = [...told, ...rowsOf(without(placed, told))]
  const bodies = new Set(all.flatMap(({ body }) => body.map(({ shape }) => shape)))
  const heads = new Map(all.map((card) => [card.head.shape, card]))
  return shapes.flatMap((shape) => {
    if (bodies.has(shape)) return []
    const card = heads.get(shape)
    return [card === undefined ? shape : shapeOf(card)]
  })
}

/** Whether boxes beside name what those below a head are: "Price" beside "5 EUR", "Users" beside "12". */
function isOfTable({ body }: Card, rest: readonly Placed[]): boolean {
  const named = body.filter((one) =>
    rest.some(({ box }) => box.x < one.box.x && Math.abs(box.y - one.box.y) <= NEAR_EMU),
  )
  return named.length > 1
}

function shapeOf({ head, body }: Card): Shape {
  const all = [head, ...body].map(({ box }) => box)
  const x = Math.min(...all.map((box) => box.x))
  const y = Math.min(...all.map((box) => box.y))
  const width = Math.max(...all.map((box) => box.x + box.width)) - x
  const height = Math.max(...all.map((box) => box.y + box.height)) - y
  const lines = body.flatMap(({ shape }) => shape.lines)
  return { kind: 'tx', lines, head: head.shape.lines[0] as Line, box: { x, y, width, height } }
}

function without(placed: readonly Placed[], cards: readonly Card[]): Placed[] {
  const taken = new Set(cards.flatMap(({ head, body }) => [head, ...body]))
  return placed.filter((one) => !taken.has(one))
}

function cardsBy(placed: readonly Placed[], edge: (one: Placed) => number): Card[] {
  const cards: Card[] = []
  const others: Card[] = []
  for (const band of bandsOf(placed, edge)) {
    const column = sorted(band, ({ box }) => box.y)
    let i = 0
    while (i < column.length) {
      const card = cardAt(column, i)
      // Nothing tells what is below which head.
      if (card !== undefined && isUnclear(card)) break
      const found = card !== undefined && !reachesBelowOthers(card, placed)
      const sure = found && (card.body.some((one) => isFact(one, card.head)) || looksSo(card, placed))
      if (found) (sure ? cards : others).push(card)
      i += sure ? card.body.length + 1 : 1
    }
  }
  const taken = new Set(cards.flatMap(({ head, body }) => [head, ...body]))
  const alike = others.filter((card) => {
    if ([card.head, ...card.body].some((one) => taken.has(one))) return false
    const row = cards.filter((one) => areBeside(card, one))
    return row.length > 1 || row.some((one) => one.body.some(isLong) || looksSo(one, placed))
  })
  return [...cards, ...alike]
}

/** Whether a card stands in a row with another: what one's short box is, that of the other is too. */
function areBeside(one: Card, other: Card): boolean {
  const [own, others] = [one.body[0] as Placed, other.body[0] as Placed]
  return (
    Math.abs(one.head.box.y - other.head.box.y) <= NEAR_EMU &&
    Math.abs(own.box.y - others.box.y) <= NEAR_EMU &&
    Math.abs(own.box.width - others.box.width) <= NEAR_EMU
  )
}

function cardAt(column: readonly Placed[], at: number): Card | undefined {
  const [head, first] = [column[at], column[at + 1]]
  if (head === undefined || first === undefined || !isHead(head) || goesOn(head, first)) return undefined
  const gap = gapOf(head, first)
  if (gap > 2 * NEAR_EMU || first.box.y - head.box.y < NEAR_EMU * 0.8) return undefined
  // What stands above several columns is about all of them.
  if (head.box.width > first.box.width * WIDER_MAX) return undefined
  const body = [first]
  for (let i = at + 2; i < column.length; i += 1) {
    const [last, next] = [column[i - 1] as Placed, column[i] as Placed]
    const near = gapOf(last, next) <= Math.max(gap, TENTH_EMU) + TENTH_EMU
    const wide = Math.abs(next.box.width - first.box.width) <= NEAR_EMU
    if (!near || !wide || isNextHead(column, at, i)) break
    body.push(next)
  }
  return { head, body }
}

/** Whether a box below those of a head begins the next card. */
function isNextHead(column: readonly Placed[], at: number, i: number): boolean {
  const [head, first, own] = [column[at] as Placed, column[at + 1] as Placed, column[i] as Placed]
  if (!isHead(own)) return false
  const [style, others] = [styleOf(head), styleOf(first)]
  if (style !== others) return styleOf(own) === style
  const [before, after] = [column[i - 1] as Placed, column[i + 1]]
  return isLong(before) && after !== undefined && isLong(after)
}

/** Whether one of the boxes of a card may be the head of the next one: "Parking" above "Free for 2 hours", where no style tells. */
function isUnclear({ head, body }: Card): boolean {
  if (styleOf(head) !== styleOf(body[0] as Placed)) return false
  return body.some((own, i) => {
    const next = body[i + 1]
    if (i === 0 || next === undefined || !isHead(own) || isFact(own, head)) return false
    return isFact(next, own) && !goesOn(own, next)
  })
}

function gapOf(above: Placed, below: Placed): number {
  return below.box.y - (above.box.y + above.box.height)
}

/** A box as wide as several columns is about all of them. */
function reachesBelowOthers({ head, body }: Card, placed: readonly Placed[]): boolean {
  const right = (body[0] as Placed).box.x + (body[0] as Placed).box.width
  return placed.some(
    (one) =>
      one !== head &&
      !body.includes(one) &&
      Math.abs(one.box.y - head.box.y) <= NEAR_EMU &&
      one.box.x > head.box.x + NEAR_EMU &&
      one.box.x < right - NEAR_EMU,
  )
}

function isHead({ shape }: Placed): boolean {
  const [line, more] = shape.lines
  if (line === undefined || more !== undefined || line.bullet) return false
  const year = /^(?:19|20)\d\d$/u.test(line.text)
  return isName(line) && /[\p{L}\p{N}]/u.test(line.text) && (year || !FIGURE.test(line.text))
}

/** Whether a sentence is cut over two boxes. What a name of a word or two is about may begin small: "Basic", "from 5 EUR". */
function goesOn(one: Placed, next: Placed): boolean {
  const [own, line] = [one.shape.lines.at(-1)?.text ?? '', next.shape.lines[0] as Line]
  if (line.bullet || !/^["'“„«(]?\p{Ll}/u.test(line.text) || styleOf(one) !== styleOf(next)) return false
  return /\S\s+\S+\s+\S/u.test(own) || /[.!?]$/u.test(line.text)
}

function looksSo(card: Card, placed: readonly Placed[]): boolean {
  return isStyled(card) || isGroup(card, placed)
}

/** Whether a box says something, rather than names another thing: two names below each other may be both alike. */
function isFact(own: Placed, head: Placed): boolean {
  const name = head.shape.lines[0]?.text ?? ''
  const figures = !/\p{N}/u.test(name) && own.shape.lines.some(({ text }) => /\p{N}/u.test(text))
  const labels = !/[:：]\s*\S/u.test(name) && own.shape.lines.some(({ text }) => /[:：]\s/u.test(text))
  return figures || labels || isLong(own)
}

function isLong({ shape }: Placed): boolean {
  return (
    shape.lines.length > 1 ||
    shape.lines.some(({ text, bullet }) => bullet || text.length > NAME_CHARS_MAX || /\n|[.!?;]$/u.test(text))
  )
}

/** Whether a head is in bold or in larger letters than what it is about. */
function isStyled({ head, body }: Card): boolean {
  const line = head.shape.lines[0] as Line
  const others = body.flatMap(({ shape }) => shape.lines)
  const bold = line.bold === true && !others.some((one) => one.bold === true)
  const larger =
    line.size !== undefined && others.every(({ size }) => size !== undefined && size < (line.size as number))
  return bold || larger
}

function styleOf({ shape }: Placed): string {
  const { bold = false, size = 0 } = shape.lines[0] as Line
  return `${bold} ${size}`
}

/** Whether a group has these boxes and no others. */
function isGroup({ head, body }: Card, placed: readonly Placed[]): boolean {
  const { group } = head.shape
  if (group === undefined) return false
  return (
    placed.filter(({ shape }) => shape.group === group).length === body.length + 1 &&
    body.every(({ shape }) => shape.group === group)
  )
}

/** Short boxes below each other, each left of a wider one with a text. */
function rowsOf(placed: readonly Placed[]): Card[] {
  const rows = bandsOf(placed, ({ box }) => box.y + box.height / 2).flatMap((row): Card[] => {
    const [head, text, more] = sorted(row, ({ box }) => box.x)
    if (head === undefined || text === undefined || more !== undefined) return []
    const gap = text.box.x - (head.box.x + head.box.width)
    const beside = gap > -NEAR_EMU && gap < 4 * NEAR_EMU && head.box.width < text.box.width - NEAR_EMU
    return beside && isHead(head) && !goesOn(head, text) ? [{ head, body: [text] }] : []
  })
  const sure = rows.filter(({ head, body }) => isFact(body[0] as Placed, head))
  if (sure.length < 2 || !sure.every((row) => isInLine(row, sure[0] as Card))) return []
  // What stands above all of them may name the columns: "Case", "What to do".
  return rows.filter((row, i) => sure.includes(row) || (i > 0 && isRowBelow(row, rows[i - 1] as Card, sure)))
}

/** Whether a row goes on with the rows above: "Water leak", "Ask the porter" below "Fire", "112". */
function isRowBelow(row: Card, above: Card, sure: readonly Card[]): boolean {
  const [own, before] = [row.body[0] as Placed, above.body[0] as Placed]
  const near = gapOf(before, own) <= 2 * NEAR_EMU
  const begun = (sure[0] as Card).head.box.y < row.head.box.y
  return near && begun && isInLine(row, sure[0] as Card) && isInLine(above, row)
}

function isInLine(row: Card, other: Card): boolean {
  const [own, others] = [row.body[0] as Placed, other.body[0] as Placed]
  return (
    Math.abs(row.head.box.x - other.head.box.x) <= NEAR_EMU && Math.abs(own.box.x - others.box.x) <= NEAR_EMU
  )
}
