import { indent } from '../../text/indent.ts'

/** Marks that Markdown has too. */
const OWN = /^\s*(?:[-*+]|\p{N}{1,9}[.)])\s+(?=\S)/u
/** "• item", ". oil: 15W-40", "o item", "→ item". */
const OTHER = /^(\s*)([•·∙▪▫◦‣⁃●○■□◆◇►▶➤➔→⇒»–—.o]|[-=]>)\s+(?=\S)/u
/** What a line of a sentence may begin with too. */
const WORDLIKE = /^[o.—]$/u
/** Lines further up are not looked at. */
const ABOVE_MAX = 60

interface Item {
  readonly indent: number
  /** How far in its text is written. Items in it are no less far in. */
  readonly text: number
}

/**
 * Writes items of plain text that have other marks than those of Markdown as its items, below those that they stand in. One alone
 * counts below an item that is less far in; else two below each other do. No line moves.
 */
export function withBullets(text: string): string {
  const lines = text.split('\n')
  const known = lines.map((line, i) => markOf(lines, line, i))
  const open: Item[] = []
  return lines
    .map((line, i) => {
      if (line.trim() === '') return line
      const far = indent(line)
      const mark = known[i]
      if (mark === undefined && !OWN.test(line)) {
        while ((open.at(-1)?.indent ?? -1) >= far) open.pop()
        return line
      }
      while ((open.at(-1)?.indent ?? -1) >= far) open.pop()
      const shown = Math.max(far, open.at(-1)?.text ?? 0)
      if (open.length < DEPTH_MAX)
        open.push({ indent: far, text: mark === undefined ? textColumn(line) : shown + 2 })
      return mark === undefined ? line : line.replace(OTHER, () => `${' '.repeat(shown)}- `)
    })
    .join('\n')
}

const DEPTH_MAX = 40

/** Where the text of an item of Markdown begins, with tabs as Markdown counts them. */
function textColumn(line: string): number {
  let column = 0
  for (const char of OWN.exec(line)?.[0] ?? '') column += char === '\t' ? 4 - (column % 4) : 1
  return column
}

/** "□ yes" beside "■ no": one of them is ticked. */
function isBox(lines: readonly string[], mark: string, at: number): boolean {
  const other = mark === '□' ? '■' : mark === '■' ? '□' : undefined
  if (other === undefined) return false
  return lines
    .slice(Math.max(0, at - BESIDE), at + BESIDE + 1)
    .some((line) => OTHER.exec(line)?.[2] === other)
}

const BESIDE = 5

/** The mark of a line, if it is that of an item. */
function markOf(lines: readonly string[], line: string, at: number): string | undefined {
  const mark = OTHER.exec(line)?.[2]
  if (mark === undefined || isBox(lines, mark, at)) return undefined
  const far = indent(line)
  return isBelow(lines, at, mark, far) || hasNext(lines, at, mark, far) ? mark : undefined
}

/** Whether it stands in an item, or below one like it, with nothing between but what is further in. */
function isBelow(lines: readonly string[], at: number, mark: string, far: number): boolean {
  for (let i = at - 1; i >= 0 && i >= at - ABOVE_MAX; i -= 1) {
    const above = lines[i] as string
    if (above.trim() === '') continue
    const own = indent(above)
    if (own > far) continue
    const other = OTHER.exec(above)?.[2]
    return own < far ? other !== undefined || OWN.test(above) : other === mark
  }
  return false
}

function hasNext(lines: readonly string[], at: number, mark: string, far: number): boolean {
  // A word that a line happens to begin with goes on in a sentence.
  if (/[\p{L}\p{N},]$/u.test(lines[at - 1] ?? '') && WORDLIKE.test(mark)) return false
  for (let i = at + 1; i < lines.length && i <= at + ABOVE_MAX; i += 1) {
    const below = lines[i] as string
    if (below.trim() === '') continue
    const own = indent(below)
    // Nothing else begins with such a mark, and stands above items.
    if (own > far && i === at + 1 && !WORDLIKE.test(mark) && (OWN.test(below) || OTHER.test(below)))
      return true
    if (own > far) continue
    return own === far && OTHER.exec(below)?.[2] === mark
  }
  return false
}
