import type { List, ListItem, Paragraph, PhrasingContent, RootContent, TableRow } from 'mdast'
import { at, note } from '../../../text/document.ts'
import type { Chart } from './charts.ts'
import { joined } from './slide-lines.ts'
import type { Line, Said, Shape } from './slide-shape.ts'

const TITLE = /^(?:title|ctrTitle)$/u

/** The tree of a slide. A line is a paragraph of it, counted from 1. */
export class Slide {
  readonly nodes: RootContent[] = []
  readonly #number: number
  #line = 0

  constructor(number: number) {
    this.#number = number
  }

  /** What the slide is about. That of the opening slide is what the presentation is about. */
  title(shapes: readonly Shape[], opening: boolean): void {
    const title = shapes.find(({ kind }) => TITLE.test(kind))
    const opens = opening && shapes.some(({ kind }) => kind === 'ctrTitle' || kind === 'subTitle')
    const depth = opens && title !== undefined ? 1 : 2
    // Without one it is not about what the slide before is about.
    this.nodes.push({
      type: 'heading',
      depth,
      ...this.#text(title === undefined ? { text: `Slide ${this.#number}` } : joined(title.lines, ' ')),
    })
  }

  shape({ kind, lines, table, head }: Shape): void {
    if (TITLE.test(kind)) return
    const from = this.nodes.length
    const name = head === undefined ? undefined : this.#paragraph(head)
    if (table !== undefined) this.#table(table)
    this.#lines(kind, lines)
    if (name === undefined) return
    const own = this.nodes.splice(from)
    this.nodes.push({ type: 'list', children: [{ type: 'listItem', children: [name, ...itemsOf(own)] }] })
  }

  /** What a drawing of boxes says. */
  points(texts: readonly string[]): void {
    if (texts.length > 0)
      this.nodes.push({
        type: 'list',
        children: texts.map((text) => this.#item({ text, level: 0, bullet: true })),
      })
  }

  chart(chart: Chart | undefined): void {
    if (chart === undefined) return
    const rows = [chart.head, ...chart.rows].map((cells) =>
      cells.map((text) => ({ text, columns: 1, rows: 1 })),
    )
    this.#table({ head: 1, rows }, chart.title)
  }

  /** What the speaker says. */
  notes({ lines }: Shape): void {
    for (const line of lines) this.nodes.push(this.#paragraph(line))
  }

  #table({ head, rows }: NonNullable<Shape['table']>, about = ''): void {
    const children = rows.map((cells, r): TableRow => {
      const place = this.#at()
      return {
        type: 'tableRow',
        ...place,
        children: cells.map(({ columns, rows: deep, ...said }) => ({
          type: 'tableCell',
          children: said.text === '' ? [] : phrasesOf(said, place),
          ...note({ columns, rows: deep, head: r < head }),
        })),
      }
    })
    const named = about === '' ? {} : { about }
    this.nodes.push({ type: 'table', children, ...note({ headless: head === 0, ...named }) })
  }

  /** Points below each other are a list, with those of a deeper level inside; one alone is a paragraph. */
  #lines(kind: string, lines: readonly Line[]): void {
    const points = lines.filter(({ bullet }) => bullet).length
    const asList = kind !== 'subTitle' && points > 1
    let open: { readonly level: number; readonly list: List }[] = []
    for (const line of lines) {
      if (!asList || !line.bullet) {
        open = []
        this.nodes.push(this.#paragraph(line))
        continue
      }
      open = open.filter(({ level }) => level <= line.level)
      const last = open.at(-1)
      if (last?.level === line.level) {
        last.list.children.push(this.#item(line))
        continue
      }
      const list: List = { type: 'list', children: [this.#item(line)] }
      const parent = last?.list.children.at(-1)
      if (parent === undefined) this.nodes.push(list)
      else parent.children.push(list)
      open.push({ level: line.level, list })
    }
  }

  #item(line: Line): ListItem {
    return { type: 'listItem', children: [this.#paragraph(line)] }
  }

  #paragraph(said: Said): Paragraph {
    return { type: 'paragraph', ...this.#text(said) }
  }

  #text(said: Said) {
    const place = this.#at()
    return { children: phrasesOf(said, place), ...place }
  }

  #at() {
    this.#line += 1
    return at(this.#line)
  }
}

/** What stands under a head: its lines are items. */
function itemsOf(nodes: readonly RootContent[]): ListItem['children'] {
  const found: RootContent[] = []
  for (const node of nodes) {
    const last = found.at(-1)
    if (node.type !== 'paragraph') found.push(node)
    else if (last?.type === 'list') last.children.push({ type: 'listItem', children: [node] })
    else found.push({ type: 'list', children: [{ type: 'listItem', children: [node] }] })
  }
  return found as ListItem['children']
}

function phrasesOf({ text, runs = [{ text, struck: false }] }: Said, place: ReturnType<typeof at>) {
  return runs.map(({ text: value, struck }): PhrasingContent => {
    const own = { type: 'text' as const, value, ...place }
    return struck ? { type: 'delete', children: [own], ...place } : own
  })
}
