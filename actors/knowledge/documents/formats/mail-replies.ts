import type { Blockquote, List, ListItem, RootContent } from 'mdast'
import { clip } from '../../text/clip.ts'
import { note, noted, wordsOf } from '../../text/document.ts'
import { isQuestion } from '../../text/headlike.ts'
import { plainText } from '../../text/plain.ts'
import { isEnded, sentences } from '../../text/sentences.ts'
import { SIGNATURE } from '../../text/signature.ts'

/** What was written in between by somebody who quotes part by part. */
interface Reply {
  readonly from: number
  readonly to: number
  readonly answers: string
  readonly asked: boolean
}

/** "Cheers", "Best regards,", "Viele Grüße": nobody answers with it. */
const CLOSING =
  /^\s*(?:cheers|thanks|thank you|(?:kind|best|warm)?\s?(?:regards|wishes)|best|yours|sincerely|bye|see you|(?:viele|liebe|beste|schöne)?\s?grüße|mfg|danke|gruß|cordialement|merci|saludos|gracias|groet\p{L}*|met vriendelijke)(?!\p{L})/iu

/**
 * A reply between the parts of a mail that it quotes, told under the part above it. Whoever writes above or below all that they quote
 * answers the mail.
 */
export function withReplies(nodes: readonly RootContent[]): RootContent[] {
  for (const node of nodes)
    if (node.type === 'blockquote') node.children = withReplies(node.children) as typeof node.children
  const replies = repliesIn(nodes)
  if (replies.length === 0) return [...nodes]
  const found: RootContent[] = []
  let done = 0
  for (const { from, to, answers, asked } of replies) {
    for (const node of nodes.slice(done, from)) found.push(node)
    const above = found.at(-1)
    if (asked && above?.type === 'blockquote') found[found.length - 1] = withSilentQuestion(above)
    const children = nodes.slice(from, to) as Blockquote['children']
    const { position } = nodes[from] as RootContent
    found.push({
      type: 'blockquote',
      children,
      ...note({ about: answers }),
      ...(position === undefined ? {} : { position }),
    })
    done = to
  }
  for (const node of nodes.slice(done)) found.push(node)
  return found
}

function repliesIn(nodes: readonly RootContent[]): Reply[] {
  const found: Reply[] = []
  nodes.forEach((node, at) => {
    if (!isQuoted(node)) return
    const last = lastOf(node)
    const from = at + 1
    let to = from
    while (to < nodes.length && isWritten(nodes[to])) to += 1
    const between = isQuoted(nodes[to])
    // What follows the last part may be about all of it; "On Monday Ann wrote:" leads to the next.
    if (between && /[:：]\s*$/u.test(wordsOf(nodes.slice(to - 1, to)))) to -= 1
    else if (!between) to = Math.min(to, from + 1)
    if (to <= from || last === undefined || CLOSING.test(wordsOf(nodes.slice(from, from + 1)).slice(0, 80)))
      return
    found.push({ from, to, answers: last, asked: isQuestion(last) })
  })
  // "> Best, Ann", above a few words that end the mail.
  const parts = found.filter(({ asked, answers }) => asked || (!CLOSING.test(answers) && isEnded(answers)))
  return parts.length > 1 || parts.some(({ asked }) => asked) ? parts : []
}

/** What is quoted, and no signature. */
function isQuoted(node: RootContent | undefined): node is Blockquote {
  if (node?.type !== 'blockquote') return false
  const [first] = node.children
  return first?.type !== 'paragraph' || wordsOf([first]) !== SIGNATURE
}

function isWritten(node: RootContent | undefined): boolean {
  return node?.type === 'paragraph' || node?.type === 'list'
}

/** The last paragraph or item of a quotation; of a long one the last sentence. */
function lastOf(node: Blockquote): string | undefined {
  const below = node.children.at(-1)
  const block = below?.type === 'list' ? below.children.at(-1)?.children.at(-1) : below
  if (block?.type !== 'paragraph') return undefined
  const text = plainText(block, true).text.replace(/\s+/gu, ' ').trim()
  if (text === '') return undefined
  if (text.length <= ANSWERED_CHARS_MAX) return text
  const end = text.slice(-READ_CHARS_MAX)
  const last = sentences(end).at(-1)
  return clip(last === undefined ? end : end.slice(last.start, last.end))
}

const ANSWERED_CHARS_MAX = 160
const READ_CHARS_MAX = 600

/** A quotation whose last item asks what is answered below: the question is no answer. */
function withSilentQuestion(node: Blockquote): Blockquote {
  const list = node.children.at(-1)
  const item = list?.type === 'list' ? list.children.at(-1) : undefined
  if (list?.type !== 'list' || item === undefined) return node
  const silent: ListItem = { ...item, data: { ...noted(item), silent: true } as object }
  const asked: List = { ...list, children: [...list.children.slice(0, -1), silent] }
  return { ...node, children: [...node.children.slice(0, -1), asked] }
}
