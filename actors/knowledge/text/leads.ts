import type { RootContent } from 'mdast'
import type { Block } from './block.ts'
import { askedIn, isChoices } from './choices.ts'
import { clip } from './clip.ts'
import { noted } from './document.ts'
import { isQuestion } from './headlike.ts'
import { plainText } from './plain.ts'
import { sentences } from './sentences.ts'

/** True for a paragraph that announces what follows with a colon, or ends, maybe quoted, in a question that the next one answers. */
export function leads(node: RootContent, next: RootContent | undefined, folded: boolean): boolean {
  if (next === undefined) return false
  if (node.type === 'blockquote' && noted(node).closed !== true && next.type === 'paragraph') {
    const last = node.children.at(-1)
    return last !== undefined && leads(last, next, folded)
  }
  if (node.type !== 'paragraph') return false
  if (isChoices(next)) return true
  const { text } = plainText(node, folded)
  const holds = next.type === 'list' || next.type === 'table' || next.type === 'code'
  if (next.type === 'blockquote' && noted(next).about !== undefined) return isQuestion(text)
  if (next.type === 'blockquote') return /[:：]\s*$/u.test(text)
  if (holds) return /[:：?？]\s*$/u.test(text)
  return next.type === 'paragraph' && isQuestion(text)
}

/** The last sentence of the previous block, or all of a short one: "Rebuild the index. It takes 25 minutes:". */
export function leadOf(found: readonly Block[], node?: RootContent): string {
  const written = found.at(-1)?.text.replace(/\s+/gu, ' ').trim() ?? ''
  const text = node !== undefined && isChoices(node) ? askedIn(written) : written
  const last = text.length <= LEAD_CHARS_MAX && /[:：]$/u.test(text) ? undefined : sentences(text).at(-1)
  return clip(last === undefined ? text : text.slice(last.start, last.end))
}

const LEAD_CHARS_MAX = 80
