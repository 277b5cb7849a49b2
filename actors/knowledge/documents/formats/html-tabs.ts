import type { Element, Nodes } from 'hast'
import { childElements, hasClass } from './html-nodes.ts'
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
      const tab = named ?? (tabs.length === panels.length ? tabs[i] : undefined)
      show(panel)
      if (tab === undefined || tab.label === '') return
      tab.node.properties.hidden = true
      const { children, ...own } = panel
      panel.children = [part(panel, tab.label, [{ ...own, properties: {}, tagName: 'div', children }])]
      panel.tagName = 'div'
    })
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
  if ('children' in node)
    for (const child of node.children) visit(child, node.type === 'element' ? node : undefined, inside, all)
}

function isTab(node: Element, parent: Element | undefined): boolean {
  const { role, dataToggle, dataBsToggle } = node.properties
  if (role === 'tab' || hasClass(node, TAB)) return true
  if (/^(?:tab|pill)$/u.test(String(dataToggle ?? dataBsToggle ?? ''))) return true
  return node.tagName === 'label' && parent !== undefined && hasClass(parent, /^tabbed-(?:labels|set)$/u)
}

/** In older pages each label of a set has its content beside it. */
function isPanel(node: Element, parent: Element | undefined): boolean {
  if (node.properties.role === 'tabpanel') return true
  if (hasClass(node, /^tabbed-content$/u)) return parent !== undefined && holdsLabels(parent)
  return hasClass(node, PANEL)
}

/** Asked by each of its children: a set may have 100,000 of them. */
function holdsLabels(set: Element): boolean {
  const known = labelled.get(set) ?? childElements(set).some(({ tagName }) => tagName === 'label')
  labelled.set(set, known)
  return known
}

const labelled = new WeakMap<Element, boolean>()
