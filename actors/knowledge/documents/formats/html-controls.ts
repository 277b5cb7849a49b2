import type { Element, ElementContent, Nodes } from 'hast'
import { isHidden } from './html-hidden.ts'
import { isBlank } from './html-nodes.ts'

/** What a form shows, found once for a page. */
interface Form {
  /** Controls and lists of suggestions by their id. */
  readonly byId: ReadonlyMap<string, Element>
  /** The labels of controls by the id that they name. */
  readonly labels: Map<string, string>
  /** The label around a control. */
  readonly around: Map<Element, string>
  /** Labels with controls in them. */
  readonly holding: Set<Element>
  /** Short forms that were told in full. */
  readonly told: Set<string>
}

/** Longer lists of options are all countries or years, which say nothing about the page. */
const OPTIONS_MAX = 60
const LABEL_CHARS_MAX = 200
/** Their words are no part of a label. */
const WORDLESS = /^(?:select|datalist|textarea|button)$/u
const CHOICE = /^(?:radio|checkbox)$/u
/** What nobody sees, or does not read. */
const UNREAD_INPUT = /^(?:hidden|password|submit|button|reset|image|file|radio|checkbox)$/u

/**
 * Writes what the controls of a form show as text: the options of a list below its label, choices as items below their legend, the
 * value of a field after its label, amounts, and what a short form means.
 */
export function withControls(root: Nodes): void {
  const byId = new Map<string, Element>()
  const named = new Map<string, Element>()
  collect(root, byId, named)
  const labels = new Map<string, string>()
  for (const [id, label] of named) if (byId.has(id)) labels.set(id, labelOf(label, isNaming))
  const form: Form = { byId, labels, around: new Map(), holding: new Set(), told: new Set() }
  unwrap(root, form)
  rewrite(root, form)
}

function collect(node: Nodes, byId: Map<string, Element>, named: Map<string, Element>): void {
  if (node.type === 'element') {
    const { id, htmlFor } = node.properties
    if (id !== undefined && /^(?:input|select|datalist|textarea|meter|progress)$/u.test(node.tagName))
      byId.set(String(id), node)
    if (node.tagName === 'label' && htmlFor !== undefined) named.set(joinedFor(htmlFor), node)
  }
  if ('children' in node) for (const child of node.children) collect(child, byId, named)
}

/** A label around one control that shows something is told with it. Returns how many such controls there are. */
function unwrap(node: Nodes, form: Form): number {
  if (!('children' in node)) return 0
  let count = isControl(node) ? 1 : 0
  for (const child of node.children) count += unwrap(child, form)
  if (!isElement(node, 'label') || count === 0) return count
  form.holding.add(node)
  // "From 9 to 17" is told as it stands.
  if (count > 1) form.labels.delete(joinedFor(node.properties.htmlFor ?? ''))
  const own = count > 1 ? undefined : node.children.find((one): one is Element => isControl(one))
  const name = own === undefined ? '' : labelOf(node)
  if (own !== undefined && name !== '') {
    form.around.set(own, name)
    node.children = [own]
  }
  return count
}

function isControl(node: Nodes): boolean {
  return node.type === 'element' && !isHidden(node) && (node.tagName === 'select' || shownValue(node) !== '')
}

function joinedFor(value: unknown): string {
  return Array.isArray(value) ? value.join(' ') : String(value)
}

function rewrite(node: Nodes, form: Form): void {
  if (!('children' in node)) return
  const found: Nodes[] = []
  let items: Element[] = []
  const own = node.type === 'element' ? node.tagName : ''
  let beside: boolean | undefined
  const close = () => {
    const [first] = items
    if (first !== undefined) found.push(placed(element('ul', items), first))
    items = []
  }
  for (const child of node.children as Nodes[]) {
    const choice = choiceOf(child, form)
    if (choice !== undefined) {
      for (const one of choice) items.push(placed(one, child))
      continue
    }
    // What parts choices on the screen.
    if (items.length > 0 && (isBlank(child) || isElement(child, 'br'))) continue
    if (isElement(child, 'input') && CHOICE.test(typeOf(child))) continue
    close()
    rewrite(child, form)
    const bare = isElement(child, 'select') && labelFor(child, form) === ''
    // Without a label it may choose the language of the page.
    if (bare && !/^t[dh]$/u.test(own) && beside === undefined) beside = saysText(node)
    if (bare && beside === false) continue
    for (const one of shownAs(child, form)) found.push(placed(one, child))
  }
  close()
  node.children = found as typeof node.children
  if (node.type !== 'element') return
  // A paragraph holds no list.
  if (
    /^(?:p|label|span)$/u.test(node.tagName) &&
    found.some((one) => isElement(one, 'ul') || isElement(one, 'p'))
  )
    node.tagName = 'div'
  if (node.tagName === 'fieldset') leadBy(node)
}

