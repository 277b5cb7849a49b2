import type { Element, Nodes } from 'hast'
import { isHidden } from './html-hidden.ts'
import { childElements, classesOf, hasClass } from './html-nodes.ts'
import { labelOf, part, show, targetOf } from './html-parts.ts'

interface Tab {
  readonly node: Element
  readonly label: string
}

/** Tabs and the panels that come after them, on the same level. */
interface Group {
  readonly tabs: Tab[]
  readonly panels: Element[]
}

const TAB = /^(?:tablinks?|sd-tab-label)$/u
const PANEL = /^(?:tab-?(?:pane|panel|content)|tabcontent|tabbed-block|sd-tab-content)$/u

/** Puts each panel under the label of its tab, by what they name, else by their order. */
export function withTabs(page: Nodes): void {
  const groups: Group[] = []
  visit(page, undefined, [], groups)
  const byTarget = new Map<string, Tab>()
  for (const { tabs } of groups)
    for (const tab of tabs) {
      const { id } = tab.node.properties
      for (const name of [targetOf(tab.node), id === undefined ? '' : `tab ${id}`, `label ${tab.label}`])
        if (name !== '' && !byTarget.has(name)) byTarget.set(name, tab)
    }
  for (const { tabs, panels } of groups)
    panels.forEach((panel, i) => {
      const { id, ariaLabelledBy } = panel.properties
      const [by] = Array.isArray(ariaLabelledBy) ? ariaLabelledBy : []
      const named =
        (id === undefined ? undefined : byTarget.get(String(id))) ??
        (by === undefined ? undefined : byTarget.get(`tab ${by}`)) ??
        (id === undefined ? undefined : byTarget.get(`label ${id}`))
      const tab = named ?? (tabs.length === panels.length ? tabs[i] : undefined) ?? labelFor.get(panel)
      show(panel)
      if (tab === undefined || tab.label === '') return
      tab.node.properties.hidden = true
      const { children, ...own } = panel
      const heading = headingOf(panel, tab.label)
      const below = children.filter((child) => child !== heading)
      panel.children = [part(panel, tab.label, [{ ...own, properties: {}, tagName: 'div', children: below }])]
      panel.tagName = 'div'
    })
}

/** The heading that a panel begins with, if it says the same as its tab. */
function headingOf(panel: Element, label: string): Element | undefined {
  const [first] = childElements(panel)
  return first !== undefined && /^h[1-6]$/u.test(first.tagName) && labelOf(first) === label
    ? first
    : undefined
}

/** `level`: the groups on the level that a node stands on; the last one is open. */
function visit(node: Nodes, parent: Element | undefined, level: Group[], all: Group[]): void {
  let inside = level
  if (node.type === 'element') {
    const last = level.at(-1)
    if (isTab(node, parent)) {
      const open = last === undefined || last.panels.length > 0 ? { tabs: [], panels: [] } : last
      if (open !== last) {
        level.push(open)
        all.push(open)
      }
      open.tabs.push({ node, label: labelOf(node) } as never)
      return
    }
    if (isPanel(node, parent)) {
      if (last === undefined) all.push({ tabs: [], panels: [node] })
      else last.panels.push(node)
      inside = []
    }
  }
  let before: Element | undefined
  for (const child of childElements(node)) {
    if (before !== undefined) above.set(child, before)
    before = child
  }
  if ('children' in node)
    for (const child of node.children) visit(child, node.type === 'element' ? node : undefined, inside, all)
}

function isTab(node: Element, parent: Element | undefined): boolean {
  const { role, dataToggle, dataBsToggle } = node.properties
  if (role === 'tab' || hasClass(node, TAB)) return true
  if (/^(?:tab|pill)$/u.test(String(dataToggle ?? dataBsToggle ?? ''))) return true
  if (parent === undefined) return false
  if (parent.properties.role === 'tablist' && /^(?:li|a|button)$/u.test(node.tagName)) return true
  return node.tagName === 'label' && hasClass(parent, /^tabbed-(?:labels|set)$/u)
}

/** In older pages each label of a set has its content beside it. */
function isPanel(node: Element, parent: Element | undefined): boolean {
  if (node.properties.role === 'tabpanel') return true
  if (hasClass(node, /^tabbed-content$/u)) return parent !== undefined && holdsLabels(parent)
  return hasClass(node, PANEL) || (parent !== undefined && alternativesIn(parent).has(node))
}

/** Children of one class of which one is seen and the others wait: the panels of tabs without a name that tells so. */
function alternativesIn(parent: Element): ReadonlySet<Element> {
  const known = alternatives.get(parent)
  if (known !== undefined) return known
  const tabbed = childElements(parent).some(isTabList)
  const alike = new Map<string, Element[]>()
  for (const child of childElements(parent)) {
    if (!/^(?:div|section|article)$/u.test(child.tagName)) continue
    const kind = classesOf(child)
      .filter((name) => !STATE.test(name))
      .join(' ')
    const same = alike.get(kind)
    if (same !== undefined) same.push(child)
    else if (kind !== '') alike.set(kind, [child])
  }
  const own = [...alike]
    .filter(([kind, all]) => !MESSAGE.test(kind) && all.filter((one) => !isHidden(one)).length === 1)
    .map(([, all]) => all)
    .filter((all) => all.length > 1 && (tabbed || areLabelled(parent, all)))
  const found = new Set(own.flat())
  alternatives.set(parent, found)
  return found
}

/** Directly above the first of them, or above all that holds them, stand as many labels. */
function areLabelled(parent: Element, panels: readonly Element[]): boolean {
  const beside = childElements(parent)
  const before = beside[beside.indexOf(panels[0] as Element) - 1] ?? above.get(parent)
  if (before === undefined) return false
  const all = childElements(before)
  const labels = all.length === 1 ? childElements(all[0] as Element) : all
  if (labels.length !== panels.length || labels.some(({ tagName }) => !LABEL.test(tagName))) return false
  panels.forEach((panel, i) => {
    const node = labels[i] as Element
    labelFor.set(panel, { node, label: labelOf(node) })
  })
  return true
}

/** The labels of panels that nothing else names. */
const labelFor = new WeakMap<Element, Tab>()

const LABEL = /^(?:li|a|button|label)$/u
/** What a page tells when something happens. */
const MESSAGE =
  /(?:^|[\s_-])(?:msg|messages?|alerts?|errors?|success|warnings?|notices?|notifications?|toasts?|modals?|popups?|dialogs?|tooltips?)(?=$|[\s_-])/iu
/** The element before each that may hold panels. */
const above = new WeakMap<Element, Element>()

function isTabList(node: Element): boolean {
  return node.properties.role === 'tablist' || hasClass(node, /^(?:nav-)?tabs?(?:-(?:list|nav|links))?$/u)
}

/** Classes of the panel that is seen. */
const STATE =
  /^(?:is-)?(?:active|current|open|opened|show|shown|selected|visible|hidden|hide|collapsed?|in|fade)$/u

const alternatives = new WeakMap<Element, ReadonlySet<Element>>()

/** Asked by each of its children: a set may have 100,000 of them. */
function holdsLabels(set: Element): boolean {
  const known = labelled.get(set) ?? childElements(set).some(({ tagName }) => tagName === 'label')
  labelled.set(set, known)
  return known
}

const labelled = new WeakMap<Element, boolean>()
