import type { List, ListItem, Nodes, Paragraph } from 'mdast'
import { wordsOf } from './document.ts'
import { isChanged, saysInstead } from './struck.ts'

/** An item that only introduces its inner items says nothing alone. */
export function isName(text: string): boolean {
  // "Director: Ilse" does.
  if (/[:：]\s+\S/u.test(text)) return false
  return /[:：]\s*$/u.test(text) || (text.trim().split(/\s+/u).length <= 4 && !/[.!?。！？]\s*$/u.test(text))
}

/** "Default: 1 MiB", from a term and its definitions. */
export function termText(own: readonly Paragraph[]): Nodes[] {
  return own.flatMap((one, i): Nodes[] =>
    i === 0 ? one.children : [{ type: 'text', value: i === 1 ? ': ' : '; ' }, ...one.children],
  )
}

/** "Footpath to the mill": no mark ends it. */
const NAME_LINE = /^[^\n.!?:;,，。：；]{3,60}(?<![\s(-])$/u
const NAME_WORDS_MAX = 8

/**
 * Where the name of an item ends, on its first line: there was place for more words, but several lines below it begin again
 * ("1. Footpath to the mill", above what each of the council said). 0: none.
 */
export function nameEnd(text: string): number {
  const [first = '', ...others] = text.split('\n')
  if (others.length === 0 || !NAME_LINE.test(first) || first.split(/\s+/u).length > NAME_WORDS_MAX) return 0
  const width = others.reduce((most, { length }) => Math.max(most, length), 0)
  const word = /^\s*(\S+)/u.exec(others[0] ?? '')?.[1] ?? ''
  const again = others.every((line) => /^\s*[\p{Lu}\p{N}]/u.test(line))
  // Lines of an address say nothing each.
  const said = others.filter((line) => /[.!?]\s*$|^\s*[^:]{1,30}:\s/u.test(line)).length
  return again && 2 * said > others.length && first.length + 1 + word.length <= width ? first.length : 0
}

/** "usePolling (default: false).", "--quiet, -q:", "Rate limit – ", "max_age." */
const ITEM_NAME =
  /^([^\s.:()]\S{0,40}(?<![.:,;)])(?: [^\s.:()]{1,30}){0,3}?)(?:\s*(?<note>\([^()]{1,80}\))\s*(?:[.:]|[-–—]\s|$)|:\s|\s[-–—]\s|\.(?:\s|$))/u
/** A name in a program: "max_age", "usePolling", "--quiet". */
const CODE_NAME = /[_$]|\p{Ll}\p{Lu}|^-{1,2}\p{L}/u

/** The name that an item begins with, from its first sentence. A sentence of few words is none. */
export function nameOfItem(text: string): string | undefined {
  const match = ITEM_NAME.exec(text)
  const name = match?.[1]
  if (match === null || name === undefined) return undefined
  const parted = match.groups?.note !== undefined || !/\.\s*$/u.test(match[0])
  return parted || CODE_NAME.test(name) ? name : undefined
}

/**
 * Whether all of an item is struck out, and the item above or below it says what is so instead; or all that stands behind its name,
 * where the other says that this has changed.
 */
export function isStruck({ children }: List, i: number): boolean {
  const own = struckIn(children[i])
  const name = own === undefined ? struckName(children[i]) : undefined
  if (own === undefined && name === undefined) return false
  return [children[i - 1], children[i + 1]].some((item) => {
    if (item === undefined || struckIn(item) !== undefined || struckName(item) !== undefined) return false
    const other = wordsOf(item.children)
    return own === undefined ? isChanged(name ?? '', other) : saysInstead(own, other)
  })
}

/** "Location", of "Location: ~~Café Rook~~". */
function struckName(item: ListItem | undefined): string | undefined {
  const nodes = nodesOf(item)
  if (nodes.at(-1)?.type !== 'delete') return undefined
  return /^([^:]{1,60}):$/u.exec(wordsOf(nodes.slice(0, -1)).trim())?.[1]?.trim()
}

/** What an item says, if all of it is struck out. */
function struckIn(item: ListItem | undefined): string | undefined {
  const said = nodesOf(item)
  const [first] = said
  return said.length === 1 && first?.type === 'delete' ? wordsOf([first]) : undefined
}

function nodesOf(item: ListItem | undefined): Nodes[] {
  const nodes = (item?.children ?? []).flatMap((one): Nodes[] =>
    one.type === 'paragraph' ? one.children : [one],
  )
  return nodes.filter((node) => node.type !== 'text' || node.value.trim() !== '')
}
