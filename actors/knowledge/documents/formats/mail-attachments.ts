import type { Attachment } from 'postal-mime'
import type { Attached } from '../../text/document.ts'

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

/** "main.py", which mail programs call a text; not "Offer No. 12" or "plan v1.2". */
const PROGRAM = /\.[a-z]{1,4}$/iu

/** An attachment below its name, with the ending of its type; none if neither its name nor its type says how to read it. */
export function attachedFile({ filename, mimeType }: Attachment, bytes: Uint8Array): Attached | undefined {
  const own = (filename ?? '').replace(/^.*[\\/]/su, '').trim()
  const ending = ENDINGS.get(mimeType)
  if (own === '') return ending === undefined ? undefined : { trail: [`attachment${ending}`], bytes }
  if (ending === undefined || (mimeType === 'text/plain' && PROGRAM.test(own))) return { trail: [own], bytes }
  return { trail: [own], bytes, ending }
}
