import mammoth from 'mammoth'
import type { Document } from '../../text/document.ts'
import { readHtml } from './html.ts'
import { malformed } from './records.ts'
import { unpacksBeyond } from './unpacked.ts'

/** The text of a thick book has a tenth of this. A file of some kilobytes may unpack to gigabytes. */
const UNPACKED_MB_MAX = 100

/** A Word document, by its styles, without pictures. It has no lines: a line is a paragraph, counted from 1. @throws SyntaxError */
export async function readDocx(file: string, bytes: Uint8Array): Promise<Document> {
  if (unpacksBeyond(bytes, UNPACKED_MB_MAX * 1024 * 1024))
    throw malformed('Word', `it unpacks to more than ${UNPACKED_MB_MAX} MB`)
  const { value } = await mammoth.convertToHtml(
    { buffer: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) },
    { convertImage: mammoth.images.imgElement(async () => ({ src: '' })), includeDefaultStyleMap: true },
  )
  // One block per line, so that lines of the HTML count blocks.
  return readHtml(file, value.replace(/<\/(?:p|h[1-6]|li|tr)>/gu, '$&\n'))
}
