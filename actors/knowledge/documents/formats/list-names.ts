import type { List, Paragraph } from 'mdast'
import { plainText } from '../../text/plain.ts'

const NAME_CHARS_MAX = 60
const NAME_WORDS_MAX = 8
/** Of a paragraph with more nodes or characters nobody means a name. */
const NODES_MAX = 20
/** "Release 2.0", "Things to bring": no mark ends it, and it has no value. "Price: 5 EUR" has. */
const NAME = /^[\p{Lu}\p{N}v“"[(](?!.*[:：=]\s)[^|]*[\p{L}\p{N})\]"”»*%]$/u
const ENDED = /[.!?:：]["'”’)]*$/u
/** "**v2.0** (2024-01-10)", above a list but for an empty line. */
const DATED = /^\s*[-–—,]?\s*[([]?(?:[\p{L}.]{3,10},? )?\p{N}[\p{L}\p{N} .,/-]{3,20}[)\]]?\s*$/u

/** Whether a short line directly above a list, or the last line of a paragraph there, says what the list is of. */
export function isNameOf(node: Paragraph, list: List): boolean {
  const [first, second] = node.children
  const lines = (list.position?.start.line ?? 0) - (node.position?.end.line ?? 0)
  if (node.children.length > NODES_MAX || node.children.every(({ type }) => type === 'image')) return false
  if (lines !== 1 && lines !== 2) return false
  // A bold line alone is a heading.
  if (first?.type === 'strong' && second === undefined) return false
  const own = plainText(node, false).text.trimEnd().split('\n')
  const name = (own.at(-1) ?? '').trim()
  if (!isName(name)) return false
  if (lines === 2) {
    const dated = node.children.length === 2 && second?.type === 'text' && DATED.test(second.value)
    return own.length === 1 && first?.type === 'strong' && dated
  }
  // A line of a paragraph that was wrapped goes on in a sentence.
  return own.length === 1 || ENDED.test((own.at(-2) ?? '').trim())
}

function isName(text: string): boolean {
  return text.length <= NAME_CHARS_MAX && text.split(/\s+/u).length <= NAME_WORDS_MAX && NAME.test(text)
}
