import type { Nodes } from 'mdast'
import { noted, wordsOf } from './document.ts'
import { lastAt } from './last-at.ts'
import { isOld, isOldPrice } from './old-values.ts'
import { saysInstead } from './struck.ts'

/** The text of one block as people read it, without emphasis marks, links and footnotes. */
export interface Plain {
  readonly text: string
  /** 1-based line of the file for an offset in `text`. */
  lineAt(offset: number): number
  /** Offsets of line breaks intended by the author, ascending. */
  readonly breaks: readonly number[]
  /** What a bold beginning says that all of it is about. */
  readonly about?: string
}

/**
 * Reads the text of a node. `folded`: line breaks of the source mean nothing (HTML); otherwise they stay, for authors who
 * write one statement per line.
 */
export function plainText(node: Nodes | readonly Nodes[], folded: boolean): Plain {
  const reader = new PlainReader(folded)
  if ('type' in node) reader.read(node)
  else reader.readAll(node)
  return reader.done()
}

/** Dots that lead the eye from a name to its value: "Load limit ........ 18 t". */
const LEADERS = /(?<=[\p{L}\p{N})])[ \t]*(?:\.[ \t]?){5,}[ \t]*(?=[\p{L}\p{N}\p{S}])/gu

/** Where a word may be parted or not. In scripts without spaces such a mark parts words. */
const HINTS =
  /[\u00AD\u2060\uFEFF]|(?<![\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}])\u200B/gu

/** A text without the marks inside words that nobody sees: soft hyphens, spaces of no width. */
export function withoutHints(text: string): string {
  return text.replace(HINTS, '')
}

/** What stands in the place of a struck text is near. */
const NEXT_MAX = 4

/** A longer bold sentence is a sentence. */
const RUN_IN_WORDS_MAX = 4

class PlainReader {
  readonly #folded: boolean
  readonly #breaks: number[] = []
  readonly #ats: number[] = []
  readonly #lines: number[] = []
  #text = ''
  /** Its last character: to ask the text for it joins all of its parts. */
  #last = ''
  /** Its last character but for white space. */
  #mark = ''
  /** Something that is struck out was kept: then all of it is, as in a list of what is done. */
  #kept = false
  /** Something was left out directly before. */
  #skipped = false
  #about: string | undefined

  constructor(folded: boolean) {
    this.#folded = folded
  }

  read(node: Nodes): void {
    switch (node.type) {
      case 'text':
      case 'inlineCode':
      case 'code':
        this.#words(node.value, node.position?.start.line ?? 0)
        break
      case 'break':
        this.#breaks.push(this.#text.length)
        this.#add('\n')
        break
      case 'image':
        this.#words(node.alt ?? '', node.position?.start.line ?? 0)
        break
      case 'paragraph':
      case 'listItem':
      case 'heading':
      case 'tableRow':
        // An HTML cell may hold whole blocks; they are separated as an author would in one line.
        if (this.#last !== '' && !/[\s;]/u.test(this.#last)) this.#add('; ')
        node.children.forEach((child, i) => {
          if (this.#skips(node.children, i)) return
          const from = this.#text.length
          this.read(child)
          if (i === 0 && child.type === 'strong') this.#runIn(from, node.children[1])
        })
        break
      default:
        if ('children' in node) this.readAll(node.children)
    }
  }

  readAll(nodes: readonly Nodes[]): void {
    nodes.forEach((node, i) => {
      if (!this.#skips(nodes, i)) this.read(node)
    })
  }

  done(): Plain {
    const [text, breaks, ats, lines, about] = [this.#text, this.#breaks, this.#ats, this.#lines, this.#about]
    return {
      text,
      breaks,
      ...(about === undefined ? {} : { about }),
      lineAt: (offset) => lines[lastAt(ats, offset)] ?? 1,
    }
  }

  /**
   * "Room ~~3~~ 5", "~~£40~~ £30": what is struck out is so no longer, but where nothing else follows or where a text begins with it it is
   * what was done ("Ann: ~~find a hall~~", "~~Sugar~~ bought").
   */
  #skips(nodes: readonly Nodes[], i: number): boolean {
    const node = nodes[i] as Nodes
    if (node.type !== 'delete') return isOld(nodes, i)
    this.#skipped = noted(node).replaced === true || (!this.#kept && this.#isReplaced(node, nodes, i))
    if (!this.#skipped) this.#kept = true
    return this.#skipped
  }

  #isReplaced(node: Nodes, nodes: readonly Nodes[], i: number): boolean {
    const next = nodes.slice(i + 1, i + 1 + NEXT_MAX).filter(({ type }) => type !== 'delete')
    const follows = wordsOf(next)
    if (isOldPrice(wordsOf([node]), wordsOf(nodes.slice(Math.max(0, i - 2), i)))) return true
    if (this.#mark !== '') return /[\p{L}\p{N}]/u.test(follows)
    if (saysInstead(wordsOf([node]), follows)) return true
    return /^\P{L}{0,3}\p{N}/u.test(follows) && /\p{N}/u.test(wordsOf([node]))
  }

  /** "**Governing law.** The laws of Ireland apply." is one statement: what is bold says what it is about. */
  #runIn(from: number, next: Nodes | undefined): void {
    const head = this.#text.slice(from).trim()
    const follows = next?.type === 'text' && /^\s+\S/u.test(next.value)
    if (!follows || !/^[^.]*\p{L}\.$/u.test(head) || head.split(/\s+/u).length > RUN_IN_WORDS_MAX) return
    this.#text = this.#text.trimEnd().slice(0, -1)
    this.#add(':')
    if (from === 0) this.#about = head.slice(0, -1)
  }

  #words(value: string, line: number): void {
    const parts = withoutHints(value).split(/\r\n|\n|\r/u)
    const defined = this.#folded || this.#text !== '' ? 0 : termsAbove(parts)
    parts.forEach((part, i) => {
      const defines = i > 0 && !this.#folded && /^:[ \t]+\S/u.test(part) && /\S/u.test(this.#last)
      if (i > 0 && !defines) this.#add(this.#folded ? ' ' : i < defined ? ', ' : '\n')
      this.#ats.push(this.#text.length)
      this.#lines.push(line + i)
      // A definition below its term: "Term\n: what it means".
      const again = defines && defined > 0 && i > defined
      // "Runs daily.; Costs 4 EUR" would be two sentences.
      if (again && this.#last === '.') this.#text = this.#text.slice(0, -1)
      this.#add((again ? part.replace(':', ';') : part).replace(LEADERS, ': '))
    })
  }

  #add(given: string): void {
    // One space of two is left where a word is left out.
    const part = this.#skipped && /^$|\s/u.test(this.#last) ? given.trimStart() : given
    if (part === '') return
    this.#skipped = false
    this.#text += part
    this.#last = part.slice(-1)
    this.#mark = part.trimEnd().slice(-1) || this.#mark
  }
}

/** A name that shares what the line below its list says. */
const TERM = /^[^\s:.!?][^:.!?]{0,39}(?<![,;\s])$/u
const TERMS_MAX = 5

/** How many lines of names stand above the first definition: "Excess\nDeductible\n: The first part". */
function termsAbove(parts: readonly string[]): number {
  const at = parts.slice(0, TERMS_MAX + 1).findIndex((part) => /^:[ \t]+\S/u.test(part))
  return at > 0 && parts.slice(0, at).every((part) => TERM.test(part.trimEnd())) ? at : 0
}
