import type { Blockquote, RootContent } from 'mdast'
import { at } from '../../text/document.ts'
import { SIGNATURE } from '../../text/signature.ts'
import { readQuoting } from './markdown.ts'
import { moved } from './moved.ts'

/** "--", the line above a signature. */
const MARK = /^--[ \t]*$/u
/** The same in what is quoted. */
const QUOTED_MARK = /^((?:>[ \t]?)+)--[ \t]*$/u
/** What is quoted, "On Friday Ann wrote:", or the head of an older mail. */
const OLDER =
  /^\s*(?:>|[-_]{5,}|begin forwarded message|(?:on|am|le|el|il|op|den)\s.{0,200}(?:(?:wrote|schrieb|écrit|escribió|scritto|schreef|skrev).{0,120}:|20\p{N}{2}.{0,60}(?:\p{N}:\p{N}{2}|@).{0,120})\s*$|(?:from|von|de|da|van):\s)/iu
const LINE_CHARS_MAX = 400
/** A longer one is text below a rule. */
const SIGNATURE_LINES_MAX = 14
/** No thread has more. */
const SIGNATURES_MOST = 400

/** A plain text of a mail, as blocks. What stands below "--" is told as its signature, up to the mail that it answers. */
export function readSigned(text: string): RootContent[] {
  const lines = text.split('\n').map((line) => line.replace(QUOTED_MARK, '$1'))
  const found: RootContent[] = []
  let count = 0
  let from = 0
  const read = (first: number, to: number) =>
    moved(readQuoting(lines.slice(first, to).join('\n')).children, first)
  for (let i = 0; i < lines.length && count < SIGNATURES_MOST; i += 1) {
    if (!MARK.test(lines[i] as string)) continue
    const end = endOfSignature(lines, i + 1)
    if (end === 0) continue
    for (const node of read(from, i)) found.push(node)
    found.push(signature(read(i + 1, end), i + 1))
    from = end
    i = end - 1
    count += 1
  }
  for (const node of read(from, lines.length)) found.push(node)
  return found
}

/** Where a signature ends, or 0 if there is none. */
function endOfSignature(lines: readonly string[], from: number): number {
  let end = from
  while (end < lines.length && !OLDER.test((lines[end] as string).slice(0, LINE_CHARS_MAX))) {
    if (MARK.test(lines[end] as string) || end - from > SIGNATURE_LINES_MAX) return 0
    end += 1
  }
  const filled = lines.slice(from, end).some((line) => line.trim() !== '')
  return filled ? end : 0
}

function signature(body: readonly RootContent[], line: number): Blockquote {
  const lead: RootContent = {
    type: 'paragraph',
    children: [{ type: 'text', value: SIGNATURE, ...at(line) }],
    ...at(line),
  }
  const inner: Blockquote = { type: 'blockquote', children: body as never[], ...at(line) }
  return { ...inner, children: [lead, inner] as never[], ...at(line) }
}
