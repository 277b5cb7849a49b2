import { extname } from 'node:path'
import type { Document } from '../../text/document.ts'
import { type Passage, passages } from '../../text/passages.ts'
import { decode } from '../decode.ts'
import { formatOf } from '../formats/file-names.ts'
import { plainText } from '../formats/formats.ts'

/** What to parse: the bytes of one file. `plain`: read as plain text, whatever its format. */
export interface ParseRequest {
  readonly file: string
  readonly bytes: Uint8Array
  readonly plain?: boolean
}

/** Its result: the passages, or why there are none. `aside` is a notice about a file that was read. */
export type Parsed =
  | { readonly passages: readonly Passage[]; readonly aside?: string }
  | { readonly reason: string }

/** A file with more passages is not a document for people: the rest is not read, and a notice says so. */
const PASSAGES_MAX = 50_000

/** The passages of one file. Never rejects because of the file's content. */
export async function parse({ file, bytes, plain }: ParseRequest): Promise<Parsed> {
  const format = formatOf(file) ?? plainText
  try {
    if (format.kind === 'bytes') {
      if (bytes.length === 0) return { reason: 'is empty' }
      // It has no text to fall back to: reading it again takes as long.
      if (plain === true) return { reason: 'takes too long to read' }
      const read = cut(await format.read(file, bytes))
      const bare = read.passages.length === 0 && /\.pdf$/iu.test(file)
      return bare ? { reason: 'has no text: it may be a scan' } : read
    }
    const decoded = decode(bytes, format.declared === true)
    if ('reason' in decoded) return decoded
    if (plain === true) return asText(file, decoded.text, 'its markup takes too long to read')
    try {
      const read = cut(await format.read(file, decoded.text))
      return decoded.aside === undefined ? read : { aside: decoded.aside, ...read }
    } catch (error) {
      // Nested too deep for the parser, but its words are still readable.
      if (isTooDeep(error)) return asText(file, decoded.text, 'it is nested too deep')
      throw error
    }
  } catch (error) {
    if (error instanceof SyntaxError && /^is (?:not valid|encrypted)/u.test(error.message))
      return { reason: error.message }
    const kind = extname(file) === '' ? '' : ` as ${extname(file).slice(1)}`
    return { reason: `can't be read${kind} (${(error as Error).message})` }
  }
}

/** Some parsers report a full stack as an error of the file. */
function isTooDeep(error: unknown): boolean {
  return error instanceof RangeError || /call stack/u.test((error as Error).message)
}

async function asText(file: string, text: string, why: string): Promise<Parsed> {
  const bare = /\.x?html?$/iu.test(file) ? text.replace(/<[^<>]*>/gu, ' ') : text
  return { ...cut(await plainText.read(file, bare)), aside: `read as plain text: ${why}` }
}

function cut(document: Document): Parsed & { readonly passages: readonly Passage[] } {
  const all = passages(document)
  const asides = [...(document.asides ?? [])]
  if (all.length > PASSAGES_MAX)
    asides.unshift(`only its first ${PASSAGES_MAX} of ${all.length} passages are read`)
  const found = { passages: all.slice(0, PASSAGES_MAX) }
  return asides.length === 0 ? found : { ...found, aside: asides.join('; ') }
}
