import type { Element, Nodes } from 'hast'
import { classesOf } from './html-nodes.ts'

/** Navigation, what is hidden, or only for screen readers. */
export function isHidden({ properties }: Element): boolean {
  const { hidden, ariaHidden, role, className, style } = properties
  const names = Array.isArray(className) ? className.map(String) : []
  return (
    (hidden !== undefined && hidden !== null && hidden !== false) ||
    ariaHidden === 'true' ||
    role === 'navigation' ||
    names.some((name) => /^(?:sr-only|visually-hidden|navbar|breadcrumbs?|noprint)$/u.test(name)) ||
    /display:\s*none/u.test(String(style ?? ''))
  )
}

const NONE = /(?:^|;)\s*(?:display:\s*none|visibility:\s*hidden)/u
const SHOWN = /(?:^|;)\s*(?:display:(?!\s*none)|visibility:\s*visible)/u
/** "p.old" */
const TAG = /^(?:del|div|li|p|s|span|td)(?=\.)/u
const SIMPLE = /^[.#][\w-]+$/u
/** A longer part is no rule. */
const RULE_CHARS_MAX = 4_000

/**
 * Marks as hidden what the page's own styles hide by a class or an id (".old, #note { display: none }"); not what they hide for some screens, or
 * show by another rule, nor what a script names: tabs and answers that open.
 */
export function withHidden(page: Nodes): void {
  const hidden = new Set<string>()
  const struck = new Set<string>()
  const shown = new Set<string>()
  const scripts: string[] = []
  visit(page, ({ tagName, children, properties }) => {
    if (tagName !== 'style' && tagName !== 'script') return
    const text = children.map((child) => (child.type === 'text' ? child.value : '')).join('')
    if (tagName === 'script') scripts.push(text)
    else if (properties.media === undefined)
      for (const { selectors, rules } of rulesOf(text)) {
        if (SHOWN.test(rules)) for (const [name] of selectors.matchAll(/[.#][\w-]+/gu)) shown.add(name)
        const names = NONE.test(rules) ? hidden : STRUCK.test(rules) ? struck : undefined
        for (const one of names === undefined ? [] : selectors.split(',')) {
          const name = names === struck ? one.trim().replace(TAG, '') : one.trim()
          if (SIMPLE.test(name)) names?.add(name)
        }
      }
  })
  const script = scripts.join('\n')
  for (const name of hidden) if (shown.has(name) || script.includes(name.slice(1))) hidden.delete(name)
  strike(page, struck)
  if (hidden.size === 0) return
  visit(page, ({ properties }) => {
    const names = Array.isArray(properties.className) ? properties.className : []
    if (names.some((name) => hidden.has(`.${name}`)) || hidden.has(`#${properties.id}`))
      properties.hidden = true
  })
}

const STRUCK = /(?:^|;)\s*text-decoration(?:-line)?:[^;]*line-through/u
/** What is struck there was done, not replaced. */
const DONE = /check|complete|done|finish/iu

/** Strikes out what a style does, by itself or for a class; a paragraph beside another one has been replaced by it. */
function strike(node: Nodes, struck: ReadonlySet<string>): void {
  if (!('children' in node)) return
  const isStruck = (one: Nodes): one is Element =>
    one.type === 'element' &&
    (STRUCK.test(String(one.properties.style ?? '')) ||
      classesOf(one).some((name) => struck.has(`.${name}`)) ||
      struck.has(`#${one.properties.id}`))
  const stays = node.children.some((one) => one.type === 'element' && one.tagName === 'p' && !isStruck(one))
  for (const child of node.children) {
    if (!isStruck(child)) strike(child, struck)
    else if (stays && child.tagName === 'p' && !classesOf(child).some((name) => DONE.test(name)))
      child.properties.hidden = true
    else if (!/^(?:del|s|strike|t[rh]|table|tbody|[uo]l)$/u.test(child.tagName)) {
      const { position } = child
      const at = position === undefined ? {} : { position }
      child.children = [{ type: 'element', tagName: 's', properties: {}, children: child.children, ...at }]
    }
  }
}

/** The rules of a style that hold for all screens. */
function rulesOf(style: string): { readonly selectors: string; readonly rules: string }[] {
  const plain = style
    .split('/*')
    .map((part, i) => (i === 0 ? part : part.includes('*/') ? part.slice(part.indexOf('*/') + 2) : ''))
    .join(' ')
  const found: { selectors: string; rules: string }[] = []
  let [depth, from, selectors] = [0, 0, '']
  for (const { 0: brace, index } of plain.matchAll(/[{}]/gu)) {
    const part = index - from > RULE_CHARS_MAX ? '' : plain.slice(from, index)
    from = index + 1
    if (brace === '{') {
      if (depth === 0) selectors = part.trim()
      depth += 1
    } else {
      if (depth === 1 && !selectors.startsWith('@')) found.push({ selectors, rules: part })
      depth = Math.max(0, depth - 1)
    }
  }
  return found
}

function visit(node: Nodes, see: (element: Element) => void): void {
  if (node.type === 'element') see(node)
  if ('children' in node) for (const child of node.children) visit(child, see)
}
