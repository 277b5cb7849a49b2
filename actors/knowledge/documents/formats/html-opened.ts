import type { Element, Nodes } from 'hast'
import { hasClass, isBlank, textOf } from './html-nodes.ts'
import { labelOf, part, show, targetOf } from './html-parts.ts'
import { withTabs } from './html-tabs.ts'

const LABEL_CHARS_MAX = 200
const HEADING = /^(?:h[1-6]|summary|dt|legend)$/u
/** What opens a menu or a window says nothing about what is in it. */
const MENU = /(?:^|[-_])(?:dropdown|menu|modal|nav|navbar|offcanvas|search|share|sidebar|toolbar)(?:$|[-_])/iu
const OPENS = /^(?:accordion|collapse|collapsible|expand|faq|question|toggle)(?:$|[-_])|-accordion$/iu
const OPENED = /(?:^|[-_])(?:answer|body|collapse|collapsible|content|panel)$/iu
const ANSWER = /^accordion-?(?:body|collapse|content|panel)$/u
const PANEL = /^(?:div|section|article|dd|p)$/u

/**
 * Makes of what a page opens and closes what it is: each answer stands under the text of its button, each panel under the label of its
 * tab, whether it is open or not.
 */
export function withOpened(page: Nodes): void {
  const byId = new Map<string, Element>()
  const opened: Element[] = []
  collect(page, byId, opened)
  for (const one of opened) {
    const target = byId.get(targetOf(one))
    if (target !== undefined && !isMenu(one) && !isMenu(target) && PANEL.test(target.tagName)) show(target)
  }
  join(page)
  withTabs(page)
}

function collect(node: Nodes, byId: Map<string, Element>, opened: Element[]): void {
  if (node.type === 'element') {
    const { id } = node.properties
    if (id !== undefined && !byId.has(String(id))) byId.set(String(id), node)
    if (isButton(node) && targetOf(node) !== '') opened.push(node)
    if (hasClass(node, ANSWER)) show(node)
  }
  if ('children' in node) for (const child of node.children) collect(child, byId, opened)
}

function isButton(node: Element): boolean {
  const { role, dataToggle, dataBsToggle } = node.properties
  if (
    role === 'tab' ||
    /^(?:modal|dropdown|offcanvas|tooltip|popover)$/u.test(String(dataToggle ?? dataBsToggle ?? ''))
  )
    return false
  return (
    node.tagName === 'button' || role === 'button' || dataToggle === 'collapse' || dataBsToggle === 'collapse'
  )
}

function isMenu(node: Element): boolean {
  return (
    MENU.test(String(node.properties.id ?? '')) || hasClass(node, MENU) || node.properties.role === 'menu'
  )
}

/** Makes a part of each button, or heading with no more than a button, and what it opens beside it. */
function join(node: Nodes): void {
  if (!('children' in node)) return
  const found: Nodes[] = []
  const all = node.children as Nodes[]
  for (let i = 0; i < all.length; i += 1) {
    const child = all[i] as Nodes
    const button = child.type === 'element' ? onlyButton(child) : undefined
    let to = i + 1
    if (button !== undefined) while (to < all.length && isBlank(all[to] as Nodes)) to += 1
    const panel = all[to]
    if (button !== undefined && panel?.type === 'element' && opens(button, panel)) {
      show(panel)
      found.push(part(child as Element, labelOf(button), [panel]))
      i = to
    } else {
      // "Do you ship?" in a heading.
      if (button !== undefined && HEADING.test((child as Element).tagName)) button.tagName = 'span'
      found.push(child)
    }
  }
  node.children = found as typeof node.children
  for (const child of found) join(child)
}

/** The button that an element is, or a heading is no more than. */
function onlyButton(node: Element): Element | undefined {
  let own: Element | undefined = node
  let heads = false
  for (let depth = 0; own !== undefined && depth < 5; depth += 1) {
    if (isButton(own)) return own === node || heads ? own : undefined
    if (HEADING.test(own.tagName) || hasClass(own, /(?:^|[-_])(?:header|title)$/u)) heads = true
    const shown: Nodes[] = own.children.filter((child) => !isBlank(child))
    const [first, second] = shown
    own = second === undefined && first?.type === 'element' ? first : undefined
  }
  return undefined
}

function opens(button: Element, panel: Element): boolean {
  const label = textOf(button).trim()
  if (!PANEL.test(panel.tagName) || !/\p{L}/u.test(label) || label.length > LABEL_CHARS_MAX) return false
  if (isMenu(button) || isMenu(panel)) return false
  const target = targetOf(button)
  if (target !== '') return target === String(panel.properties.id ?? '')
  if (hasClass(button, OPENS)) return true
  return button.properties.ariaExpanded !== undefined && hasClass(panel, OPENED)
}
