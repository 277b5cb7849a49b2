import type { Element, Root as HastRoot, Nodes, Parents } from 'hast'
import { fromHtml } from 'hast-util-from-html'
import { defaultHandlers, type Handle, type State, toMdast } from 'hast-util-to-mdast'
import type { FootnoteReference, PhrasingContent, Root, RootContent } from 'mdast'
import { type Document, note } from '../../text/document.ts'
import { bound } from './html-bounds.ts'
import { withCellNotes } from './html-cell-notes.ts'
import { withoutNumbers } from './html-code-tables.ts'
import { withoutConsent } from './html-consent.ts'
import { withControls } from './html-controls.ts'
import { withTables } from './html-div-tables.ts'
import { isHidden, withHidden } from './html-hidden.ts'
import { withInline } from './html-inline.ts'
import { isNoteMark } from './html-marks.ts'
import { isMenu, NAVIGATION } from './html-menus.ts'
import { find, firstText, hasClass, holds, textOf } from './html-nodes.ts'
import { withOpened } from './html-opened.ts'
import { closedPart } from './html-parts.ts'
import { separatorBefore } from './html-spans.ts'
import { cell, figure, table } from './html-tables.ts'
import { withJoinedTerms } from './html-terms.ts'
import { withTicks } from './html-ticks.ts'
import { withoutWord } from './html-word.ts'
import { asHtml } from './xhtml.ts'

/** An HTML page as a browser shows it, without navigation and controls. */
export function readHtml(file: string, html: string): Document {
  const hast = fromHtml(asHtml(html))
  const title = titleOf(hast)
  return { file, tree: treeOfHast(hast), folded: true, ...(title === '' ? {} : { title }) }
}

/** mdast of parsed HTML, with notes for what mdast can't express. */
export function treeOfHast(hast: Nodes): Root {
  withHidden(hast)
  withoutConsent(hast)
  withoutWord(hast)
  withOpened(hast)
  withTables(hast)
  withInline(hast)
  withoutNumbers(hast)
  withTicks(hast)
  bound(hast)
  withCellNotes(hast)
  withControls(hast)
  const tree = toMdast(hast, { newlines: true, handlers: HANDLERS }) as Root | RootContent
  return tree.type === 'root' ? tree : { type: 'root', children: [tree] }
}

const nothing: Handle = () => undefined
const flow: Handle = (state, node) => state.toFlow(state.all(node))

/** `handle`, or nothing if the element is navigation, hidden, or only for screen readers. */
function shown(handle: Handle): Handle {
  return (state, node, parent) => (isHidden(node) ? undefined : handle(joining(state), node, parent))
}

const joined = new WeakSet<State>()

/** The state, which from now on joins neighbouring texts. Later that is done one by one: 100,000 of them take minutes. */
function joining(state: State): State {
  if (joined.has(state)) return state
  joined.add(state)
  const { all } = state
  state.all = (parent) => withoutSeams(all.call(state, parent))
  return state
}

function withoutSeams(nodes: RootContent[]): RootContent[] {
  const found: RootContent[] = []
  for (let i = 0; i < nodes.length; i += 1) {
    const node = nodes[i] as RootContent
    found.push(node)
    if (node.type !== 'text') continue
    const values = [node.value]
    for (let next = nodes[i + 1]; next?.type === 'text'; next = nodes[i + 1]) {
      values.push(next.value)
      i += 1
    }
    if (values.length > 1) node.value = values.join('')
  }
  return found
}

/** What refers to a note of a Word document. */
const WORD_NOTE = /^#(?:footnote|endnote|comment)-\d+$/u

const sup: Handle = (state, node, parent) => {
  const text = textOf(node).trim()
  const mark = String(find(node, 'a')?.properties.href ?? '')
  if (WORD_NOTE.test(mark)) {
    const name = mark.slice(1)
    return { type: 'footnoteReference', identifier: name, label: name }
  }
  // A footnote mark is not part of the text.
  if (/^[\s[(]*[*†‡§¶]+[\])]*$|^\[.*\]$/u.test(text) || holds(node, 'a')) return cellMark(node, text, parent)
  if (!/^[\d+−-]+$/u.test(text)) return state.all(node)
  const before = textBefore(node, parent)
  const unit =
    /\p{L}$/u.test(before) && /^[23]$/u.test(text) && /(?:^|\P{L})(?:[kcmd]?m|ft|in|yd|mi|s)$/u.test(before)
  if (unit) return word(state, node, text === '2' ? '²' : '³')
  return /(?:^|[^\p{L}\p{N}])(?:10|2|\p{L})$/u.test(before)
    ? word(state, node, `^${text}`)
    : cellMark(node, text, parent)
}

/** The mark of a note on a cell, or of a paragraph that may be this note. */
function cellMark(
  node: Element,
  label: string,
  parent: Parameters<Handle>[2],
): FootnoteReference | undefined {
  const begins = parent?.type === 'element' && parent.tagName === 'p' && parent.children[0] === node
  const marks = node.properties.dataCellMark === true || begins
  return marks ? { type: 'footnoteReference', identifier: `mark ${label}`, label } : undefined
}

