import { SIGN } from './bullet-signs.ts'
import { childOf, inside, isOn, type Tag, tag, valOf } from './tags.ts'
import { rowOf } from './word-rows.ts'
import { leafText, leavesOf, textOf, withLeaves } from './word-text.ts'

/** The styles that typed items get, for the parser. */
export const TYPED = ['TypedItem1', 'TypedItem2', 'TypedItem3']

/** What a line may begin with as well that is no item. */
const WORDLIKE = /^[–—\-*o→»]$/u

/** Fewer lines with such signs may be what two people say. */
const UNSURE_MIN = 3
const SPOKEN = /[?!…»”"]\s*$/u

/** A space before a sign. */
const TYPED_TWENTIETHS = 60

const FIELDS_MIN = 3
const FIELD_CHARS_MAX = 80

/** What people type instead of lists and tables, as such: paragraphs below each other with the same sign or the same columns. */
export function typed(children: readonly (Tag | string)[]): (Tag | string)[] {
  const found: (Tag | string)[] = []
  let run: Tag[] = []
  let before: Tag | undefined
  const close = () => {
    for (const one of grouped(run, before)) found.push(one)
    before = run.at(-1) ?? before
    run = []
  }
  for (const child of children) {
    if (typeof child === 'object' && child.name === 'w:p' && isPlain(child)) run.push(child)
    else {
      close()
      found.push(child)
      if (typeof child === 'object') before = child
    }
  }
  close()
  return found
}

/** Without a place in a list, or the style of a heading. */
function isPlain(paragraph: Tag): boolean {
  const about = childOf(paragraph, 'w:pPr')
  return childOf(about, 'w:numPr') === undefined && !isHeading(paragraph)
}

function isHeading(paragraph: Tag): boolean {
  return /^(?:Heading|Title)/u.test(valOf(childOf(childOf(paragraph, 'w:pPr'), 'w:pStyle')) ?? '')
}

function grouped(run: readonly Tag[], before: Tag | undefined): Tag[] {
  const found: Tag[] = []
  const texts = run.map(textOf)
  for (let i = 0; i < run.length; ) {
    const marked = endOf(i, run.length, (at) => SIGN.test(texts[at] as string) && !isNote(run, i, at))
    if (isList(texts.slice(i, marked), i === 0 ? before : run[i - 1])) {
      for (const item of itemsOf(run.slice(i, marked))) found.push(item)
      i = marked
      continue
    }
    const columns = fieldsOf(texts[i] as string).length
    const isRow = (at: number) =>
      fieldsOf(texts[at] as string).length === columns && !SIGN.test(texts[at] as string)
    const end = Math.max(i + 1, columns < 2 ? i : endOf(i, run.length, isRow))
    const table = end - i < 2 ? undefined : tableOf(run.slice(i, end), columns)
    if (table !== undefined) found.push(table)
    else for (const one of run.slice(i, end)) found.push(one)
    i = end
  }
  return found
}

function endOf(from: number, length: number, holds: (at: number) => boolean): number {
  let at = from
  while (at < length && holds(at)) at += 1
  return at
}

/** "* net of VAT", no further in than the items above it, is a note about one of them. */
function isNote(run: readonly Tag[], from: number, at: number): boolean {
  const [first, own] = [run[from] as Tag, run[at] as Tag].map((one) => ({ one, text: textOf(one) }))
  if (first === undefined || own === undefined || signOf(own.text) !== '*') return false
  return signOf(first.text) !== '*' && indentOf(own.one, own.text) <= indentOf(first.one, first.text)
}

/**
 * One alone is an item below a line that leads to it, if its sign begins nothing else. With signs that begin other lines too they are
 * items below such a line or a heading, or if there are several that nobody says.
 */
function isList(texts: readonly string[], above: Tag | undefined): boolean {
  const [first] = texts
  if (first === undefined) return false
  const led = above?.name === 'w:p' && /[:：]\s*$/u.test(textOf(above))
  const sure = !WORDLIKE.test(signOf(first))
  if (texts.length === 1) return led && sure
  if (sure || led || (above?.name === 'w:p' && isHeading(above))) return true
  return texts.length >= UNSURE_MIN && !texts.some((text) => SPOKEN.test(text))
}

function signOf(text: string): string {
  return SIGN.exec(text)?.[1] ?? ''
}

/** Items, those further in inside the one above. */
function itemsOf(run: readonly Tag[]): Tag[] {
  const open: number[] = []
  return run.map((paragraph) => {
    const text = textOf(paragraph)
    const length = SIGN.exec(text)?.[0].length ?? 0
    const far = indentOf(paragraph, text)
    while (open.length > 1 && (open.at(-1) as number) > far) open.pop()
    if (open.length === 0 || (far > (open.at(-1) as number) && open.length < TYPED.length)) open.push(far)
    const style = TYPED[open.length - 1] as string
    const about = tag('w:pPr', [tag('w:pStyle', [], { 'w:val': style })])
    const item = without(paragraph, length)
    const own = childOf(item, 'w:pPr')
    return { ...item, children: [about, ...item.children.filter((child) => child !== own)] }
  })
}

/** How far in a paragraph stands, in twentieths of a point: by its own indent, and by what is typed before its sign. */
function indentOf(paragraph: Tag, text: string): number {
  const own = childOf(childOf(paragraph, 'w:pPr'), 'w:ind')?.attributes
  const before = text.slice(0, text.length - text.trimStart().length)
  return (Number(own?.['w:left'] ?? own?.['w:start'] ?? 0) || 0) + before.length * TYPED_TWENTIETHS
}

/** A paragraph without its first characters. */
function without(paragraph: Tag, length: number): Tag {
  const others = new Map<Tag, Tag[]>()
  let left = length
  for (const leaf of leavesOf(paragraph)) {
    if (left <= 0) break
    const value = leafText(leaf)
    others.set(leaf, value.length <= left ? [] : [tag('w:t', [value.slice(left)])])
    left -= value.length
  }
  return withLeaves(paragraph, others)
}

function fieldsOf(text: string): string[] {
  return text.includes('\n')
    ? []
    : text
        .split('\t')
        .map((field) => field.trim())
        .filter((field) => field !== '')
}

/** A table, if the first line names its columns: it has no numbers, and below it is one that has nothing else, or it is bold. */
function tableOf(run: readonly Tag[], columns: number): Tag | undefined {
  const [head = [], ...rows] = run.map((paragraph) => fieldsOf(textOf(paragraph)))
  const all = [head, ...rows].flat()
  if (all.some((field) => field === '' || field.length > FIELD_CHARS_MAX || !/[\p{L}\p{N}]/u.test(field)))
    return undefined
  if (head.some((field) => /\p{N}|[.:;!?]$/u.test(field)) || new Set(head).size < columns) return undefined
  const numbers = head.some((_, i) => rows.every((row) => /\p{N}/u.test(row[i] ?? '')))
  const bold = isBold(run[0] as Tag) && !isBold(run[1] as Tag)
  if (!bold && (columns < FIELDS_MIN || !numbers || rows.length < 2)) return undefined
  // Notes hang on words that no cell would keep.
  if (run.some((paragraph) => holdsNote(paragraph))) return undefined
  return tag(
    'w:tbl',
    [head, ...rows].map((fields, i) => rowOf(fields, i === 0)),
  )
}

function isBold(paragraph: Tag): boolean {
  const runs = inside(paragraph).filter((child) => child.name === 'w:r' && textOf(child).trim() !== '')
  return runs.length > 0 && runs.every((run) => isOn(childOf(childOf(run, 'w:rPr'), 'w:b')))
}

function holdsNote(own: Tag): boolean {
  return inside(own).some(
    (child) => /^w:(?:footnote|endnote|comment)Reference$|^w:pict$/u.test(child.name) || holdsNote(child),
  )
}
