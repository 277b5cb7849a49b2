import type {
  FootnoteDefinition,
  List,
  ListItem,
  PhrasingContent,
  RootContent,
  TableCell,
  TableRow,
} from 'mdast'
import { at, note } from '../../../text/document.ts'
import { plainText } from '../../../text/plain.ts'
import { type Element, first, within } from './elements.ts'
import { withoutHints } from './word-resolved.ts'

interface Style {
  readonly parent: string | undefined
  readonly strong: boolean | undefined
  readonly hidden: boolean | undefined
  readonly struck: boolean | undefined
}

/** What a text holds besides what it says: changes, comments, lists of its own headings, blanks to fill in, how a word is spoken. */
const UNSAID =
  /^(?:tracked-changes|annotation|table-of-content|(?:alphabetical|illustration|table|object|user)-index|sequence-decls|forms|variable-decls|desc|title|placeholder|ruby-text|script)$/u
const SPACES_MAX = 100

/** The tree of a text in OpenDocument. */
export class OpenText {
  readonly nodes: RootContent[] = []
  /** The text of the paragraph in the style of titles; empty without one. */
  title = ''
  readonly #styles: ReadonlyMap<string, Style>
  readonly #footnotes: FootnoteDefinition[] = []
  #line = 0
  /** What hangs on the paragraph that is read: its text boxes. */
  #hanging: RootContent[] = []