const sub: Handle = (state, node, parent) =>
  /\p{N}$/u.test(textBefore(node, parent)) && /^\p{N}/u.test(textOf(node))
    ? word(state, node, `_${textOf(node)}`)
    : state.all(node)

/** What is inserted directly after it stands in its place. */
const del: Handle = (state, node, parent) => {
  const next = parent === undefined ? undefined : after(parent).get(node)
  const replaced = next?.type === 'element' && next.tagName === 'ins'
  const children = state.all(node) as PhrasingContent[]
  return { type: 'delete', children, ...(replaced ? note({ replaced }) : {}) }
}

const dl: Handle = (state, node) => {
  const list = defaultHandlers.dl?.(state, withJoinedTerms(node))
  return list === undefined || Array.isArray(list) ? list : { ...list, ...note({ terms: true }) }
}

const footer: Handle = (state, node) => [
  {
    type: 'blockquote',
    children: state.toFlow(state.all(node)).filter((part) => !isMenu(part)),
    ...note({ footer: true }),
  },
]

const span: Handle = (state, node, parent) => {
  const own = state.all(node)
  const separator = parent === undefined ? '' : separatorBefore(node, parent)
  return separator === '' ? own : ([word(state, node, separator), ...own] as typeof own)
}

/** A part with an end: its headings are none of what comes after it. */
const closed: Handle = (state, node) => closedPart(state.toFlow(state.all(node)))

function isFooter({ properties }: Element): boolean {
  const { id, role } = properties
  return role === 'contentinfo' || /^(?:page|site)?-?footer$/iu.test(String(id ?? ''))
}

/** Names of parts that stand beside each other with a heading each. */
const PART = /(?:^|[-_])(?:accordion|accordion-item|card|collapsible|faq|faq-item|panel|tile|toggle)$/u

/** A card with a heading, which is not that of the page. */
const div: Handle = (state, node, parent) => {
  if (isFooter(node)) return footer(state, node, parent)
  if (hasClass(node, NAVIGATION)) return state.toFlow(state.all(node)).filter((part) => !isMenu(part))
  if (!hasClass(node, PART) || holds(node, 'h1')) return state.toFlow(state.all(node))
  return closed(state, node, parent)
}

const a: Handle = (state, node, parent) =>
  isNoteMark(node, textBefore(node, parent)) ? undefined : defaultHandlers.a?.(state, node)

/** Code begins where its text does, which may stand on the line of `<pre>` or on the next; a fence stands above its code. */
const pre: Handle = (state, node) => {
  const made = defaultHandlers.pre?.(state, node)
  const first = firstText(node)?.position?.start
  if (made === undefined || Array.isArray(made) || made.type !== 'code' || first === undefined) return made
  return {
    ...made,
    position: { start: { ...first, line: first.line - 1 }, end: node.position?.end ?? first },
  }
}

const OWN: Readonly<Record<string, Handle>> = {
  a,
  aside: closed,
  button: nothing,
  caption: nothing,
  del,
  details: closed,
  div,
  iframe: nothing,
  img: (state, node) => word(state, node, String(node.properties.alt ?? '')),
  input: nothing,
  nav: nothing,
  noscript: nothing,
  s: del,
  select: nothing,
  textarea: nothing,
  dl,
  figure,
  footer,
  legend: flow,
  span,
  pre,
  menu: defaultHandlers.ul as Handle,
  strike: del,
  sub,
  // Of its part it is the first heading.
  summary: (state, node) => defaultHandlers.h1?.(state, { ...node, tagName: 'h1' }),
  sup,
  table,
  td: cell,
  th: cell,
}

const HANDLERS: Readonly<Record<string, Handle>> = Object.fromEntries(
  Object.entries({ ...defaultHandlers, ...OWN }).map(([name, handle]) => [name, shown(handle)]),
)

function word(state: State, node: Element, value: string): RootContent {
  const made: RootContent = { type: 'text', value }
  state.patch(node, made)
  return made
}

function textBefore(node: Element, parent: Parameters<Handle>[2]): string {
  if (parent === undefined) return ''
  const known = before.get(parent) ?? new Map(parent.children.map((one, i) => [one, parent.children[i - 1]]))
  before.set(parent, known)
  const own = known.get(node as never)
  return own === undefined ? '' : textOf(own as Nodes)
}

/** What stands before each child. To search for a child among 100,000 takes as long as to read them. */
const before = new WeakMap<object, ReadonlyMap<unknown, unknown>>()

/** What stands after each child, but for white space. */
function after(parent: Parents): ReadonlyMap<unknown, Nodes | undefined> {
  const known = nexts.get(parent)
  if (known !== undefined) return known
  const found = new Map<unknown, Nodes | undefined>()
  let next: Nodes | undefined
  for (const one of [...parent.children].reverse()) {
    found.set(one, next)
    if (one.type !== 'text' || one.value.trim() !== '') next = one as Nodes
  }
  nexts.set(parent, found)
  return found
}

const nexts = new WeakMap<object, ReadonlyMap<unknown, Nodes | undefined>>()

function titleOf(hast: HastRoot): string {
  const title = find(hast, 'title')
  return title === undefined ? '' : textOf(title).replace(/\s+/gu, ' ').trim()
}
