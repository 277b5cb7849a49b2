import type { Blockquote, RootContent } from 'mdast'
import { at } from '../../text/document.ts'
import { type Plain, plainText } from '../../text/plain.ts'
import { told } from './telling.ts'
import type { Field } from './values.ts'

/** What the head of a mail calls its sender, in the languages of the common mail programs. */
const FROM = /^(?:from|von|de|da|od|van|från|fra|lähettäjä|отправитель|от|发件人|差出人|寄件者)$/iu
/** What only such a head says. */
const SENT =
  /^(?:sent|gesendet|envoyé|enviado(?: el| em)?|inviato|verzonden|skickat|sendt|odesláno|wysłano|lähetetty|отправлено|发送时间|送信日時|寄件日期)$/iu
/** What other heads say too: those of trips and memos. */
const DATE = /^(?:date|datum|data|fecha|dato|дата|日期)$/iu
const SUBJECT =
  /^(?:subject|betreff|objet|asunto|assunto|oggetto|onderwerp|ämne|emne|předmět|temat|aihe|тема|主题|件名|主旨)$/iu
const OTHER =
  /^(?:to|cc|bcc|an|à|para|a|aan|till?|komu|do|kopie|reply-to|organi[sz]ation|importance|priority|wichtigkeit|importancia|attachments?|anlagen|кому|копия|收件人|抄送|宛先)$/iu
/** "From: Ann Lee", "*Sent:* Tuesday", in bold as some programs write it. */
const LINE = /^\s*(\*?)([\p{L}][\p{L} -]{0,20}?)\s?[:：]\1(?:\s+|$)(.*)$/u
/** "-----Original Message-----", "---------- Forwarded message ---------", "Begin forwarded message:". */
const RULE =
  /^\s*(?:[-_]{2,}\s?\p{L}[\p{L} ]{2,60}[-_]{2,}|_{5,}|-{5,}|begin forwarded message:|anfang der weitergeleiteten nachricht:|début du message (?:réexpédié|transféré)\s?:|inicio del mensaje reenviado:)\s*$/iu
/** More lines are no head of a mail. */
const HEAD_LINES_MAX = 24

/** No thread has more. */
const MAILS_MOST = 400

/** A field of the head of a mail. */
export interface Named {
  readonly key: string
  readonly text: string
  readonly line: number
}

/** The head of an older mail, and where in its paragraph it begins and ends. */
interface Head {
  readonly from: number
  readonly to: number
  readonly fields: readonly Named[]
}

/** The older mails below a reply, or what it forwards, told as what it quotes: under who sent it and when. */
export function withOlder(nodes: readonly RootContent[], folded: boolean): RootContent[] {
  const found: RootContent[] = []
  let into = found
  let mails = 0
  for (const node of nodes) {
    if (node.type === 'blockquote') node.children = withOlder(node.children, folded) as typeof node.children
    const lines = linesOf(node, folded)
    let rest = 0
    for (const { from, to, fields } of headsOf(lines, isRule(into.at(-1), folded))) {
      mails += 1
      if (mails > MAILS_MOST) break
      if (from > rest) into.push(paragraphOf(lines.slice(rest, from)))
      if (from === rest && rest === 0 && isRule(into.at(-1), folded)) into.pop()
      const quoted = quote(fields)
      found.push(quoted)
      into = (quoted.children.at(-1) as Blockquote).children
      rest = to
    }
    if (rest === 0) into.push(node)
    else if (rest < lines.length) into.push(paragraphOf(lines.slice(rest)))
  }
  return found
}

/** What is said under who sent it and when: a line that leads, and a quotation that begins with the whole head. */
export function quote(fields: readonly Named[], body: readonly RootContent[] = []): Blockquote {
  const sender = fields.find(({ key }) => FROM.test(key))
  const sent = fields.find(({ key }) => SENT.test(key)) ?? fields.find(({ key }) => DATE.test(key))
  const line = fields[0]?.line ?? 1
  const lead = [
    // The whole address stands in the head.
    ...(sender === undefined ? [] : [`${sender.key}: ${nameIn(sender.text)}`]),
    ...(sent === undefined ? [] : [`${sent.key}: ${sent.text}`]),
  ]
  // As in the mail around it, whatever the order in which a program writes them.
  const sorted = [...fields.filter((one) => one === sender), ...fields.filter((one) => one !== sender)]
  const record = told([
    {
      kind: 'record',
      nameless: true,
      line,
      fields: sorted.map(
        ({ key, text, line: own }): Field => ({
          key,
          value: { kind: 'scalar', text, quoted: true, line: own },
        }),
      ),
    },
  ])
  const said = paragraphOf([{ text: `${lead.join(' · ')}:`, line }])
  const inner: Blockquote = { type: 'blockquote', children: [...record, ...body] as never[], ...at(line) }
  // Around both of them: a question that the mail before ends with is not answered by this line.
  // Each has a place of its own, to be moved.
  return { ...inner, children: [...(lead.length === 0 ? [] : [said]), inner] as never[], ...at(line) }
}

