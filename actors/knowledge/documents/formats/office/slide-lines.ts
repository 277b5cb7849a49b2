import { BULLET } from './bullet-signs.ts'
import { type Element, first, isTrue, within } from './elements.ts'
import { formulaOf } from './formulas.ts'
import type { Line, Run, Said } from './slide-shape.ts'

/** The paragraphs of a box or a cell. `placed`: in a place of the layout, whose paragraphs are points. */
export function linesOf(body: Element, placed: boolean): Line[] {
  return within(body, 'p').flatMap((paragraph): Line[] => {
    const runs = runsOf(paragraph)
    const whole = textOf(runs)
    const from = whole.length - whole.trimStart().length
    const to = whole.trimEnd().length
    const typed = BULLET.exec(whole.slice(0, to))?.[0].length ?? 0
    if (from >= to) return []
    const about = first(paragraph, 'pPr')
    const marked = first(about, 'buChar') ?? first(about, 'buAutoNum') ?? first(about, 'buBlip')
    const bullet = typed > 0 || marked !== undefined || (placed && first(about, 'buNone') === undefined)
    const level = Number(about?.attributes.lvl ?? 0) || 0
    const said = saidOf(cut(runs, Math.max(from, typed), to))
    const size = sizeOf(paragraph)
    return [
      {
        ...said,
        level,
        bullet,
        ...(isBold(paragraph) ? { bold: true } : {}),
        ...(size > 0 ? { size } : {}),
      },
    ]
  })
}

function isBold(paragraph: Element): boolean {
  const runs = within(paragraph, 'r')
  return runs.length > 0 && runs.every((run) => isTrue(first(run, 'rPr')?.attributes.b))
}

/** That of its first letters. */
function sizeOf(paragraph: Element): number {
  return Number(first(first(paragraph, 'r'), 'rPr')?.attributes.sz ?? 0) || 0
}

/** What several say, as one. */
export function joined(all: readonly Said[], by: string): Said {
  return saidOf(
    all.flatMap(({ text, runs }, i) => [
      ...(i === 0 ? [] : [{ text: by, struck: false }]),
      ...(runs ?? [{ text, struck: false }]),
    ]),
  )
}

/** What is struck out is told or not as in other formats, so runs are kept where there is some. */
function saidOf(runs: readonly Run[]): Said {
  const text = textOf(runs)
  return runs.some(({ struck }) => struck) ? { text, runs } : { text }
}

function textOf(runs: readonly Run[]): string {
  return runs.map(({ text }) => text).join('')
}

/** Runs from one character up to another. Those that are struck out alike below each other are one. */
function cut(runs: readonly Run[], from: number, to: number): Run[] {
  const found: Run[] = []
  let at = 0
  for (const { text, struck } of runs) {
    const part = text.slice(Math.max(0, from - at), Math.max(0, to - at))
    at += text.length
    const last = found.at(-1)
    if (part === '') continue
    if (last?.struck === struck) found[found.length - 1] = { text: last.text + part, struck }
    else found.push({ text: part, struck })
  }
  return found
}

function runsOf({ children }: Element): Run[] {
  return children.flatMap((child): Run[] => {
    if (typeof child === 'string') return []
    if (child.name === 'br') return [{ text: '\n', struck: false }]
    // What it is in has the name of a matrix.
    if (child.name === 'm')
      return within(child, 'oMath').map((formula) => ({ text: formulaOf(formula), struck: false }))
    if (child.name === 'AlternateContent') return runsOf(first(child, 'Choice') ?? child)
    if (child.name !== 'r' && child.name !== 'fld') return []
    const text = within(child, 't')
      .flatMap((one) => one.children)
      .map((value) => (typeof value === 'string' ? value : ''))
      .join('')
    return [{ text, struck: /^(?:sng|dbl)Strike$/u.test(first(child, 'rPr')?.attributes.strike ?? '') }]
  })
}
