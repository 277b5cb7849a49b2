import type { List, ListItem, PhrasingContent, RootContent } from 'mdast'
import { type Noted, note } from '../../text/document.ts'
import { MARK } from './pdf-marks.ts'

type Kind = 'number' | 'letter' | 'bullet'

interface Level {
  readonly left: number
  readonly kind: Kind
  readonly list: List
}

/** Marks of one list differ by less, in points. */
const ALIGNED = 4

/** Deeper items are told with those above them. */
const LEVELS_MAX = 8

/** The lists of a page: an item whose mark stands further right belongs to the item above, and so does "(a)" below "1.". */
export class PdfLists {
  #open: Level[] = []

  /** Adds an item to the list that the page ends with, or begins one. `left`: where its mark stands. */
  add(
    found: RootContent[],
    item: { text: string; child: PhrasingContent; left: number },
    noted: Noted,
  ): void {
    const kind = kindOf(item.text)
    if (found.at(-1) !== this.#open[0]?.list) this.#open = []
    const own: ListItem = {
      type: 'listItem',
      children: [{ type: 'paragraph', children: [item.child] }],
    }
    this.#close(item.left, kind)
    const level = this.#open.at(-1)
    const same = level !== undefined && level.kind === kind && item.left <= level.left + ALIGNED
    if (level !== undefined && (same || this.#open.length >= LEVELS_MAX)) {
      level.list.children.push(own)
      return
    }
    const list = listOf(own, item.text, kind, noted)
    this.#open.push({ left: item.left, kind, list })
    const parent = level?.list.children.at(-1)
    if (parent === undefined) found.push(list)
    else parent.children.push(list)
  }

  /** Ends the lists that an item at this place and of this kind belongs to no longer. */
  #close(left: number, kind: Kind): void {
    for (;;) {
      const level = this.#open.at(-1)
      if (level === undefined || left > level.left + ALIGNED) return
      if (level.kind === kind && left > level.left - ALIGNED) return
      const above = this.#open.slice(0, -1)
      // A list of another kind at the same place is one of the parts of the item above it.
      const resumes = above.some((one) => one.kind === kind && Math.abs(one.left - left) <= ALIGNED)
      if (left > level.left - ALIGNED && !resumes && level.kind !== 'bullet') return
      this.#open.pop()
    }
  }
}

function kindOf(text: string): Kind {
  if (/^\s*\(?\d/u.test(text)) return 'number'
  return /^\s*\(?\p{L}/u.test(text) ? 'letter' : 'bullet'
}

function listOf(own: ListItem, text: string, kind: Kind, noted: Noted): List {
  const start = Number(/\d+/u.exec(MARK.exec(text)?.[0] ?? '')?.[0] ?? 1)
  const numbers = kind === 'number' ? { ordered: true, start } : {}
  return { type: 'list', children: [own], ...numbers, ...note(noted) }
}