function nameIn(text: string): string {
  return text.slice(0, NAME_CHARS_MAX).replace(/(?<=\S)\s*[<[(]\S+@.*$/u, '')
}

const NAME_CHARS_MAX = 200

interface Line {
  readonly text: string
  readonly line: number
}

/** The lines of a paragraph, or of a table of keys and values. */
function linesOf(node: RootContent, folded: boolean): Line[] {
  if (node.type === 'paragraph') return linesIn(plainText(node, folded))
  if (node.type !== 'table' || node.children.length > HEAD_LINES_MAX) return []
  return node.children.map((row) => {
    const [key, ...values] = row.children.map((cell) => plainText(cell, true).text.trim())
    return { text: `${key} ${values.join(' ')}`, line: row.position?.start.line ?? 1 }
  })
}

function linesIn({ text, lineAt }: Plain): Line[] {
  const found: Line[] = []
  let offset = 0
  for (const line of text.split('\n')) {
    found.push({ text: line, line: lineAt(offset) })
    offset += line.length + 1
  }
  return found
}

/** The heads of mails in a paragraph, each with the rule above it. */
function headsOf(lines: readonly Line[], below: boolean): Head[] {
  const found: Head[] = []
  for (let i = 0; i < lines.length; i += 1) {
    const { fields, to } = fieldsAt(lines, i)
    const ruled = i === 0 ? below : RULE.test((lines[i - 1] as Line).text)
    if (!isHead(fields, ruled)) {
      i = Math.max(i, to - 1)
      continue
    }
    found.push({ from: ruled && i > 0 ? i - 1 : i, to, fields: fields.filter(({ text }) => text !== '') })
    i = to - 1
  }
  return found
}

/** The fields of a head from a line on, and where they end. */
function fieldsAt(
  lines: readonly Line[],
  from: number,
): { readonly fields: readonly Named[]; readonly to: number } {
  const fields: Named[] = []
  let to = from
  for (; to < lines.length && to < from + FOLDED_LINES_MAX; to += 1) {
    const line = lines[to] as Line
    const own = fieldIn(line)
    const last = fields.at(-1)
    if (own !== undefined && fields.length < HEAD_LINES_MAX) fields.push(own)
    else if (own === undefined && last !== undefined && goesOn(last, line, lines[to + 1]))
      fields[fields.length - 1] = { ...last, text: `${last.text} ${line.text.trim()}` }
    else break
  }
  return { fields, to }
}

function fieldIn({ text, line }: Line): Named | undefined {
  const [, , key = '', value = ''] = LINE.exec(text.slice(0, LINE_CHARS_MAX)) ?? []
  return isKey(key) ? { key, text: value.trim(), line } : undefined
}

/** "To: Ann," goes on below with others. */
function goesOn({ key, text }: Named, line: Line, next: Line | undefined): boolean {
  if (!OTHER.test(key) || !/[,;]$/u.test(text)) return false
  return line.text.includes('@') || (next !== undefined && fieldIn(next) !== undefined)
}

/** A head with more lines, those of many receivers, is none. */
const FOLDED_LINES_MAX = 200
const LINE_CHARS_MAX = 4_000

function isKey(key: string): boolean {
  return [FROM, SENT, DATE, SUBJECT, OTHER].some((one) => one.test(key))
}

/** "From: Berlin, Date: 4 March" is a trip: the date of a mail has a name of its own, or the sender an address, or there is a subject. */
function isHead(fields: readonly Named[], ruled: boolean): boolean {
  const has = (key: RegExp) => fields.some((field) => key.test(field.key) && field.text !== '')
  if (!has(FROM) || fields.length < 2) return false
  if (ruled) return has(SENT) || has(DATE) || has(SUBJECT)
  const addressed = fields.some(({ key, text }) => FROM.test(key) && text.includes('@'))
  return has(SENT) || (has(DATE) && (addressed || has(SUBJECT)))
}

function isRule(node: RootContent | undefined, folded: boolean): boolean {
  if (node?.type === 'thematicBreak') return true
  return node?.type === 'paragraph' && RULE.test(plainText(node, folded).text)
}

function paragraphOf(lines: readonly Line[]): RootContent {
  const line = lines[0]?.line ?? 1
  const value = lines.map(({ text }) => text).join('\n')
  return { type: 'paragraph', children: [{ type: 'text', value, ...at(line) }], ...at(line) }
}
