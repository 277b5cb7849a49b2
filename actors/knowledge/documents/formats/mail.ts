import type { RootContent } from 'mdast'
import PostalMime, { type Address, type Email } from 'postal-mime'
import type { Attached, Document } from '../../text/document.ts'
import { withoutControls } from '../decode.ts'
import { attachedFile, isMail } from './mail-attachments.ts'
import { pageOf } from './mail-pages.ts'
import { withReplies } from './mail-replies.ts'
import { readSigned } from './mail-signatures.ts'
import { moved } from './moved.ts'
import { type Named, quote, withOlder } from './older-mails.ts'
import { told } from './telling.ts'
import type { Field } from './values.ts'

/** A mail: its sender, receivers, subject and date as a record, then its text. What it quotes, and mails attached to it, stay apart. */
export async function readMail(file: string, bytes: Uint8Array): Promise<Document> {
  const parts = await partsOf(bytes, 0)
  const { mail, body, folded, attached } = parts
  return {
    file,
    ...(mail.subject === undefined || mail.subject === '' ? {} : { title: mail.subject }),
    folded,
    attached,
    ...(parts.deep === 0 ? {} : { asides: [deepAside(parts.deep)] }),
    tree: {
      type: 'root',
      children: [...headOf(parts), ...body],
    },
  }
}

/** Who sent it to whom, about what and when. */
export function headOf({ fields }: Pick<Parts, 'fields'>): RootContent[] {
  return told([{ kind: 'record', fields: fields.map(fieldOf), line: 1 }])
}

/** Nobody attaches mails to mails more deeply. */
const DEPTH_MAX = 5

/** @param count how many mails are attached too deep */
export function deepAside(count: number): string {
  return `${count} ${count === 1 ? 'mail' : 'mails'} attached to mails more than ${DEPTH_MAX} deep ${count === 1 ? 'is' : 'are'} not read`
}

function fieldOf({ key, text, line }: Named): Field {
  return { key, value: { kind: 'scalar', text, quoted: true, line } }
}

/** What a mail says. */
export interface Parts {
  readonly mail: Email
  readonly fields: readonly Named[]
  readonly body: RootContent[]
  /** It is a page, in which line breaks mean nothing. */
  readonly folded: boolean
  /** Files attached to it, and to the mails within it. */
  readonly attached: readonly Attached[]
  /** Mails within it that are attached too deep, which are not read. */
  readonly deep: number
}

/** The first line that says something. */
const FILLED_LINE = /^.*\S.*$/mu

/** @param depth how many mails it is attached to, one in the other */
export async function partsOf(bytes: Uint8Array, depth: number): Promise<Parts> {
  const mail = await mailOf(bytes)
  const source = sourceOf(bytes)
  const lineOf = (part: string, from = 0) => {
    const at = part === '' ? -1 : source.indexOf(part, from)
    return at < 0 ? 1 : source.slice(0, at).split('\n').length
  }
  const { text = '', html = '' } = mail
  // Mails that are declared as Latin-1 are written in Windows-1252.
  const [words, markup] = [withoutControls(text), withoutControls(html)]
  const headEnd = Math.max(0, source.indexOf('\n\n'))
  /** How many lines stand above a part; none if it stands there in another form. */
  const above = (part: string) => {
    const first = FILLED_LINE.exec(part)?.[0] ?? ''
    return Math.max(0, lineOf(first, headEnd) - part.slice(0, part.indexOf(first)).split('\n').length)
  }
  const page = pageOf(words, markup)
  const texts = page?.besideText === false ? [] : moved(readSigned(words), above(text))
  const shown = page === undefined ? [] : moved(page.nodes, above(html))
  const body = withReplies(withOlder([...texts, ...shown], page !== undefined))
  let folded = page !== undefined
  let deep = 0
  const placeOf = placesIn(source, headEnd)
  const attached: Attached[] = []
  for (const attachment of isReport(mail) ? [] : mail.attachments) {
    const { content } = attachment
    if (typeof content === 'string') continue
    if (!isMail(attachment)) {
      const file = attachedFile(attachment, new Uint8Array(content))
      if (file !== undefined) attached.push(file)
      continue
    }
    if (depth >= DEPTH_MAX) {
      deep += 1
      continue
    }
    const inner = await partsOf(new Uint8Array(content), depth + 1)
    const subject = inner.mail.subject ?? ''
    for (const file of inner.attached)
      attached.push(subject === '' ? file : { ...file, trail: [subject, ...file.trail] })
    deep += inner.deep
    folded &&= inner.folded
    const place = placeOf(firstFields(new Uint8Array(content)))
    for (const node of moved([quote(inner.fields, inner.body)], place)) body.push(node)
  }
  return { mail, fields: fieldsOf(mail, lineOf), body, folded, attached, deep }
}

async function mailOf(bytes: Uint8Array): Promise<Email> {
  const mail = await PostalMime.parse(bytes, { forceRfc822Attachments: true })
  return mail.subject === undefined ? mail : { ...mail, subject: withoutControls(mail.subject) }
}

function sourceOf(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes).replace(/\r\n?/gu, '\n')
}

const HEAD_BYTES = 4_000

/** The first fields of an attached mail, as they stand in the file. */
function firstFields(bytes: Uint8Array): string {
  return (sourceOf(bytes.subarray(0, HEAD_BYTES)).split('\n\n', 1)[0] ?? '').trim()
}

/** After so many mails that stand in a file as something else, the others are not looked for. */
const MISSES_MAX = 50

/** How many lines stand above each attached mail. One follows the other, so each is looked for below the last. */
function placesIn(source: string, from: number): (head: string) => number {
  let [at, lines, misses] = [0, 0, 0]
  let next = from
  return (head) => {
    const found = head === '' || misses > MISSES_MAX ? -1 : source.indexOf(head, next)
    if (found < 0) {
      misses += 1
      return lines
    }
    for (let i = source.indexOf('\n', at); i >= 0 && i < found; i = source.indexOf('\n', i + 1)) lines += 1
    at = found
    next = found + head.length
    return lines
  }
}

/** The report of a mail server has the mail that did not arrive. */
function isReport(mail: Email): boolean {
  return mail.headers.some(({ key, value }) => key === 'content-type' && /^multipart\/report/iu.test(value))
}

function fieldsOf(mail: Email, lineOf: (part: string) => number): Named[] {
  const header = (name: string) => mail.headers.find(({ key }) => key === name)?.value ?? ''
  const people = (all: readonly Address[] = []) =>
    all
      .map(({ name = '', address = '' }) =>
        name === '' ? address : address === '' ? name : `${name} <${address}>`,
      )
      .filter((one) => one !== '')
      .join(', ')
  const attached = mail.attachments.map(({ filename }) => filename ?? '').filter((name) => name !== '')
  const rows: readonly (readonly [string, string, string])[] = [
    ['From', 'from', people(mail.from === undefined ? [] : [mail.from])],
    ['To', 'to', people(mail.to)],
    ['Cc', 'cc', people(mail.cc)],
    ['Subject', 'subject', mail.subject ?? ''],
    ['Date', 'date', header('date')],
    ['Attachments', 'content-disposition', attached.join(', ')],
  ]
  return rows.flatMap(([key, name, text]): Named[] => {
    const line = lineOf(mail.headerLines.find((one) => one.key === name)?.line ?? '')
    return text === '' ? [] : [{ key, text: withoutControls(text), line }]
  })
}
