import type { MatrixText } from './matrix-text.ts'

const CELL = 34
const CHARACTER = 7
const LABEL_MAX = 24
/** With more names, cells are too small for numbers and labels, and are drawn as pixels. */
const LABELLED_MAX = 48
/** With more names, a picture would be noise of many megabytes. */
const SHOWN_MAX = 2_000

/**
 * A as a heat map: a self-contained SVG on a light ground, with named rows and columns; the darker, the heavier. With more than
 * 48 names only the pattern is drawn.
 */
export function heatMap({ names, A }: MatrixText): string {
  const shown = names.slice(0, SHOWN_MAX)
  const labelled = shown.length <= LABELLED_MAX
  const labels = shown.map(shortened)
  const size = labelled ? CELL : Math.max(1, Math.floor(800 / shown.length))
  const margin = labelled ? 24 + CHARACTER * Math.max(4, ...labels.map((label) => [...label].length)) : 40
  const side = shown.length * size
  const most = A.reduce((max, row) => row.reduce((highest, weight) => Math.max(highest, weight), max), 0)
  const width = margin + side + 16
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${width}" viewBox="0 0 ${width} ${width}" font-family="ui-sans-serif, Helvetica, Arial, sans-serif" font-size="12">`,
    `<rect width="${width}" height="${width}" fill="#ffffff"/>`,
    `<rect x="${margin}" y="${margin}" width="${side}" height="${side}" fill="#f6f8fa" stroke="#d0d7de"/>`,
    `<text x="${margin}" y="16" fill="#57606a">from →</text>`,
    `<text x="8" y="${margin - 8}" fill="#57606a">to ↓</text>`,
    ...cells(A, shown, { size, margin, most, labelled }),
    ...(labelled ? axes(labels, margin) : []),
    '</svg>',
  ]
  return `${parts.join('\n')}\n`
}

interface Grid {
  readonly size: number
  readonly margin: number
  readonly most: number
  readonly labelled: boolean
}

function cells(
  A: readonly (readonly number[])[],
  names: readonly string[],
  { size, margin, most, labelled }: Grid,
): string[] {
  const parts: string[] = []
  names.forEach((to, row) => {
    names.forEach((from, column) => {
      const weight = A[row]?.[column] as number
      if (weight === 0) return
      const x = margin + column * size
      const y = margin + row * size
      const share = weight / most
      const title = `<title>${escaped(`${from} → ${to}: ${weight}`)}</title>`
      const gap = labelled ? 1 : 0
      parts.push(
        `<rect x="${x + gap}" y="${y + gap}" width="${size - 2 * gap}" height="${size - 2 * gap}" fill="${colour(share)}">${title}</rect>`,
      )
      if (!labelled) return
      const ink = share > 0.55 ? '#ffffff' : '#1f2328'
      parts.push(
        `<text x="${x + size / 2}" y="${y + size / 2 + 4}" text-anchor="middle" font-size="10" fill="${ink}">${figure(weight)}</text>`,
      )
    })
  })
  return parts
}

function axes(labels: readonly string[], margin: number): string[] {
  return labels.flatMap((label, at) => {
    const middle = margin + at * CELL + CELL / 2
    const text = escaped(label)
    return [
      `<text x="${margin - 8}" y="${middle + 4}" text-anchor="end" fill="#1f2328">${text}</text>`,
      `<text x="${middle + 4}" y="${margin - 8}" transform="rotate(-90 ${middle + 4} ${margin - 8})" fill="#1f2328">${text}</text>`,
    ]
  })
}

/** From a pale to a deep blue. */
function colour(share: number): string {
  const from = [222, 235, 247]
  const to = [8, 69, 148]
  return `rgb(${from.map((low, at) => Math.round(low + ((to[at] as number) - low) * share)).join(',')})`
}

function figure(weight: number): string {
  if (weight >= 0.01 && weight < 10_000) return String(Number(weight.toPrecision(3)))
  return weight.toExponential(0)
}

function shortened(name: string): string {
  const characters = [...name]
  return characters.length <= LABEL_MAX ? name : `${characters.slice(0, LABEL_MAX - 1).join('')}…`
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/\p{Cc}/gu, ' ')
}
