import type { RootContent } from 'mdast'
import PostalMime, { type Address } from 'postal-mime'
import type { Document } from '../../text/document.ts'
import { wordsOf } from '../../text/plain.ts'
import { words } from '../../text/words.ts'
import { readHtml } from './html.ts'
import { readQuoting } from './markdown.ts'
import { moved } from './moved.ts'
import { told } from './telling.ts'
import type { Field } from './values.ts'

/** A mail: its sender, receivers, subject and date as a record, then its text; what it quotes stays apart. */
export async function readMail(file: string, bytes: Uint8Array): Promise<Document> {
  const mail = await PostalMime.parse(bytes)
  const source = new TextDecoder('latin1').decode(bytes)
  const lineOf = (part: string) => {
    const at = part === '' ? -1 : source.indexOf(part)
    return at < 0 ? 1 : source.slice(0, at).split('\n').length
  }
  const header = (name: string) => mail.headers.find(({ key }) => key === name)?.value ?? ''
  const people = (all: readonly Address[] = []) =>
    all
      .map(({ name = '', address = '' }) => (name === '' ? address : `${name} <${address}>`))
      .filter((one) => one !== '')
      .join(', ')
  const rows: readonly (readonly [string, string, string])[] = [
    ['From', 'from', people(mail.from === undefined ? [] : [mail.from])],
    ['To', 'to', people(mail.to)],
    ['Cc', 'cc', people(mail.cc)],
    ['Subject', 'subject', mail.subject ?? ''],
    ['Date', 'date', header('date')],
    ['Attachments', 'content-disposition', mail.attachments.map(({ filename }) => filename ?? '').join(', ')],
  ]
  const fields = rows.flatMap(([key, name, text]): Field[] => {
    const line = lineOf(mail.headerLines.find((one) => one.key === name)?.line ?? '')
    return text === '' ? [] : [{ key, value: { kind: 'scalar', text, quoted: true, line } }]
  })
  const text = mail.text ?? ''
  const first = /^.*\S.*$/mu.exec(text)?.[0] ?? ''
  const body: readonly RootContent[] =
    pageInstead(text, mail.html) ??
    moved(readQuoting(text).children, lineOf(first) - text.slice(0, text.indexOf(first)).split('\n').length)
  return {
    file,
    ...(mail.subject === undefined || mail.subject === '' ? {} : { title: mail.subject }),
    tree: {
      type: 'root',
      children: [...told([{ kind: 'record', fields, line: 1 }]), ...body],
    },
  }
}

/** "Please view this message in an HTML mail program." */
const WORDS_FEW = 30
/** So much of a mail's text tells whether its page says the same. */
const SAME_WORDS = 5

/** The page of a mail whose text is no more than a hint beside it. */
function pageInstead(text: string, html = ''): readonly RootContent[] | undefined {
  const own = formsOf(text)
  if (own.length > WORDS_FEW || (own.length > 0 && html === '')) return undefined
  const page = readHtml('', html).tree.children
  if (own.length === 0) return page
  const said = formsOf(wordsOf(page))
  const same = said.join(' ').includes(own.slice(0, SAME_WORDS).join(' '))
  return said.length > own.length && !same ? page : undefined
}

function formsOf(text: string): string[] {
  return words(text).map(({ form }) => form)
}
