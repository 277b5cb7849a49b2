import type { List, ListItem, Paragraph, PhrasingContent, Root, RootContent, Text } from 'mdast'
import { sentences } from '../../text/sentences.ts'
import { listBreaks } from './list-breaks.ts'
import { isNameOf } from './list-names.ts'

const ITEM = /^\s*(?:[-*+]|\d{1,9}[.)])\s+\S/u
/** "1986." is a year, and no number of an item. */
const YEAR = /^([12]\d{3}[.)])\s/u
const COLON = /[:：]\s*$/u
/** What ends an item or its first sentence. */
const END = /[.!?:：]?$/u

/**
 * The lists of Markdown as their authors see them: a label directly below an item begins the next list, a year at the start of an item
 * stays, and tasks say whether they are done.
 */
export function withMarkedLists(tree: Root, text: string): Root {
  const lines = text.split('\n')
  const known: Known = {
    lines,
    labels: labelsOf(lines),
    tasks: /^[ \t>]*(?:[-*+]|\d{1,9}[.)])\s+\[[xX]\]\s/mu.test(text),
    inItem: false,
  }
  tree.children = read(tree.children, known)
  return tree
}

interface Known {
  readonly lines: readonly string[]
  /** The lines, from 1, that are labels of the items below them. */
  readonly labels: ReadonlySet<number>
  /** Some task is done. Open ones alone are a form to fill in. */
  readonly tasks: boolean
  /** Of the words of an item is known what they name. */
  readonly inItem: boolean
}

function labelsOf(lines: readonly string[]): Set<number> {
  const found = new Set<number>()
  const bare = lines.map((line) => line.replace(/\*\*|__/gu, ''))
  for (const i of listBreaks(bare)) if (ITEM.test(bare[i + 1] ?? '')) found.add(i + 1)
  return found
}

function read<T extends RootContent>(nodes: readonly T[], known: Known): T[] {
  return nodes.flatMap((node, i): RootContent[] => {
    if (node.type === 'blockquote' || node.type === 'footnoteDefinition')
      node.children = read(node.children, known)
    if (node.type !== 'list') return [node]
    const parts = divided(node, known.labels)
    const above = nodes[i - 1]
    if (parts.length > 1) withColon(above, node)
    else if (above?.type === 'paragraph' && !known.inItem && isNameOf(above, node)) colonAfter(above)
    for (const part of parts) if (part.type === 'list') items(part, known)
    return parts
  }) as T[]
}

function items(list: List, known: Known): void {
  for (const item of list.children) {
    item.children = read(item.children, { ...known, inItem: true })
    if (known.tasks && typeof item.checked === 'boolean') tell(item, item.checked ? 'done' : 'open')
  }
  if (list.ordered === true && list.children.every((item) => yearOf(item, known.lines) !== undefined)) {
    for (const item of list.children) begin(item, yearOf(item, known.lines) ?? '')
    list.ordered = false
  }
}

function yearOf(item: ListItem, lines: readonly string[]): string | undefined {
  const { line = 0, column = 1 } = item.position?.start ?? {}
  return YEAR.exec((lines[line - 1] ?? '').slice(column - 1, column + 6))?.[1]
}

function begin(item: ListItem, year: string): void {
  const [first] = item.children
  if (first?.type !== 'paragraph') return
  const at = first.children[0]?.position
  first.children = [textOf(`${year} `, at), ...first.children]
}

/** Writes "(done)" or "(open)" at the end of the first sentence of an item. */
function tell(item: ListItem, said: string): void {
  const [first] = item.children
  if (first?.type !== 'paragraph') return
  const { children } = first
  for (const node of children) {
    const [sentence, next] = node.type === 'text' ? sentences(node.value) : []
    if (node.type !== 'text' || sentence === undefined || next === undefined) continue
    node.value = `${ended(node.value.slice(0, sentence.end), said)}${node.value.slice(sentence.end)}`
    return
  }
  const last = children.at(-1)
  if (last?.type === 'text') last.value = ended(last.value, said)
  else if (last !== undefined) children.push(textOf(` (${said})`, last.position))
}

function ended(text: string, said: string): string {
  const own = text.trimEnd()
  return own.slice(0, -1) + own.slice(-1).replace(END, (end) => ` (${said})${end}`)
}

function textOf(value: string, position: Text['position']): Text {
  return { type: 'text', value, ...(position === undefined ? {} : { position }) }
}

/** The lists that labels divide a list into, with those labels between them. */
function divided(list: List, labels: ReadonlySet<number>): (List | Paragraph)[] {
  const found: (List | Paragraph)[] = []
  let from = 0
  list.children.forEach((item, i) => {
    const label = labelIn(item, labels)
    if (label === undefined) return
    found.push(partOf(list, from, i + 1), label)
    from = i + 1
  })
  if (from === 0) return [list]
  if (from < list.children.length) found.push(partOf(list, from, list.children.length))
  return found
}

function partOf(list: List, from: number, to: number): List {
  const children = list.children.slice(from, to)
  const [start, end] = [children[0]?.position?.start, children.at(-1)?.position?.end]
  return {
    ...list,
    children,
    ...(list.ordered === true ? { start: from === 0 ? (list.start ?? 1) : 1 } : {}),
    ...(start === undefined || end === undefined ? {} : { position: { start, end } }),
  }
}

/** Takes the label off the end of an item, where the parser let it go on. */
function labelIn(item: ListItem, labels: ReadonlySet<number>): Paragraph | undefined {
  let inner = item
  let last = inner.children.at(-1)
  while (last?.type === 'list') {
    const [deeper] = last.children.slice(-1)
    if (deeper === undefined) return undefined
    inner = deeper
    last = inner.children.at(-1)
  }
  const line = last?.position?.end.line ?? 0
  if (last?.type !== 'paragraph' || last.position?.start.line === line || !labels.has(line)) return undefined
  const at = last.children.findLastIndex((node) => node.type === 'text' && node.value.includes('\n'))
  const node = last.children[at]
  if (node?.type !== 'text') return undefined
  const cut = node.value.lastIndexOf('\n')
  const own = textOf(
    node.value.slice(cut + 1),
    node.position && { start: last.position?.end ?? node.position.end, end: node.position.end },
  )
  const label = [own, ...last.children.slice(at + 1)].filter((one) => one.type !== 'text' || one.value !== '')
  node.value = node.value.slice(0, cut)
  last.children = last.children.slice(0, at + 1)
  return colonAfter({
    ...last,
    children: label,
    position: last.position && { ...last.position, start: last.position.end },
  } as Paragraph)
}

/** "Monday", above the first list of those that labels begin, is such a label too. */
function withColon(above: RootContent | undefined, list: List): void {
  if (above?.type !== 'paragraph' || above.position?.start.line !== above.position?.end.line) return
  const next = list.position?.start.line === (above.position?.end.line ?? 0) + 1
  if (next && !/[.!?;,]\s*$/u.test(lastOf(above.children))) colonAfter(above)
}

function colonAfter(label: Paragraph): Paragraph {
  if (!COLON.test(lastOf(label.children))) label.children.push(textOf(':', label.position))
  return label
}

/** The end of the words. */
function lastOf(nodes: readonly PhrasingContent[]): string {
  const last = nodes.at(-1)
  if (last === undefined) return ''
  if ('children' in last) return lastOf(last.children)
  return 'value' in last ? last.value : ''
}
