import type { Element, Nodes } from 'hast'
import { saysInstead } from '../../text/struck.ts'
import { childElements, classesOf, elementAt, hasClass, styleOf, textOf } from './html-nodes.ts'

/** Navigation, what is hidden, or only for screen readers. */
export function isHidden(node: Element): boolean {
  const { hidden, ariaHidden, role } = node.properties
  return (
    (hidden !== undefined && hidden !== null && hidden !== false) ||
    ariaHidden === 'true' ||
    role === 'navigation' ||
    hasClass(node, /^(?:sr-only|visually-hidden|navbar|breadcrumbs?|noprint)$/u) ||
    /display:\s*none/u.test(styleOf(node))
  )
}

const NONE = /(?:^|;)\s*(?:display:\s*none|visibility:\s*hidden)/u
const SHOWN = /(?:^|;)\s*(?:display:(?!\s*none)|visibility:\s*visible)/u
/** "p.old" */
const TAG = /^(?:del|div|li|p|s|span|td)(?=\.)/u
const SIMPLE = /^[.#][\w-]+$/u
/** A longer part is no rule. */
const RULE_CHARS_MAX = 4_000

/** Scripts with data, not with code. */
const DATA = /json|^text\/(?:html|template|x-)/u
/** Code that opens what stands beside a button, above it or in it, without its name. */
const WALKS =
  /\b(?:(?:next|previous|firstE|lastE)\w*(?:Sibling|lementChild)|parentElement|parentNode|childNodes|children|closest|siblings|getElementsByTagName|import|slide(?:Down|Toggle)|(?:next|parent|find)\()/u

/**
 * Marks as hidden what the page's own styles hide by a class or an id (".old, #note { display: none }"); not what they show for some screens
 * or by another rule, nor what code names or may open: tabs and answers.
 */
export function withHidden(page: Nodes): void {
  const { hidden, struck, shown, code, loads } = stylesOf(page)
  strike(page, struck)
  if (loads || code.some((one) => WALKS.test(one))) return
  for (const one of code)
    for (const [name] of one.matchAll(/[\w-]+/gu)) for (const mark of '.#') shown.add(mark + name)
  for (const name of shown) hidden.delete(name)
  if (hidden.size === 0) return
  visit(page, (node) => {
    if (isNamed(node, hidden)) node.properties.hidden = true
  })
}

interface Styles {
  readonly hidden: Set<string>
  readonly struck: Set<string>
  readonly shown: Set<string>
  /** Scripts, and what clicks do. */
  readonly code: string[]
  /** Whether there is code that stands elsewhere, which may open everything. */
  loads: boolean
}

function stylesOf(page: Nodes): Styles {
  const styles: Styles = { hidden: new Set(), struck: new Set(), shown: new Set(), code: [], loads: false }
  visit(page, ({ tagName, children, properties }) => {
    for (const [name, value] of Object.entries(properties))
      if (/^on[A-Z]/u.test(name) || /^javascript:/iu.test(String(value))) styles.code.push(String(value))
    if (tagName !== 'style' && tagName !== 'script') return
    const text = children.map((child) => (child.type === 'text' ? child.value : '')).join('')
    if (tagName === 'style') {
      if (properties.media === undefined) addRules(text, styles)
    } else if (!DATA.test(String(properties.type ?? ''))) {
      styles.code.push(text)
      if (properties.src !== undefined) styles.loads = true
    }
  })
  return styles
}

function addRules(style: string, { hidden, struck, shown }: Styles): void {
  for (const { selectors, rules, always } of rulesOf(style)) {
    if (SHOWN.test(rules)) for (const [name] of selectors.matchAll(/[.#][\w-]+/gu)) shown.add(name)
    const names = !always ? undefined : NONE.test(rules) ? hidden : STRUCK.test(rules) ? struck : undefined
    for (const one of names === undefined ? [] : selectors.split(',')) {
      const name = names === struck ? one.trim().replace(TAG, '') : one.trim()
      if (SIMPLE.test(name)) names?.add(name)
    }
  }
}

function isNamed(node: Element, names: ReadonlySet<string>): boolean {
  return classesOf(node).some((name) => names.has(`.${name}`)) || names.has(`#${node.properties.id}`)
}

const STRUCK = /(?:^|;)\s*text-decoration(?:-line)?:[^;]*line-through/u
/** What is struck there was done, not replaced. */
const DONE = /check|complete|done|finish/iu

/** Strikes out what a style does, by itself or for a class; a paragraph beside one that says the same of something else is no text. */
function strike(node: Nodes, struck: ReadonlySet<string>): void {
  if (!('children' in node)) return
  const isStruck = (one: Element) => STRUCK.test(styleOf(one)) || isNamed(one, struck)
  const all = childElements(node)
  const marked = all.map(isStruck)
  all.forEach((child, i) => {
    if (marked[i] !== true) strike(child, struck)
    else if (child.tagName === 'p' && !hasClass(child, DONE) && isReplaced(i, all, marked))
      child.properties.hidden = true
    else if (!/^(?:del|s|strike|t[rh]|table|tbody|[uo]l)$/u.test(child.tagName))
      child.children = [elementAt(child, 's', child.children)]
  })
}

/** Whether the paragraph above or below says the same of something else. */
function isReplaced(at: number, all: readonly Element[], marked: readonly boolean[]): boolean {
  const own = textOf(all[at] as Element)
  return [at - 1, at + 1].some((i) => {
    const other = all[i]
    return other?.tagName === 'p' && marked[i] === false && saysInstead(own, textOf(other))
  })
}

interface Rule {
  readonly selectors: string
  readonly rules: string
  /** Whether it holds for all screens. */
  readonly always: boolean
}

/** The rules of a style, but for those for printers. */
function rulesOf(style: string): Rule[] {
  const plain = style
    .split('/*')
    .map((part, i) => (i === 0 ? part : part.includes('*/') ? part.slice(part.indexOf('*/') + 2) : ''))
    .join(' ')
  const found: Rule[] = []
  // The selectors, or the screens, of each brace that is open.
  const open: string[] = []
  let from = 0
  for (const { 0: brace, index } of plain.matchAll(/[{}]/gu)) {
    const part = index - from > RULE_CHARS_MAX ? '' : plain.slice(from, index)
    from = index + 1
    if (brace === '{') open.push(part.slice(part.lastIndexOf(';') + 1).trim())
    else {
      const selectors = open.pop() ?? ''
      const [outer = ''] = open
      const prints = /^@media\s+print/u.test(outer)
      if (!selectors.startsWith('@') && !prints) found.push({ selectors, rules: part, always: outer === '' })
    }
  }
  return found
}

function visit(node: Nodes, see: (element: Element) => void): void {
  if (node.type === 'element') see(node)
  if ('children' in node) for (const child of node.children) visit(child, see)
}
