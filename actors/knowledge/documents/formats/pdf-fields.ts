import { type Line, lineOfPieces } from './pdf-lines.ts'

/** A field of a form, as pdf.js has it. */
interface Annotation {
  readonly subtype?: string
  readonly hidden?: boolean
  readonly password?: boolean
  readonly fieldType?: string
  readonly fieldName?: string
  readonly fieldValue?: unknown
  readonly alternativeText?: string
  readonly checkBox?: boolean
  readonly radioButton?: boolean
  readonly exportValue?: string
  readonly buttonValue?: string
  readonly options?: readonly { readonly exportValue?: string; readonly displayValue?: string }[]
  readonly rect?: readonly number[]
}

interface Field {
  readonly name: string
  /** What is filled in; for a box that is ticked, nothing. */
  readonly value: string
  readonly ticked: boolean
  readonly left: number
  readonly right: number
  readonly bottom: number
  readonly top: number
}

const FIELDS_MAX = 2_000
/** A label is at most this far from its field, in letters. */
const LABEL_GAP = 12
const LABEL_CHARS_MAX = 200

/** The lines of a page with what is filled in its form: "Name: Ida Kern", "Vegetarian (checked)". */
export function withFields(lines: readonly Line[], annotations: readonly unknown[]): Line[] {
  const fields = annotations
    .slice(0, FIELDS_MAX)
    .flatMap((one) => fieldOf(one as Annotation) ?? [])
    .sort((a, b) => b.top - a.top || a.left - b.left)
  if (fields.length === 0) return [...lines]
  // A line may have several labels.
  const found = lines.flatMap((line) =>
    line.pieces.length > 1 && fields.some((field) => isBeside(line, field))
      ? line.pieces.map((piece) => lineOfPieces([piece], line))
      : [line],
  )
  for (const field of fields) {
    const at = labelAt(found, field)
    const label = found[at]
    if (label === undefined) found.push(lineOf(`${field.name}${said(field)}`, field, found.length))
    else found[at] = filled(label, field)
  }
  return found
}

function filled(label: Line, field: Field): Line {
  const text = label.text.trim()
  // The fields of a date have one label.
  const whole =
    label.alone === true && !field.ticked
      ? `${text} ${field.value}`
      : `${text.replace(/[\s:：_.…]+$/u, '')}${said(field)}`
  const piece = { text: whole, left: label.left, right: label.right, font: label.runs[0]?.font ?? '' }
  const right = field.ticked ? label.right : Math.max(label.right, field.right)
  return { ...label, text: whole, right, pieces: [piece], runs: [piece], alone: true }
}

function said({ value, ticked }: Field): string {
  return ticked ? ' (checked)' : `: ${value}`
}

function fieldOf(own: Annotation): Field | undefined {
  const [left, bottom, right, top] = own.rect ?? []
  if (own.subtype !== 'Widget' || own.hidden === true || own.password === true) return undefined
  if (left === undefined || bottom === undefined || right === undefined || top === undefined) return undefined
  const ticks = own.checkBox === true || own.radioButton === true
  const value = valueIn(own)
  const ticked = ticks && value !== '' && value !== 'Off' && isOn(own, value)
  if ((ticks && !ticked) || (!ticks && (value === '' || own.fieldType === 'Btn'))) return undefined
  const name =
    own.alternativeText !== undefined && own.alternativeText !== '' ? own.alternativeText : own.fieldName
  return { name: name ?? '', value, ticked, left, right, bottom, top }
}

/** A button of several is on if the value is its own. */
function isOn({ radioButton, buttonValue, exportValue }: Annotation, value: string): boolean {
  return value === (radioButton === true ? buttonValue : exportValue)
}

function valueIn({ fieldValue, options = [] }: Annotation): string {
  const values = Array.isArray(fieldValue) ? fieldValue : [fieldValue]
  const texts = values.filter((value) => typeof value === 'string' || typeof value === 'number').map(String)
  const shown = texts.map(
    (text) => options.find(({ exportValue }) => exportValue === text)?.displayValue ?? text,
  )
  return shown.join(', ').replace(/\s+/gu, ' ').trim()
}

function isBeside({ y, size }: { y: number; size: number }, { bottom, top }: Field): boolean {
  return y > bottom - size / 2 && y < top
}

/** The line that labels a field: left of it, for a box that is ticked right of it, or above it. */
function labelAt(lines: readonly Line[], field: Field): number {
  let best = -1
  let least = Infinity
  for (const [i, { y, size, left, right, text }] of lines.entries()) {
    if (text.length > LABEL_CHARS_MAX) continue
    const beside = isBeside({ y, size }, field)
    const before = field.left - right
    const after = left - field.right
    const above = y - field.top
    let gap = Infinity
    if (beside && before > -size && before < LABEL_GAP * size)
      gap = Math.max(0, before) + (field.ticked ? size : 0)
    if (beside && field.ticked && after > -size && after < 3 * size) gap = Math.max(0, after)
    if (!beside && above >= -size / 2 && above < 1.5 * size && Math.abs(left - field.left) < 2 * size)
      gap = LABEL_GAP * size + above
    if (gap < least) {
      least = gap
      best = i
    }
  }
  return best
}

function lineOf(text: string, { left, right, bottom, top }: Field, order: number): Line {
  const size = Math.min(12, Math.max(6, top - bottom))
  return {
    text,
    left,
    right,
    y: bottom,
    size,
    pieces: [{ text, left, right, font: '' }],
    runs: [{ text, left, right, font: '' }],
    order,
    alone: true,
  }
}
