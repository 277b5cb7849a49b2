import { NEAR_EMU, type Placed } from './slide-order.ts'
import type { Box, Shape } from './slide-shape.ts'

/** A card has a figure, what it is, and perhaps a word about it. */
const LINES_MAX = 3
const CHARS_MAX = 60
/** "3.1 M EUR", "97%", "$ 40", "24/7". */
export const FIGURE =
  /^(?:[\p{Sc}+\-−–~≈<>≤≥±]|(?:EUR|USD|GBP|CHF)(?=[\s\d])|\s){0,4}\d[\d.,:/'’ \u00a0]*(?:[%‰+]|\p{Sc}|\p{L}{1,7}\.?)?(?:\s(?:\p{Sc}|\p{L}{1,7}\.?)){0,2}$/u
/** "Step 1: Order", "1. Order": what stands in an order of its own. */
const ORDERED = /^(?:(?:step|phase|stage|schritt|étape|paso|fase)\s*\d|\d{1,3}[.)](?:\s|$))/iu

interface Said extends Placed {
  readonly text: string
}

/**
 * Boxes with a line each that stand in rows and columns are cards: "42" over "Employees" is told as one. Those belong together that
 * stand closer to each other.
 */
export function withCards(shapes: readonly Shape[]): Shape[] {
  const placed = shapes.flatMap((shape): Said[] => {
    const [line, more] = shape.lines
    const alone = shape.kind === 'tx' && shape.box !== undefined && line !== undefined && more === undefined
    if (
      !alone ||
      line.bullet ||
      line.runs !== undefined ||
      line.text.length > CHARS_MAX ||
      line.text.includes('\n')
    )
      return []
    return [{ shape, box: shape.box as Box, text: line.text }]
  })
  const cards = cardsOf(placed)
  const said = new Map(cards.map((card) => [card[0]?.shape, card]))
  const told = new Set(cards.flatMap((card) => card.slice(1)).map(({ shape }) => shape))
  return shapes.flatMap((shape) => {
    if (told.has(shape)) return []
    const card = said.get(shape)
    if (card === undefined) return [shape]
    const text = card.map((one) => one.text).join(' · ')
    return [{ ...shape, lines: [{ text, level: 0, bullet: false }] }]
  })
}

function cardsOf(placed: readonly Said[]): Said[][] {
  const rows = chainsOf(placed, ({ box }) => box.y + box.height / 2)
  const columns = chainsOf(placed, ({ box }) => box.x + box.width / 2)
  if (rows.length < 2 || columns.length < 2 || rows.length * columns.length !== placed.length) return []
  if (rows.some((row) => row.length !== columns.length) || columns.some((one) => one.length !== rows.length))
    return []
  if (placed.some(({ text }) => ORDERED.test(text))) return []
  const down = gapOf(rows, ({ box }) => [box.y, box.y + box.height])
  const across = gapOf(columns, ({ box }) => [box.x, box.x + box.width])
  if (down < across && rows.length <= LINES_MAX && areFigures(rows))
    return columns.map((column) => [...column].sort((a, b) => a.box.y - b.box.y))
  // "Revenue" beside "3.1 M EUR".
  if (across < down && columns.length === 2 && areFigures(columns))
    return rows.map((row) => [...row].sort((a, b) => a.box.x - b.box.x))
  return []
}

/** Whether one band has the figures of what another one names: words beside words may be anything. */
function areFigures(bands: readonly (readonly Said[])[]): boolean {
  return (
    bands.some((band) => band.every(({ text }) => FIGURE.test(text))) &&
    bands.some((band) => band.every(({ text }) => /\p{L}/u.test(text) && !FIGURE.test(text)))
  )
}

/** Those whose middles are about as far down, or across. */
function chainsOf(placed: readonly Said[], middle: (one: Said) => number): Said[][] {
  const bands: Said[][] = []
  let last = Number.NEGATIVE_INFINITY
  for (const one of [...placed].sort((a, b) => middle(a) - middle(b))) {
    if (middle(one) - last > NEAR_EMU) bands.push([])
    bands.at(-1)?.push(one)
    last = middle(one)
  }
  return bands
}

/** The widest gap between neighbouring bands. */
function gapOf(bands: readonly (readonly Said[])[], edges: (one: Said) => readonly [number, number]): number {
  let widest = Number.NEGATIVE_INFINITY
  for (let i = 1; i < bands.length; i += 1) {
    const end = (bands[i - 1] as Said[]).reduce((most, one) => Math.max(most, edges(one)[1]), 0)
    const start = (bands[i] as Said[]).reduce(
      (least, one) => Math.min(least, edges(one)[0]),
      Number.MAX_VALUE,
    )
    widest = Math.max(widest, start - end)
  }
  return widest
}
