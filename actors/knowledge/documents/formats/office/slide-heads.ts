import type { Box, Line, Shape } from './slide-shape.ts'

/** A longer line is a text. */
const HEAD_CHARS_MAX = 60
/** Half an inch: a text below its head is nearer. */
const NEAR_EMU = 457_200

/**
 * Boxes with the heads of what they say: a first line in bold above others, a box of the layout above one for contents where the slide compares
 * several, or a label that ends in a colon beside a box or closely above it.
 */
export function withHeads(shapes: readonly Shape[]): Shape[] {
  const compares = shapes.filter((_, i) => isCompared(shapes, i)).length > 1
  const found: Shape[] = []
  for (let i = 0; i < shapes.length; i += 1) {
    const [own, next] = [shapes[i] as Shape, shapes[i + 1]]
    const [head] = own.lines
    const heads = (compares && isCompared(shapes, i)) || (next !== undefined && isLabelOf(own, next))
    if (heads && head !== undefined && next !== undefined) {
      found.push({ ...next, head })
      i += 1
    } else found.push(withBoldHead(own))
  }
  return found
}

/** The layout for comparisons has a line of text above each of its contents. */
function isCompared(shapes: readonly Shape[], i: number): boolean {
  const [own, next] = [shapes[i], shapes[i + 1]]
  return own?.texts === true && isHead(own.lines) && next?.texts === false
}

function isLabelOf({ kind, lines, box }: Shape, next: Shape): boolean {
  if (
    kind !== 'tx' ||
    next.kind !== 'tx' ||
    next.head !== undefined ||
    !isHead(lines) ||
    !/[:：]$/u.test(lines[0]?.text ?? '')
  )
    return false
  if (
    box === undefined ||
    next.box === undefined ||
    next.lines.length === 0 ||
    next.lines.some(({ text }) => /[:：]$/u.test(text))
  )
    return false
  return isBeside(box, next.box) || isBelow(box, next.box)
}

function isHead(lines: readonly Line[]): boolean {
  const [line] = lines
  return lines.length === 1 && line !== undefined && isName(line)
}

export function isName({ text, runs }: Line): boolean {
  return runs === undefined && text.length <= HEAD_CHARS_MAX && !/\n|[.!?;,]$/u.test(text)
}

function isBeside(box: Box, next: Box): boolean {
  const middle = next.y + next.height / 2
  const right = box.x + box.width
  return (
    middle > box.y &&
    box.y + box.height / 2 < next.y + next.height &&
    middle < box.y + box.height + NEAR_EMU &&
    next.x > box.x &&
    next.x < right + 2 * NEAR_EMU
  )
}

function isBelow(box: Box, next: Box): boolean {
  const gap = next.y - (box.y + box.height)
  return Math.abs(next.x - box.x) < NEAR_EMU && gap > -NEAR_EMU / 2 && gap < NEAR_EMU
}

/** "Basic" in bold above "5 EUR a month", which is not. */
function withBoldHead(shape: Shape): Shape {
  const [head, ...others] = shape.lines
  if (head === undefined || others.length === 0 || shape.kind !== 'tx' || shape.head !== undefined)
    return shape
  const only = head.bold === true && !head.bullet && isName(head) && !others.some(({ bold }) => bold === true)
  return only ? { ...shape, head, lines: others } : shape
}
