import mammoth from 'mammoth'
import type { Document } from '../../text/document.ts'
import { readHtml } from './html.ts'

/** A Word document, by its styles, without pictures. It has no lines: a line is a paragraph, counted from 1. */
export async function readDocx(file: string, bytes: Uint8Array): Promise<Document> {
  const { value } = await mammoth.convertToHtml(
    { buffer: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) },
    { convertImage: mammoth.images.imgElement(async () => ({ src: '' })), includeDefaultStyleMap: true },
  )
  // One block per line, so that lines of the HTML count blocks.
  return readHtml(file, value.replace(/<\/(?:p|h[1-6]|li|tr)>/gu, '$&\n'))
}
