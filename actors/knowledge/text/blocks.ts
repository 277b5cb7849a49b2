import type { Code, FootnoteDefinition, List, ListItem, Paragraph, RootContent, Table } from 'mdast'
import type { Block, BlockKind, Scope } from './block.ts'
import { withCellNotes } from './cell-notes.ts'
import { withChoices } from './choices.ts'
import { clip } from './clip.ts'
import { at, type Document, type Noted, noted } from './document.ts'
import { drawnParts } from './drawn-parts.ts'
import { footnotesOf, references } from './footnotes.ts'
import { boldHeading, boldParts } from './headlike.ts'
import { isName, isStruck, termText } from './items.ts'
import { leadOf, leads } from './leads.ts'
import { isOld } from './old-values.ts'
import { type Plain, plainText } from './plain.ts'
import { withoutReferences } from './references.ts'
import { withResumed } from './resumed-lists.ts'
import { tableRows } from './table-rows.ts'

/** The blocks of a document in order. */
export function blocks(document: Document): Block[] {
  const footnotes = footnotesOf(document.tree)
  const { tree, told } = withCellNotes(document.tree, footnotes)
  const reader = new BlockReader(document.folded === true, footnotes, told)
  reader.all(withoutReferences(tree.children), { under: [], depth: 0 })
  return reader.found
}

interface Place {
  readonly under: readonly string[]
  readonly depth: number
  readonly footer?: boolean
  /** The enclosing list. */
  readonly part?: number
  /** What follows the enclosing quotation. */
  readonly after?: RootContent | undefined
  readonly scope?: Scope
}

class BlockReader {
  readonly found: Block[] = []
  readonly #folded: boolean
  readonly #footnotes: ReadonlyMap<string, FootnoteDefinition>
  readonly #told: Set<FootnoteDefinition>
  #parts = 0
  #page: number | undefined

  constructor(
    folded: boolean,
    footnotes: ReadonlyMap<string, FootnoteDefinition>,
    told: ReadonlySet<FootnoteDefinition>,
  ) {
    this.#folded = folded
    this.#footnotes = footnotes
    this.#told = new Set(told)
  }

  all(children: readonly RootContent[], at: Place): void {
    const nodes = withChoices(withResumed(children), this.#folded)
    nodes.forEach((node, i) => {
      if (isOld(nodes, i)) return
      this.#page = noted(node).page ?? this.#page
      const before = nodes[i - 1]
      const place = noted(node).footer === true ? { ...at, footer: true } : at
      const lead =
        before !== undefined && leads(before, node, this.#folded) ? leadOf(this.found, node) : undefined
      this.#one(
        node,
        nodes[i + 1] ?? at.after,
        lead === undefined ? place : { ...place, under: [...place.under, lead] },
        lead,
      )
      this.#footnotesOf(node, place)
    })
  }

  /** A footnote belongs to the sentence that refers to it, and is told after its paragraph, list or table. */
  #footnotesOf(node: RootContent, at: Place): void {
    if (this.#footnotes.size === 0 || node.type === 'footnoteDefinition') return
    for (const { label, sentence } of references(node)) {
      const footnote = this.#footnotes.get(label)
      if (footnote === undefined || this.#told.has(footnote)) continue
      this.#told.add(footnote)
      const first = this.found.length
      this.all(footnote.children, { ...at, under: [...at.under, clip(sentence)], after: undefined })
      this.#nameNote(first, sentence)
    }
  }

  /** What a note belongs to stands before it: several footnotes of a paragraph are told one after the other. */
  #nameNote(first: number, sentence: string): void {
    const block = this.found[first]
    if (block?.kind === 'paragraph' && sentence !== '')
      this.found[first] = { ...block, mark: `${clip(sentence).replace(/[.:]$/u, '')}: ` }
  }

  #one(node: RootContent, next: RootContent | undefined, at: Place, lead: string | undefined): void {
    switch (node.type) {
      case 'heading':
        this.#push('heading', plainText(node, this.#folded), { at, level: node.depth })
        break
      case 'paragraph': {
        const first = this.found.length
        boldParts(node).forEach((part, i, all) => {
          this.#paragraph(part, all[i + 1] ?? next, aboutIn(at, node))
        })
        this.#nameNote(first, noted(node).about ?? '')
        break
      }
      case 'list':
        this.#list(node, at, lead !== undefined)
        break
      case 'table':
        this.#table(node, at, lead === undefined)
        break
      case 'code':
        this.#code(node, at, lead === undefined)
        break
      case 'footnoteDefinition':
        if (!this.#told.has(node)) this.all(node.children, at)
        break
      case 'html':
      case 'definition':
      case 'thematicBreak':
      case 'yaml':
        break
      default:
        if (INLINE.has(node.type)) this.#push('paragraph', plainText(node, this.#folded), { at })
        else if (noted(node).closed === true && 'children' in node)
          this.#closed(node.children as RootContent[], at)
        else if ('children' in node)
          this.all(node.children as RootContent[], {
            ...aboutIn(at, node),
            after: node.type === 'blockquote' ? next : undefined,
          })
    }
  }

  /** Its headings are none of what comes after it. */
  #closed(children: readonly RootContent[], at: Place): void {
    const scope = { end: Number.POSITIVE_INFINITY }
    this.all(children, { ...at, scope })
    scope.end = this.found.length
  }

