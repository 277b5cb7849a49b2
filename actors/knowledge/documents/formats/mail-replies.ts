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
  /** It answers the mail. */
  readonly long: boolean
  /** It stands directly above. */
  readonly greeting?: RootContent | undefined
}

/** "Cheers", "Best regards,", "Viele Grüße": nobody answers with it. */
const CLOSING =
  /^\s*(?:cheers|(?:many )?thanks|thank you|(?:kind|best|warm)?\s?(?:regards|wishes)|best|yours|sincerely|bye|see you|(?:viele|liebe|beste|schöne)?\s?grüße|mfg|danke|(?:viel|herzlich|best)en dank|gruß|cordialement|merci|saludos|gracias|groet\p{L}*|met vriendelijke)(?!\p{L})/iu

/** "Hi Ann,", "Good morning everyone": nobody answers with it either. */
const SALUTATION =
  /^\s*(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|greetings|hallo|moin|servus|liebe[rs]?|sehr geehrte[rs]?|guten (?:tag|morgen|abend)|bonjour|bonsoir|salut|chère?s?|hola|estimad[oa]s?|buen[oa]s (?:días|tardes)|ciao|beste|hoi|geachte)(?!\p{L})[^.!?:;\n\p{N}]{0,60}[,!.]?\s*$/iu
/** "for your help! Des", behind a closing; not "for asking. At six." */
const PARTING = /^[^.!?\p{N}]{0,60}[.!?]{0,3}\s*(?:\p{Lu}(?:\.|[\p{L}'’-]{1,30})?\s*){0,4}$/u
const PARTING_CHARS_MAX = 80
/** A longer text below the last part answers the mail. */
const REPLY_PARTS_MAX = 3

/**
 * A reply between the parts of a mail that it quotes, told under the part above it; below the last one, if it is short. Whoever
 * writes above or below all that they quote answers the mail.
 */
export function withReplies(nodes: readonly RootContent[]): RootContent[] {
  for (const node of nodes)
    if (node.type === 'blockquote') node.children = withReplies(node.children) as typeof node.children
  const replies = repliesIn(nodes)
  if (replies.length === 0) return [...nodes]
  const found: RootContent[] = []
  let done = 0
  for (const { from, to, answers, asked, long, greeting } of replies) {
    for (const node of nodes.slice(done, greeting === undefined ? from : from - 1)) found.push(node)
    const above = found.at(-1)
    if (long) {
      if (above?.type === 'blockquote')
        found[found.length - 1] = { ...above, data: { ...noted(above), closed: true } as object }
      done = greeting === undefined ? from : from - 1
      continue
    }
    if (asked && above?.type === 'blockquote') found[found.length - 1] = withSilentQuestion(above)
    if (greeting !== undefined) found.push(quoteOf([greeting], ''))
    found.push(quoteOf(nodes.slice(from, to), answers))
    done = to
  }
  for (const node of nodes.slice(done)) found.push(node)
  return found
}

function quoteOf(nodes: readonly RootContent[], about: string): Blockquote {
  const position = nodes[0]?.position
  return {
    type: 'blockquote',
    children: [...nodes] as Blockquote['children'],
    ...note({ about }),
    ...(position === undefined ? {} : { position }),
  }
}

function repliesIn(nodes: readonly RootContent[]): Reply[] {
  const found: Reply[] = []
  nodes.forEach((node, at) => {
    if (!isQuoted(node)) return
    const last = lastOf(node)
    let from = at + 1
    let to = from
    while (to < nodes.length && isWritten(nodes[to])) to += 1
    const between = isQuoted(nodes[to])
    const greeting = isSalutation(nodes[from]) ? nodes[from] : undefined
    if (greeting !== undefined) from += 1
    // "On Monday Ann wrote:" leads to the next part.
    if (between && /[:：]\s*$/u.test(wordsOf(nodes.slice(to - 1, to)))) to -= 1
    else if (!between) {
      const closing = nodes.slice(from, to).findIndex((one) => isClosing(wordsOf([one])))
      if (closing >= 0) to = from + closing
    }
    if (to <= from || last === undefined || isClosing(wordsOf(nodes.slice(from, from + 1)))) return
    found.push({
      from,
      to,
      answers: last,
      asked: isQuestion(last),
      long: !between && to - from > REPLY_PARTS_MAX,
      greeting,
    })
  })
  // "> Best, Ann", above a few words that end the mail.
  const parts = found.filter(({ asked, answers }) => asked || (!isClosing(answers) && isEnded(answers)))
  return parts.length > 1 || parts.some(({ asked }) => asked) ? parts : []
}

function isSalutation(node: RootContent | undefined): boolean {
  return node?.type === 'paragraph' && SALUTATION.test(wordsOf([node]).slice(0, PARTING_CHARS_MAX))
}

function isClosing(text: string): boolean {
  const [line = ''] = text.trim().split('\n', 1)
  const own = CLOSING.exec(line.slice(0, PARTING_CHARS_MAX + 1))
  return own !== null && line.length <= PARTING_CHARS_MAX && PARTING.test(line.slice(own[0].length))
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
