import type { Nodes, RootContent } from 'mdast'
import { type Attached, at, type Document, note } from '../../text/document.ts'
import { deepAside, headOf, type Parts, partsOf } from './mail.ts'
import { moved } from './moved.ts'
import { malformed } from './records.ts'

/** "From ann@x.org Mon Jun  2 10:00:00 2025", above the head of a message. */
const BEGIN = /^From \S.{0,200}\d:\d\d.{0,60}$/u
const BEGIN_CHARS_MAX = 300
const FIELD = /^[\w-]{1,60}:|^>From /u
/** A line of a message that would begin another. */
const QUOTED = /^>(?=>*From )/gmu
/** Nobody reads more. */
const MESSAGES_MAX = 10_000

/** A Unix mailbox: its messages one after the other, each below its subject. @throws SyntaxError if it has none */
export async function readMailbox(file: string, bytes: Uint8Array): Promise<Document> {
  const all = messagesIn(new TextDecoder('latin1').decode(bytes))
  if (all.length === 0) throw malformed('mbox', 'no message begins in it')
  const children: RootContent[] = []
  const attached: Attached[] = []
  const asides: string[] = []
  if (all.length > MESSAGES_MAX)
    asides.push(`only the first ${MESSAGES_MAX} of its ${all.length} messages are read`)
  let broken = 0
  let deep = 0
  for (const [i, { text, line }] of all.slice(0, MESSAGES_MAX).entries()) {
    const parts = await partsOf(Buffer.from(text, 'latin1'), 0).catch(() => undefined)
    if (parts === undefined) {
      broken += 1
      continue
    }
    deep += parts.deep
    const { subject = '' } = parts.mail
    const name = subject === '' ? `Message ${i + 1}` : subject
    children.push(messageOf(parts, name, line))
    for (const one of parts.attached) attached.push({ ...one, trail: [name, ...one.trail] })
  }
  if (broken > 0) asides.push(`${broken} of its ${all.length} messages can't be read`)
  if (deep > 0) asides.push(deepAside(deep))
  return { file, asides, attached, tree: { type: 'root', children } }
}

interface Message {
  readonly text: string
  /** How many lines stand above it. */
  readonly line: number
}

function messagesIn(text: string): Message[] {
  const lines = text.split('\n')
  const begins = lines.flatMap((line, i) => (isBegin(line, lines[i - 1], lines[i + 1]) ? [i] : []))
  return begins.map((from, i) => ({
    text: lines
      .slice(from + 1, begins[i + 1])
      .join('\n')
      .replace(QUOTED, ''),
    line: from + 1,
  }))
}

/** Not what a message says: "From Monday 9:00 on". */
function isBegin(line: string, before = '', below = ''): boolean {
  return (
    line.startsWith('From ') &&
    line.length <= BEGIN_CHARS_MAX &&
    before.trim() === '' &&
    FIELD.test(below) &&
    BEGIN.test(line.trimEnd())
  )
}

function messageOf(parts: Parts, name: string, line: number): RootContent {
  const heading: RootContent = {
    type: 'heading',
    depth: 1,
    children: [{ type: 'text', value: name, ...at(1) }],
    ...at(1),
  }
  if (parts.folded) for (const node of parts.body) unfold(node)
  const children = moved([heading, ...headOf(parts), ...parts.body], line)
  return { type: 'blockquote', children: children as never[], ...note({ closed: true }) }
}

/** Line breaks of a page mean nothing, those of the other messages do. */
function unfold(node: Nodes): void {
  if (node.type === 'text') node.value = node.value.replace(/\s+/gu, ' ')
  if ('children' in node) for (const child of node.children) unfold(child)
}