/** The items for a label with its radio button or checkbox, or for a part of the page with nothing else. */
function choiceOf(node: Nodes, form: Form): Element[] | undefined {
  if (node.type !== 'element' || isHidden(node)) return undefined
  if (node.tagName === 'label') {
    const named = form.byId.get(joinedFor(node.properties.htmlFor ?? ''))
    const control = node.children.find((one): one is Element => isElement(one, 'input')) ?? named
    if (control?.tagName !== 'input' || !CHOICE.test(typeOf(control))) return undefined
    const checked = isSet(control.properties.checked) ? ' (checked)' : ''
    return [element('li', [words(`${labelOf(node)}${checked}`)])]
  }
  if (!/^(?:div|p)$/u.test(node.tagName) || node.children.length > 5) return undefined
  const own: Element[] = []
  for (const child of node.children) {
    if (isBlank(child) || isElement(child, 'br')) continue
    if (isElement(child, 'input') && CHOICE.test(typeOf(child))) continue
    const choice = isElement(child, 'label') ? choiceOf(child, form) : undefined
    if (choice === undefined) return undefined
    own.push(...choice)
  }
  return own.length === 0 ? undefined : own
}

/** What stands for an element. */
function shownAs(node: Nodes, form: Form): Nodes[] {
  if (node.type !== 'element' || isHidden(node)) return [node]
  const { tagName, properties } = node
  if (tagName === 'select') return listOf(optionsOf(node), labelFor(node, form))
  if (tagName === 'datalist') return []
  if (tagName === 'label' && properties.htmlFor !== undefined && !form.holding.has(node)) {
    const control = form.byId.get(joinedFor(properties.htmlFor))
    // It is told with the control.
    if (control !== undefined && isControl(control)) return []
    return suggestionsOf(control, form) === undefined ? [element('p', node.children)] : []
  }
  if (tagName === 'input') {
    const suggested = suggestionsOf(node, form)
    if (suggested !== undefined) return suggested
    const value = shownValue(node)
    const label = labelFor(node, form)
    if (value === '') return []
    return label === '' ? [words(value)] : [element('p', [words(`${label}: ${value}`)])]
  }
  if (tagName === 'meter' || tagName === 'progress')
    return textIn(node).trim() === '' ? amountOf(node) : [node]
  if (tagName === 'time')
    return textIn(node).trim() === '' ? [words(String(properties.dateTime ?? ''))] : [node]
  return tagName === 'abbr' ? [node, ...meaningOf(node, form)] : [node]
}

function optionsOf(node: Element): Element[] {
  return node.children.flatMap((child): Element[] => {
    if (child.type === 'element' && isHidden(child)) return []
    if (isElement(child, 'optgroup')) {
      const inner = optionsOf(child)
      const name = String(child.properties.label ?? '')
      return inner.length === 0 ? [] : [element('li', [element('p', [words(name)]), element('ul', inner)])]
    }
    if (!isElement(child, 'option')) return []
    const own = (
      textIn(child).trim() || String(child.properties.label ?? child.properties.value ?? '')
    ).trim()
    // "Choose a size" is none.
    if (own === '' || child.properties.value === '') return []
    return [
      placed(element('li', [words(isSet(child.properties.selected) ? `${own} (selected)` : own)]), child),
    ]
  })
}

function listOf(options: Element[], label: string): Element[] {
  if (options.length === 0 || options.length > OPTIONS_MAX) return []
  const lead = label === '' ? [] : [element('p', [words(`${label}:`)])]
  return [...lead, element('ul', options)]
}

