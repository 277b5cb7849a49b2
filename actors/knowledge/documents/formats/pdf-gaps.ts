import type { Line } from './pdf-lines.ts'

/** The distance of most lines to the next, in whole points, if it is at most `most`. Of several the least. */
export function usualGap(pages: readonly (readonly Line[])[], most: number): number | undefined {
  const gaps = new Map<number, number>()
  for (const lines of pages)
    for (let i = 1; i < lines.length; i += 1) {
      const gap = Math.round((lines[i - 1] as Line).y - (lines[i] as Line).y)
      if (gap > 0 && gap <= most) gaps.set(gap, (gaps.get(gap) ?? 0) + 1)
    }
  return [...gaps].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0]
}
