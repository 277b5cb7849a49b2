import type { Paragraph, PhrasingContent, RootContent } from 'mdast'
import { isPrice } from './old-values.ts'
import { plainText } from './plain.ts'

/** Nobody writes longer headings in bold. */
const BOLD_CHARS_MAX = 120

/**
 * A paragraph that begins with a bold line of its own, as authors write headings within a section: that line, and the rest.
 * A bold line that says something by itself ("Price: 20 €", a sentence) is none.
 */
export function boldHeading(
  node: Paragraph,
  next: RootContent | undefined,
): { readonly heading: PhrasingContent; readonly rest: Paragraph | undefined } | undefined {
  const [first, second, ...others] = node.children
  if (first?.type !== 'strong') return undefined
  const text = plainText(first, true).text.trim()
  if (text.length > BOLD_CHARS_MAX || /[.!。！,;]$/u.test(text)) return undefined
  if (!isQuestion(text) && /[:：]\s*\S/u.test(text)) return undefined
  // "Now 54.90 EUR", above a text. A list below a price says what it is paid for.
  if (next?.type !== 'list' && next?.type !== 'table' && isPrice(text)) return undefined
  if (second === undefined)
    return next === undefined || next.type === 'heading' || next.type === 'thematicBreak'
      ? undefined
      : { heading: first, rest: undefined }
  const line = /^\s*?\r?\n/u
  if (second.type === 'break' && others.length > 0)
    return { heading: first, rest: { ...node, children: others } }
  if (second.type !== 'text' || !line.test(second.value)) return undefined
  const at = second.position?.start
  const rest = {
    ...second,
    value: second.value.replace(line, ''),
    ...(at === undefined || second.position === undefined
      ? {}
      : { position: { ...second.position, start: { ...at, line: at.line + 1 } } }),
  }
  return { heading: first, rest: { ...node, children: [rest, ...others] } }
}

/** A bold line with more words, directly below another line, stresses what it says. */
const DIRECT_WORDS_MAX = 3

/** The parts of a paragraph that bold lines of its own begin, below an empty line or of a few words. */
export function boldParts(node: Paragraph): Paragraph[] {
  const { children } = node
  const headed = boldHeading(node, undefined)?.rest !== undefined
  const cuts = children.flatMap((_, i) => (i > 0 && isBoldLine(children, i, headed) ? [i] : []))
  return [0, ...cuts].map((from, i) => {
    let to = cuts[i] ?? children.length
    while (i < cuts.length && children[to - 1]?.type === 'break') to -= 1
    return from === 0 && to === children.length ? node : { ...node, children: children.slice(from, to) }
  })
}

/** @param headed the paragraph begins with a bold line too. */
function isBoldLine(nodes: readonly PhrasingContent[], i: number, headed: boolean): boolean {
  const [above, before, own, next] = [nodes[i - 2], nodes[i - 1], nodes[i], nodes[i + 1]]
  if (own?.type !== 'strong') return false
  const begins = before?.type === 'break' || (before?.type === 'text' && /\n\s*$/u.test(before.value))
  const ends =
    next === undefined || next.type === 'break' || (next.type === 'text' && /^\s*?\n/u.test(next.value))
  if (!begins || !ends) return false
  if (above?.type === 'break' && before.type === 'break') return true
  const words = plainText(own, true).text.trim().split(/\s+/u).length
  return headed && next !== undefined && words <= DIRECT_WORDS_MAX
}

/** "How long is it?": what stands below answers it, so it is no answer itself. */
export function isQuestion(text: string): boolean {
  return /(?:[?？؟፧]|(?<=\p{Script=Greek}{2})[;\u037e])["'”’»)\]]*\s*$/u.test(text)
}

/** "Q: How long is it?" */
export function isMarkedQuestion(text: string): boolean {
  return /^\s*(?:Q\d*|Question|问|F|Frage)\s*[.:：)]\s/u.test(text) && isQuestion(text)
}
