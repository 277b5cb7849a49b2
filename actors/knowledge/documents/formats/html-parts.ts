import type { Element, ElementContent, Nodes } from 'hast'
import type { RootContent } from 'mdast'
import { note } from '../../text/document.ts'
import { isHidden } from './html-hidden.ts'

/** What is shown once it is opened. */
export function show({ properties }: Element): void {
  delete properties.hidden
  delete properties.ariaHidden
  if (/display:\s*none/u.test(String(properties.style ?? ''))) delete properties.style
}

/** The id of what a button opens. */
export function targetOf({ properties }: Element): string {
  const { ariaControls, dataTarget, dataBsTarget, href } = properties
  const [controls] = Array.isArray(ariaControls) ? ariaControls : []
  if (controls !== undefined) return String(controls)
  const target = String(dataTarget ?? dataBsTarget ?? href ?? '')
  return /^#[\w:.-]+$/u.test(target) ? target.slice(1) : ''
}

/** A part of a page under its label. */
export function part({ position }: Element, label: string, children: ElementContent[]): Element {
  const at = position === undefined ? {} : { position }
  const text: ElementContent = { type: 'text', value: label, ...at }
  const summary: Element = { type: 'element', tagName: 'summary', properties: {}, children: [text], ...at }
  return { type: 'element', tagName: 'details', properties: {}, children: [summary, ...children], ...at }
}

/** The words of a button or a tab that are seen. */
export function labelOf(node: Nodes): string {
  return seen(node).replace(/\s+/gu, ' ').trim()
}

function seen(node: Nodes): string {
  if (node.type === 'text') return node.value
  if (!('children' in node)) return ''
  return node.children
    .map((one) => (one.type === 'element' && (one.tagName === 'svg' || isHidden(one)) ? '' : seen(one)))
    .join('')
}

/** A part with an end: its headings are none of what comes after it. */
export function closedPart(children: RootContent[]): RootContent {
  return { type: 'blockquote', children: children as never, ...note({ closed: true }) }
}
