import type { Element, Nodes } from 'hast'
import { childElements, find, hasClass, textOf } from './html-nodes.ts'
import { labelOf } from './html-parts.ts'

const UNSEEN = /^(?:sr-only|visually-hidden|screen-reader-text)$/u
/** "yes", "fa-check", "bi-check-lg", "fa-circle-check"; "check-in" or "no-wrap" say something else. */
const TICK =
  /^(?:check|checkmark|tick|yes|(?:bi|fa|glyphicon|icon|mdi)-(?:circle-|square-)?(?:check|checkmark|tick|yes)(?:-(?:bold|circle|lg|square))?)$/u
const CROSS =
  /^(?:cross|no|remove|times|xmark|(?:bi|fa|glyphicon|icon|mdi)-(?:circle-|square-)?(?:cross|no|remove|times|x|xmark)(?:-(?:circle|lg|square))?)$/u
const ICON = /^(?:em|i|span|svg)$/u
/** Their labels say what a click does. */
const CONTROL = /^(?:a|button|select|textarea|label)$/u

/** Writes what a cell of a table says with an icon alone, a box, or words for screen readers: "yes", "no", "included". */
export function withTicks(node: Nodes): void {
  if (!('children' in node)) return
  const all = node.children as Nodes[]
  const first = childElements(node)[0]
  for (const child of all) {
    withTicks(child)
    if (child.type !== 'element' || !/^t[dh]$/u.test(child.tagName) || holdsControl(child)) continue
    if (labelOf(child) !== '' || find(child, 'img') !== undefined) continue
    const value =
      said(child, unseenWords) ||
      said(child, label) ||
      said(child, (one) => boxOf(one, child !== first)) ||
      said(child, icon)
    const { position } = child
    if (value !== '')
      child.children = [{ type: 'text', value, ...(position === undefined ? {} : { position }) }]
  }
}

function holdsControl(node: Element): boolean {
  return childElements(node).some((one) => CONTROL.test(one.tagName) || holdsControl(one))
}

/** The first that something in a cell says. */
function said(node: Element, ask: (one: Element) => string): string {
  for (const child of childElements(node)) {
    const own = ask(child).replace(/\s+/gu, ' ').trim() || said(child, ask)
    if (own !== '') return own
  }
  return ''
}

const unseenWords = (node: Element) => (hasClass(node, UNSEEN) ? textOf(node) : '')

function label(node: Element): string {
  const { ariaLabel, title } = node.properties
  if (node.tagName === 'title') return textOf(node)
  return ICON.test(node.tagName) ? String(ariaLabel ?? title ?? '') : ''
}

/** A box that nobody may change, or that is ticked; those before a row choose it. */
function boxOf({ tagName, properties }: Element, isValue: boolean): string {
  if (!isValue || tagName !== 'input' || properties.type !== 'checkbox') return ''
  if (properties.checked === true) return 'yes'
  return properties.disabled === true ? 'no' : ''
}

function icon(node: Element): string {
  // What a click on it does is no value.
  if (!ICON.test(node.tagName) || node.properties.onClick !== undefined) return ''
  if (hasClass(node, TICK)) return 'yes'
  return hasClass(node, CROSS) ? 'no' : ''
}
