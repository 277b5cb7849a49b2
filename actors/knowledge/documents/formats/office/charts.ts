import type { Archive } from './archive.ts'
import { type Element, elementsOf, first, within } from './elements.ts'
import { NumberFormats } from './number-formats.ts'

/** What a chart shows, as the table that it is made from. */
export interface Chart {
  readonly title: string
  /** The names of the columns: that of the categories, which may be empty, and those of the series. */
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

interface Series {
  readonly name: string
  readonly names: readonly string[]
  readonly values: readonly string[]
}

/** A chart of that many points is a curve: nobody asks for one of them. */
const POINTS_MAX = 500
const SERIES_MAX = 100
/** An id of a format of one's own. */
const FORMAT = 164

/** What the chart in a part shows; none without values. The values are those that its program last drew. @throws SyntaxError */
export async function chartOf(archive: Archive, part: string): Promise<Chart | undefined> {
  const top = await elementsOf(archive, part)
  const area = first(top, 'plotArea')
  const all = within(area, 'ser').slice(0, SERIES_MAX).map(seriesOf)
  const title = textOf(childOf(first(top, 'chart'), /^title$/u))
  const rows: string[][] = []
  const names = all.find((one) => one.names.length > 0)?.names ?? []
  const length = Math.max(0, ...all.map(({ values }) => values.length))
  for (let i = 0; i < Math.min(length, POINTS_MAX); i += 1) {
    const values = all.map((one) => one.values[i] ?? '')
    if (values.some((value) => value !== '')) rows.push([names[i] ?? String(i + 1), ...values])
  }
  if (rows.length === 0) return undefined
  // One of several axes says nothing about the others.
  const axes = { of: axisOf(area, /^(?:catAx|dateAx)$/u), values: axisOf(area, /^valAx$/u) }
  const head = all.map(({ name }) => (name === '' ? axes.values || title || 'Value' : name))
  return { title: named(title, axes.values), head: [axes.of, ...head], rows }
}

/** The title of the only axis of a kind. */
function axisOf(area: Element | undefined, kind: RegExp): string {
  const all = (area?.children ?? []).filter(
    (child): child is Element => typeof child !== 'string' && kind.test(child.name),
  )
  return all.length === 1 ? textOf(childOf(all[0], /^title$/u)) : ''
}

/** "Sales (EUR m)": the axis of the values says what they are. */
function named(title: string, axis: string): string {
  if (axis === '' || title.includes(axis)) return title
  return title === '' ? axis : `${title} (${axis})`
}

function seriesOf(series: Element): Series {
  return {
    name: textOf(childOf(series, /^tx$/u)),
    names: pointsOf(childOf(series, /^(?:cat|xVal)$/u)),
    values: pointsOf(childOf(series, /^(?:val|yVal)$/u)),
  }
}

/** The points that the program has kept of its sheet. Names of several levels begin with that of the outer one. */
function pointsOf(element: Element | undefined): string[] {
  const levels = within(element, 'lvl').map((level) => cachedOf(level))
  if (levels.length === 0) return cachedOf(element)
  const [inner = [], ...outer] = levels
  for (const level of outer) for (let i = 1; i < inner.length; i += 1) level[i] ??= level[i - 1] ?? ''
  return inner.map((name, i) => [...outer.map((level) => level[i] ?? '').reverse(), name].join(' ').trim())
}

function cachedOf(element: Element | undefined): string[] {
  const pattern = textIn(first(element, 'formatCode')) || 'General'
  const formats = new NumberFormats(new Map([[FORMAT, pattern]]), false)
  const numbers = first(element, 'numCache') ?? first(element, 'numLit')
  const found: string[] = []
  for (const point of within(element, 'pt')) {
    const at = Number(point.attributes.idx)
    const value = textIn(first(point, 'v')).trim()
    if (!(at >= 0 && at < POINTS_MAX)) continue
    const number = Number(value)
    found[at] =
      numbers === undefined || value === '' || Number.isNaN(number) ? value : formats.shown(number, FORMAT)
  }
  return found
}

function childOf(element: Element | undefined, name: RegExp): Element | undefined {
  return element?.children.find(
    (child): child is Element => typeof child !== 'string' && name.test(child.name),
  )
}

/** The words of a title: typed ones, or those of a cell. */
function textOf(element: Element | undefined): string {
  const texts = [...within(element, 't'), ...within(element, 'v')]
  return texts.map(textIn).join('').replace(/\s+/gu, ' ').trim()
}

function textIn(element: Element | undefined): string {
  return (element?.children ?? []).filter((child) => typeof child === 'string').join('')
}
