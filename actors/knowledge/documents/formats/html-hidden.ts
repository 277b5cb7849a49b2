import type { Element, Nodes } from 'hast'

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

/** ".old, #note { display: none }" */
const RULE = /([^{}]{1,1000})\{([^{}]{0,4000})\}/gu
const NONE = /(?:^|;)\s*(?:display:\s*none|visibility:\s*hidden)/u
const SIMPLE = /^[.#][\w-]+$/u

/** Marks as hidden what the page's own styles hide by a class or an id; not what they hide for some screens. */
export function withHidden(page: Nodes): void {
  const hidden = new Set<string>()
  visit(page, ({ tagName, children, properties }) => {
    if (tagName !== 'style' || properties.media !== undefined) return
    const text = children.map((child) => (child.type === 'text' ? child.value : '')).join('')
    const plain = text.replace(/\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\//gu, '')
    // Rules within braces hold for some screens.
    for (const [, selectors = '', rules = ''] of plain
      .replace(/@[^{}]{0,400}\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}/gu, '')
      .matchAll(RULE))
      if (NONE.test(rules))
        for (const one of selectors.split(',')) if (SIMPLE.test(one.trim())) hidden.add(one.trim())
  })
  if (hidden.size === 0) return
  visit(page, ({ properties }) => {
    const names = Array.isArray(properties.className) ? properties.className : []
    if (names.some((name) => hidden.has(`.${name}`)) || hidden.has(`#${properties.id}`))
      properties.hidden = true
  })
}

function visit(node: Nodes, see: (element: Element) => void): void {
  if (node.type === 'element') see(node)
  if ('children' in node) for (const child of node.children) visit(child, see)
}
