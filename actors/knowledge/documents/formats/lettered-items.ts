import { indent } from '../../text/indent.ts'
import { romanValue } from './numbered-lines.ts'

/** "a) pump", "(ii) hose", "B. north", "(1) one". */
const LETTERED = /^\s*(\(?)(\p{Ll}|\p{Lu}|[ivx]{2,5}|[IVX]{2,5}|\p{N}{1,2})([.)])\s+(?=\S)/u
/** Marks that Markdown has too. */
const OWN = /^\s*([-*+]|\p{N}{1,9}(?=([.)])))[.)]?\s+(?=\S)/u
const LINE_CHARS_MAX = 2_000
/** A list of a letter goes on within so many lines. */
const BELOW_MAX = 60
const DEPTH_MAX = 20

interface Mark {
  /** What marks of one list have in common. */
  readonly keys: ReadonlyMap<string, number>
  readonly lettered: boolean
}

interface Item {
  readonly indent: number
  readonly keys: ReadonlyMap<string, number>
  readonly lettered: boolean
  /** Where its text is written. Items in it are no less far in. */
  readonly text: number
}

/**
 * Writes lettered and roman items of a plain text as items with their letters ("- a) pump"), below the item that they stand in,
 * which may be no less far in: "1) Kit", above "a) pump" and "b) hose". No line moves.
 */
export function withLettered(text: string): string {
  const lines = text.split('\n')
  if (!lines.some((line) => LETTERED.test(line.slice(0, LINE_CHARS_MAX)))) return text
  const open: Item[] = []
  let blank = true
  return lines
    .map((line, i) => {
      const before = blank
      blank = line.trim() === ''
      if (blank) return line
      if (line.startsWith('#')) open.length = 0
      const far = indent(line)
      const mark = markOf(line)
      if (mark === undefined || (mark.lettered && !isItem(lines, i, mark, open, before))) {
        if (before) while ((open.at(-1)?.indent ?? -1) >= far) open.pop()
        return continued(line, far, open.at(-1))
      }
      place(open, far, mark, before)
      const parent = open.at(-1)
      const shown = Math.max(
        parent === undefined && mark.lettered ? Math.min(far, 3) : far,
        parent?.text ?? 0,
      )
      const own = line.trimStart()
      const written = `${' '.repeat(shown)}${mark.lettered ? '- ' : ''}${own}`
      const wide = mark.lettered ? 2 : (OWN.exec(own)?.[0].length ?? 2)
      if (open.length < DEPTH_MAX) open.push({ indent: far, ...mark, text: shown + wide })
      return shown === far && !mark.lettered ? line : written
    })
    .join('\n')
}

/** Closes the items that an item does not stand in. */
function place(open: Item[], far: number, mark: Mark, blank: boolean): void {
  while ((open.at(-1)?.indent ?? -1) > far) open.pop()
  const next = open.findIndex((one) => one.indent === far && follows(one.keys, mark.keys))
  const like =
    next >= 0 ? next : open.findIndex((one) => one.indent === far && beginsAgain(one.keys, mark.keys))
  if (like >= 0) {
    open.length = like
    return
  }
  while (open.at(-1)?.indent === far && !mayHold(open.at(-1) as Item, mark, blank)) open.pop()
}

/**
 * Whether an item may stand in one that is equally far in. Markdown's own marks belong to one list; below a blank line a list begins
 * after a lettered one.
 */
function mayHold(item: Item, mark: Mark, blank: boolean): boolean {
  return item.lettered ? !blank : mark.lettered && !item.keys.has('-')
}

function markOf(line: string): Mark | undefined {
  if (line.length > LINE_CHARS_MAX) return undefined
  const own = OWN.exec(line)
  if (own !== null) return { keys: new Map([[own[2] ?? own[1] ?? '', 0]]), lettered: false }
  const [, left = '', value = '', right = ''] = LETTERED.exec(line) ?? []
  if (value === '' || (left === '(' && right === '.')) return undefined
  const keys = new Map<string, number>()
  const form = `${left}${right}`
  const small = value === value.toLowerCase()
  if (/^\p{N}/u.test(value)) keys.set(`${form} 1`, Number(value))
  else {
    if (value.length === 1)
      keys.set(`${form} ${small ? 'a' : 'A'}`, (value.toLowerCase().codePointAt(0) ?? 0) - 96)
    if (/^[ivx]+$/iu.test(value)) keys.set(`${form} ${small ? 'i' : 'I'}`, romanValue(value))
  }
  return { keys, lettered: true }
}

/** Whether the second mark may stand in the list of the first. */
function follows(first: ReadonlyMap<string, number>, second: ReadonlyMap<string, number>): boolean {
  return [...second].some(([key, value]) => first.has(key) && (value === 0 || first.get(key) === value - 1))
}

/** Whether the second mark begins another list with the marks of the first. */
function beginsAgain(first: ReadonlyMap<string, number>, second: ReadonlyMap<string, number>): boolean {
  return [...second].some(([key, value]) => value === 1 && first.has(key))
}

/** A letter counts where its list goes on, or where it begins one in an item. */
function isItem(
  lines: readonly string[],
  at: number,
  mark: Mark,
  open: readonly Item[],
  blank: boolean,
): boolean {
  const far = indent(lines[at] as string)
  if (open.some((one) => one.indent === far && follows(one.keys, mark.keys))) return true
  const begins = [...mark.keys].some(([, value]) => value === 1)
  if (!begins) return false
  const parent = open.findLast((one) => one.indent < far || (one.indent === far && mayHold(one, mark, blank)))
  // "(1)" above longer texts is a paragraph of a law.
  if ([...mark.keys].some(([key]) => key.endsWith(' 1')) && parent === undefined) return false
  if (parent !== undefined && !blank && [...mark.keys].every(([key]) => key.includes(')'))) return true
  for (let i = at + 1; i < lines.length && i <= at + BELOW_MAX; i += 1) {
    const line = lines[i] as string
    if (line.trim() === '' || indent(line) > far) continue
    if (indent(line) < far || line.startsWith('#')) return false
    const next = markOf(line)
    if (next?.lettered === true && follows(mark.keys, next.keys)) return true
    if (next === undefined && (lines[i - 1] as string).trim() === '') return false
  }
  return false
}

/** A line of an item that was moved stands below its text. */
function continued(line: string, far: number, item: Item | undefined): string {
  if (item === undefined || far <= item.indent || far >= item.text) return line
  return `${' '.repeat(item.text)}${line.trimStart()}`
}