/** The list that a field suggests. */
function suggestionsOf(node: Element | undefined, form: Form): Element[] | undefined {
  const list = node?.tagName === 'input' ? form.byId.get(String(node.properties.list ?? '')) : undefined
  return node === undefined || list?.tagName !== 'datalist'
    ? undefined
    : listOf(optionsOf(list), labelFor(node, form))
}

function labelFor(node: Element, { byId, labels, around }: Form): string {
  const { properties } = node
  const id = String(properties.id ?? '')
  const label = id === '' ? undefined : labels.get(id)
  // Many controls may have the same id.
  const named = around.get(node) ?? (byId.get(id) === node ? label : label?.slice(0, LABEL_CHARS_MAX))
  return (named ?? String(properties.ariaLabel ?? '')).replace(/\s*[:：]$/u, '')
}

function shownValue({ tagName, properties }: Element): string {
  return tagName === 'input' && !UNREAD_INPUT.test(String(properties.type ?? ''))
    ? String(properties.value ?? '').trim()
    : ''
}

function amountOf({ properties: { value, max } }: Element): Nodes[] {
  if (value === undefined || value === null) return []
  return [words(max === undefined || max === null ? String(value) : `${value} of ${max}`)]
}

/** "HMO (Harbour Master Office)", where it stands first. */
function meaningOf(node: Element, { told }: Form): Nodes[] {
  const title = String(node.properties.title ?? '').trim()
  const own = textIn(node).trim()
  if (title === '' || own === '' || title.length > LABEL_CHARS_MAX || told.has(own) || title === own)
    return []
  told.add(own)
  return [words(` (${title})`)]
}

/** A legend leads into the list below it. */
function leadBy(node: Element): void {
  const shown = node.children.filter((child) => !isBlank(child))
  const [legend, list] = shown
  if (legend === undefined || !isElement(legend, 'legend') || list === undefined || !isElement(list, 'ul'))
    return
  const lead = element('p', [words(`${labelOf(legend).replace(/\s*[:：]$/u, '')}:`)])
  node.children = [placed(lead, legend), ...shown.slice(1)]
}

/** Its words that are seen, else those for screen readers. */
function labelOf(node: Element, without: (one: Element) => boolean = () => false): string {
  const seen = textIn(node, (one) => without(one) || isHidden(one)).trim()
  return (seen === '' ? textIn(node, without) : seen).replace(/\s+/gu, ' ').trim()
}

/** A label in another one, which it doesn't belong to. */
const isNaming = (node: Element) => node.tagName === 'label' && node.properties.htmlFor !== undefined

/** Whether words stand in it. All of them would be much where many such nodes are in each other. */
function saysText(node: Nodes): boolean {
  if (node.type === 'text') return /\S/u.test(node.value)
  if (node.type === 'element' && WORDLESS.test(node.tagName)) return false
  return 'children' in node && node.children.some(saysText)
}

/** The words of a node, without those of controls in it. */
function textIn(node: Nodes, without: (one: Element) => boolean = () => false): string {
  if (node.type === 'text') return node.value
  if (node.type === 'element' && WORDLESS.test(node.tagName)) return ''
  if (!('children' in node)) return ''
  return node.children
    .map((one) => (one.type === 'element' && without(one) ? '' : textIn(one, without)))
    .join('')
}

function typeOf(node: Element): string {
  return String(node.properties.type ?? '')
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false
}

function isElement<N extends string>(node: Nodes, name: N): node is Element & { tagName: N } {
  return node.type === 'element' && node.tagName === name
}

/** What is written for a node stands where it stood. */
function placed<N extends Nodes>(node: N, { position }: Nodes): N {
  if (node.position !== undefined || position === undefined) return node
  node.position = position
  if ('children' in node) for (const child of node.children) placed(child, { position } as Nodes)
  return node
}

function element(tagName: string, children: ElementContent[]): Element {
  return { type: 'element', tagName, properties: {}, children }
}

function words(value: string): { type: 'text'; value: string } {
  return { type: 'text', value }
}