  #paragraph(node: Paragraph, next: RootContent | undefined, at: Place): void {
    const bold = at.depth === 0 ? boldHeading(node, next) : undefined
    if (bold !== undefined) {
      this.#push('heading', plainText(bold.heading, this.#folded), { at, level: 6 })
      if (bold.rest !== undefined) this.#paragraph(bold.rest, next, at)
      return
    }
    const plain = plainText(node, this.#folded)
    const lead = leads(node, next, this.#folded)
    if (noted(node).comment === true) this.#push('paragraph', plain, { at, noted: noted(node) })
    else if (this.#folded) this.#push('paragraph', plain, { at, lead })
    else this.#drawn('paragraph', plain, { at, lead })
  }

  /** A text may draw tables. */
  #drawn(kind: BlockKind, plain: Plain, how: { at: Place; lead?: boolean; apart?: boolean }): void {
    const parts = drawnParts(plain)
    parts.forEach((part, i) => {
      const apart = i > 0 ? true : how.apart
      if ('text' in part) {
        const leads = i === parts.length - 1 ? how.lead : /[:：]\s*$/u.test(part.text)
        this.#push(kind, part, {
          ...how,
          ...(leads === undefined ? {} : { lead: leads }),
          ...(apart === undefined ? {} : { apart }),
        })
        return
      }
      const before = parts[i - 1]
      const led = before !== undefined && 'text' in before && /[:：]\s*$/u.test(before.text)
      const at = led ? { ...how.at, under: [...how.at.under, leadOf(this.found)] } : how.at
      this.#table(part, at, !led && apart !== false)
    })
  }

  #table(table: Table, at: Place, apart: boolean): void {
    this.#parts += 1
    tableRows(table, this.#folded).forEach(({ plain, group }, i) => {
      const under = group === '' ? at.under : [...at.under, group]
      this.#push('row', plain, {
        at: { ...at, under },
        apart: i === 0 && apart,
        part: this.#parts,
        noted: noted(table),
      })
    })
  }

  /** Code in no language may be a table that is drawn with spaces. Lines of a log belong to their entry. */
  #code(node: Code, at: Place, first: boolean): void {
    const language = node.lang ?? ''
    const { entry } = noted(node)
    const plain = code(node.value, (node.position?.start.line ?? 1) + (node.lang === undefined ? 0 : 1))
    const place = entry === undefined || entry === '' ? at : { ...at, under: [...at.under, clip(entry)] }
    const how = { at: place, apart: first && entry === undefined }
    if (PLAIN_LANGUAGE.test(language)) this.#drawn('code', plain, how)
    else this.#push('code', plain, how)
  }

  #list(list: List, at: Place, led: boolean): void {
    if (at.depth === 0) this.#parts += 1
    list.children.forEach((item, i) => {
      if (isStruck(list, i)) return
      const box = noted(list).choices !== true ? '- ' : noted(item).silent === true ? '☐ ' : '☒ '
      const mark = list.ordered === true ? `${(list.start ?? 1) + i}. ` : box
      this.#item(item, `${'  '.repeat(at.depth)}${mark}`, noted(list).terms === true, {
        at,
        apart: i === 0 && !led && at.depth === 0,
      })
    })
  }

  #item(item: ListItem, mark: string, terms: boolean, how: { at: Place; apart: boolean }): void {
    const inner = item.children.findIndex((child) => child.type !== 'paragraph')
    const own = item.children.slice(0, inner < 0 ? undefined : terms ? inner : Math.min(inner, 1))
    const rest = item.children.slice(own.length)
    const text = terms ? termText(own as Paragraph[]) : own
    const plain = plainText(text, this.#folded)
    const lead = rest.length > 0 && isName(plain.text)
    if (plain.text.trim() !== '')
      this.#push('item', plain, { ...how, mark, lead, part: this.#parts, noted: noted(item) })
    const parent = clip(
      plain.text
        .replace(/\s+/gu, ' ')
        .trim()
        .replace(/[:：]$/u, ''),
    )
    const under = parent === '' ? how.at.under : [...how.at.under, parent]
    this.#closed(rest, { ...how.at, under, depth: how.at.depth + 1, part: this.#parts, after: undefined })
  }

  #push(
    kind: BlockKind,
    plain: Plain,
    how: {
      at: Place
      level?: number
      mark?: string
      apart?: boolean
      lead?: boolean
      part?: number
      noted?: Noted
    },
  ): void {
    if (plain.text.trim() === '') return
    // Written out: objects that are spread take ten times as long, and a file may have 100,000 rows.
    const block: { -readonly [K in keyof Block]: Block[K] } = {
      text: plain.text,
      breaks: plain.breaks,
      lineAt: plain.lineAt,
      kind,
      level: how.level ?? 0,
      mark: how.mark ?? '',
      apart: how.apart ?? how.at.depth === 0,
      lead: how.lead ?? false,
      under: how.at.under,
      part: how.part ?? how.at.part ?? 0,
    }
    if (plain.about !== undefined) block.about = plain.about
    if (how.noted?.record === true) block.record = true
    if (how.noted?.whole === true) block.whole = true
    if (how.noted?.comment === true) block.comment = true
    if (how.noted?.silent === true) block.silent = true
    if (this.#page !== undefined) block.page = this.#page
    if (how.at.footer !== undefined) block.footer = true
    if (how.at.scope !== undefined) block.scope = how.at.scope
    this.found.push(block)
  }
}

/** Languages of code blocks that hold what a program printed, or a text. */
const PLAIN_LANGUAGE = /^(?:te?xt|plain(?:text)?|none|output|console|terminal|sql-result)?$/iu

const INLINE = new Set([
  'text',
  'emphasis',
  'strong',
  'delete',
  'inlineCode',
  'link',
  'linkReference',
  'image',
])

/** The place of what a node holds: it stands under what it is about. */
function aboutIn(at: Place, node: RootContent): Place {
  const { about } = noted(node)
  return about === undefined || about === '' ? at : { ...at, under: [...at.under, about] }
}

function code(value: string, line: number): Plain {
  return plainText({ type: 'text', value, ...at(line) }, false)
}