  constructor(styles: readonly Element[]) {
    this.#styles = new Map(
      styles.map((style) => {
        const own = first(style, 'text-properties')?.attributes ?? {}
        const { 'font-weight': weight, display, 'text-line-through-style': line } = own
        const parent = style.attributes['parent-style-name']
        return [
          style.attributes.name ?? '',
          {
            parent,
            strong: weight === undefined ? undefined : weight === 'bold',
            hidden: display === undefined ? undefined : display === 'none',
            struck: line === undefined ? undefined : line !== 'none',
          },
        ]
      }),
    )
  }

  body(element: Element): void {
    this.#line = 0
    for (const node of this.#blocks(element)) this.nodes.push(node)
    // What they belong to stands above.
    for (const footnote of this.#footnotes) this.nodes.push(footnote)
  }

  /** What stands above or below every page: it may answer, if it is not in every file. */
  edge(element: Element): void {
    const children = this.#blocks(element)
    if (children.length > 0)
      this.nodes.push({ type: 'blockquote', children: children as never, ...note({ footer: true }) })
  }

  #blocks({ children }: Element): RootContent[] {
    return children.flatMap((child) => (typeof child === 'string' ? [] : this.#block(child)))
  }

  #block(element: Element): RootContent[] {
    const { name } = element
    if (UNSAID.test(name) || isHidden(element)) return []
    if (name === 'h' || name === 'p') return this.#paragraph(element)
    if (name === 'list') return this.#list(element)
    if (name === 'table') return this.#table(element)
    return this.#blocks(element)
  }

  #paragraph(element: Element): RootContent[] {
    this.#line += 1
    const at = this.#at()
    const style = element.attributes['style-name'] ?? ''
    if (this.#isHidden(style) || first(element, 'hidden-paragraph')?.attributes['is-hidden'] === 'true')
      return []
    const outer = this.#hanging
    this.#hanging = []
    const children = this.#inline(element, this.#isStrong(style))
    const hanging = this.#hanging
    this.#hanging = outer
    if (children.length === 0) return hanging
    const level = this.#level(element, style)
    if (level === 1 && element.name === 'p' && this.title === '')
      this.title = plainText({ type: 'paragraph', children }, true).text.replace(/\s+/gu, ' ').trim()
    const node: RootContent =
      level === 0
        ? { type: 'paragraph', children, ...at }
        : { type: 'heading', depth: Math.min(6, level) as 1 | 2 | 3 | 4 | 5 | 6, children, ...at }
    return [node, ...hanging]
  }

  /** Of a heading; 0 for other text. */
  #level({ name, attributes }: Element, style: string): number {
    if (name === 'h') return Math.max(1, Number(attributes['outline-level'] ?? 1) || 1)
    return this.#is(style, (own) => own === 'Title') ? 1 : 0
  }

  #list({ children }: Element): List[] {
    const items = children.flatMap((child): ListItem[] => {
      if (typeof child === 'string') return []
      const own = this.#blocks(child)
      return own.length === 0 ? [] : [{ type: 'listItem', children: own as ListItem['children'] }]
    })
    return items.length === 0 ? [] : [{ type: 'list', children: items }]
  }

  #table(element: Element): RootContent[] {
    const heads = new Set(within(element, 'table-header-rows').flatMap((head) => within(head, 'table-row')))
    const rows = within(element, 'table-row').map((row): TableRow => {
      this.#line += 1
      const cells = row.children.flatMap((cell): TableCell[] =>
        typeof cell === 'string' || !/table-cell$/u.test(cell.name) ? [] : [this.#cell(cell, heads.has(row))],
      )
      return { type: 'tableRow', children: cells, ...this.#at() }
    })
    return rows.length === 0 ? [] : [{ type: 'table', children: rows }]
  }

  #cell(cell: Element, head: boolean): TableCell {
    const paragraphs = [...within(cell, 'p'), ...within(cell, 'h')]
    const children = paragraphs.flatMap((paragraph, i): PhrasingContent[] => {
      const own = this.#inline(paragraph, this.#isStrong(paragraph.attributes['style-name'] ?? ''))
      return i === 0 || own.length === 0 ? own : [{ type: 'text', value: ' ' }, ...own]
    })
    const [columns, rows] = ['columns', 'rows'].map((kind) =>
      Number(cell.attributes[`number-${kind}-spanned`] ?? 1),
    )
    return {
      type: 'tableCell',
      children,
      ...note({ columns: columns || 1, rows: rows || 1, head }),
    }
  }

  #inline({ children }: Element, strong: boolean): PhrasingContent[] {
    const found: PhrasingContent[] = []
    const put = (value: string) => {
      const last = found.at(-1)
      if (last?.type === 'text') last.value += value
      else found.push({ type: 'text', value, ...this.#at() })
    }
    for (const child of children) {
      if (typeof child === 'string') put(withoutHints(child).replace(/\s+/gu, ' '))
      else if (child.name === 's') put(' '.repeat(Math.min(Number(child.attributes.c ?? 1) || 1, SPACES_MAX)))
      else if (child.name === 'tab') put('\t')
      else if (child.name === 'line-break') put('\n')
      else if (child.name === 'note') found.push(this.#note(child))
      else if (child.name === 'text-box' || child.name === 'table') this.#hang(child)
      else if (!UNSAID.test(child.name) && !isHidden(child)) {
        const style = child.name === 'span' ? (child.attributes['style-name'] ?? '') : ''
        if (this.#isHidden(style)) continue
        const own = child.name === 'span' ? this.#isStrong(style, strong) : strong
        const inner = this.#inline(child, own)
        if (inner.length > 0 && this.#says(style, 'struck') === true)
          found.push({ type: 'delete', children: inner })
        else for (const node of inner) found.push(node)
      }
    }
    const all =
      found.every((node) => node.type === 'text') &&
      found.some((node) => node.type === 'text' && node.value.trim() !== '')
    return strong && all ? [{ type: 'strong', children: found }] : found
  }

  /** A footnote or an endnote. */
  #note(element: Element): PhrasingContent {
    const identifier = String(this.#footnotes.length + 1)
    const body = first(element, 'note-body')
    const children = (body === undefined ? [] : this.#blocks(body)) as FootnoteDefinition['children']
    this.#footnotes.push({ type: 'footnoteDefinition', identifier, label: identifier, children })
    return { type: 'footnoteReference', identifier, label: identifier, ...this.#at() }
  }

  #hang(element: Element): void {
    for (const node of this.#block(element)) this.#hanging.push(node)
  }

  #isStrong(style: string, otherwise = false): boolean {
    return this.#says(style, 'strong') ?? otherwise
  }

  #isHidden(style: string): boolean {
    return this.#says(style, 'hidden') ?? false
  }

  /** What a style says, or the nearest one that it is made from. */
  #says(style: string, what: 'strong' | 'hidden' | 'struck'): boolean | undefined {
    let said: boolean | undefined
    this.#is(style, (name) => {
      said = this.#styles.get(name)?.[what]
      return said !== undefined
    })
    return said
  }

  /** Whether it holds for a style, or for one that it is made from. */
  #is(style: string, holds: (name: string) => boolean): boolean {
    let name: string | undefined = style
    for (let i = 0; i < 10 && name !== undefined; i += 1) {
      if (holds(name)) return true
      name = this.#styles.get(name)?.parent
    }
    return false
  }

  #at() {
    return at(this.#line)
  }
}

/** Sections, paragraphs and texts that are not shown, as their conditions last said. */
function isHidden({ name, attributes }: Element): boolean {
  if (name === 'section') return attributes.display === 'none' || attributes['is-hidden'] === 'true'
  return name === 'hidden-text' && attributes['is-hidden'] === 'true'
}
