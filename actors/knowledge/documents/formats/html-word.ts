import type { Element, Nodes } from 'hast'
import { elementAt, hasClass, isBlank, styleOf, textOf, wordsAt } from './html-nodes.ts'

/** What Word writes for its own windows: comments, and its table of contents. */
const ASIDE_CLASS = /^(?:MsoToc\d|MsoTocHeading|MsoCommentReference)$/u
const ASIDE_STYLE = /mso-element:\s*comment(?:-list)?(?:;|$)/u
const ITEM_CLASS = /^MsoList(?:Paragraph|Bullet|Number)\w*$/u
const LEVEL = /mso-list:\s*l\d+\s+level(\d)/u
const MARGIN = /margin-left:\s*([\d.]+)(pt|in|cm)/u
const POINTS: Readonly<Record<string, number>> = { pt: 1, in: 72, cm: 28.35 }
/** So far in begins each level. */
const LEVEL_POINTS = 36
/** The mark of an item, and the hard spaces after it. */
const MARK = /^\s*(\S{1,8})[ \t\r\n]*\u00a0\s*/u
const BULLET = /^(?:[·•o§Øüvqà*▪◦●○■□➢✓–—-]|Â·|[\uf000-\uf0ff])$/u
const NUMBER = /^\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})[.)]$/iu
/** The other marks, which a text may name ("Clause (b)"), are told as they stand. */
const DECIMAL = /^\(?(\d{1,3})[.)]$/u

interface Item {
  readonly node: Element
  readonly points: number
  readonly mark: string
}

/** An open list with the number of its last item. */
interface List {
  readonly points: number
  readonly list: Element
  number: number
}

/** Makes lists of the paragraphs that Word writes for their items, and leaves out what it says beside the text. */
export function withoutWord(node: Nodes): void {
  if (!('children' in node)) return
  const found: Nodes[] = []
  let items: Item[] = []
  const close = () => {
    for (const list of listsOf(items)) found.push(list)
    items = []
  }
  for (const child of node.children as Nodes[]) {
    if (child.type === 'element' && (hasClass(child, ASIDE_CLASS) || ASIDE_STYLE.test(styleOf(child))))
      continue
    const item = child.type === 'element' && child.tagName === 'p' ? itemOf(child) : undefined
    if (item !== undefined) items.push(item)
    else if (items.length === 0 || !isBlank(child)) {
      close()
      found.push(child)
      withoutWord(child)
    }
  }
  close()
  node.children = found as typeof node.children
}

function itemOf(node: Element): Item | undefined {
  const style = styleOf(node)
  if (!hasClass(node, ITEM_CLASS) && !LEVEL.test(style)) return undefined
  const [whole = '', mark = ''] = MARK.exec(textOf(node).slice(0, 100)) ?? []
  if (!BULLET.test(mark) && !NUMBER.test(mark)) return undefined
  dropStart(node, whole.length)
  if (NUMBER.test(mark) && !DECIMAL.test(mark)) node.children.unshift(wordsAt(node, `${mark} `))
  const level = LEVEL.exec(style)?.[1]
  const [, length = '', unit = 'pt'] = MARGIN.exec(style) ?? []
  const margin = length === '' ? LEVEL_POINTS : Number(length) * (POINTS[unit] ?? 1)
  return { node, points: level === undefined ? margin : Number(level) * LEVEL_POINTS, mark }
}

/** Leaves out the first characters. Returns how many are still to be left out. */
function dropStart(node: Element, count: number): number {
  let left = count
  for (const child of node.children) {
    if (left === 0) break
    if (child.type === 'text') {
      const own = Math.min(left, child.value.length)
      child.value = child.value.slice(own)
      left -= own
    } else if (child.type === 'element') left = dropStart(child, left)
  }
  return left
}

function listsOf(items: readonly Item[]): Element[] {
  const found: Element[] = []
  const open: List[] = []
  for (const { node, points, mark } of items) {
    while ((open.at(-1)?.points ?? 0) > points + 1) open.pop()
    const number = Number(DECIMAL.exec(mark)?.[1] ?? Number.NaN)
    const name = number >= 0 ? 'ol' : 'ul'
    let last = open.at(-1)
    // A list goes on with the next number.
    const goesOn = last?.list.tagName === name && (name === 'ul' || number === (last?.number ?? 0) + 1)
    if (last !== undefined && last.points >= points - 1 && !goesOn) {
      open.pop()
      last = open.at(-1)
    }
    if (last === undefined || last.points < points - 1) {
      const list = elementAt(node, name, [])
      if (name === 'ol') list.properties = { start: number }
      const parent = last?.list.children.at(-1)
      if (parent?.type === 'element') parent.children.push(list)
      else found.push(list)
      last = { points, list, number }
      open.push(last)
    }
    last.number = number
    last.list.children.push(elementAt(node, 'li', node.children))
  }
  return found
}
