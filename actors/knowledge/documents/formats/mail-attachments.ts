import { extname } from 'node:path'
import type { Attachment } from 'postal-mime'

/** Endings by content type, for what has no name or one without an ending. */
const ENDINGS: ReadonlyMap<string, string> = new Map([
  ['text/plain', '.txt'],
  ['text/markdown', '.md'],
  ['text/html', '.html'],
  ['application/xhtml+xml', '.html'],
  ['text/csv', '.csv'],
  ['text/tab-separated-values', '.tsv'],
  ['text/calendar', '.ics'],
  ['application/ics', '.ics'],
  ['text/vcard', '.vcf'],
  ['text/x-vcard', '.vcf'],
  ['application/json', '.json'],
  ['application/yaml', '.yaml'],
  ['text/xml', '.xml'],
  ['application/xml', '.xml'],
  ['application/pdf', '.pdf'],
  ['application/epub+zip', '.epub'],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', '.docx'],
  ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', '.xlsx'],
  ['application/vnd.openxmlformats-officedocument.presentationml.presentation', '.pptx'],
  ['application/vnd.oasis.opendocument.text', '.odt'],
  ['application/vnd.oasis.opendocument.spreadsheet', '.ods'],
])

/** A mail within a mail, whatever its program calls it. */
export function isMail({ mimeType, filename }: Attachment): boolean {
  return mimeType === 'message/rfc822' || /\.eml$/iu.test(filename ?? '')
}

/** The name by which an attachment is read; none if neither its name nor its type says how. */
export function attachedName({ filename, mimeType }: Attachment): string | undefined {
  const own = (filename ?? '').replace(/^.*[\\/]/su, '').trim()
  if (extname(own) !== '') return own
  const ending = ENDINGS.get(mimeType) ?? ''
  if (own === '') return ending === '' ? undefined : `attachment${ending}`
  return `${own}${ending}`
}
