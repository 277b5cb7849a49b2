import { extname } from 'node:path'
import type { Document } from '../../text/document.ts'
import { attachedPassages, type Passage, passages } from '../../text/passages.ts'
import { decode } from '../decode.ts'
import { formatOf } from '../formats/file-names.ts'
import { plainText } from '../formats/formats.ts'
import { readAttached, type Told } from './attached.ts'

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

/** The passages of one file, and of what is attached to it. Never rejects because of the file's content. */
export async function parse(request: ParseRequest): Promise<Parsed> {
  const own = await told(request, passages)
  if ('reason' in own) return own
  const { file, plain } = request
  const attached = own.attached ?? []
  if (attached.length === 0) return parsed(own.passages, own.asides)
  if (plain === true) return parsed(own.passages, [...own.asides, 'its attachments take too long to read'])
  const title = own.passages[0]?.title ?? ''
  const others = await readAttached(attached, ({ trail, bytes }, name) =>
    told({ file: name, bytes }, (document) => attachedPassages(document, { file, title, trail })),
  )
  return parsed([...own.passages, ...others.passages], [...own.asides, ...others.asides])
}

/** How a document is cut into passages. */
type Cut = (document: Document) => readonly Passage[]

async function told({ file, bytes, plain }: ParseRequest, cut: Cut): Promise<Told> {
  const format = formatOf(file) ?? plainText
  try {
    if (format.kind === 'bytes') {
      if (bytes.length === 0) return { reason: 'is empty' }
      // It has no text to fall back to: reading it again takes as long.
      if (plain === true && format.attaches !== true) return { reason: 'takes too long to read' }
      const read = toldOf(await format.read(file, bytes), cut)
      const bare = read.passages.length === 0 && /\.pdf$/iu.test(file)
      return bare ? { reason: 'has no text: it may be a scan' } : read
    }
    const decoded = decode(bytes, format.declared === true)
    if ('reason' in decoded) return decoded
    if (plain === true) return await asText(file, decoded.text, 'its markup takes too long to read', cut)
    try {
      const read = toldOf(await format.read(file, decoded.text), cut)
      // What the document itself says about what is not read goes first.
      return decoded.aside === undefined || read.asides.length > 0
        ? read
        : { ...read, asides: [decoded.aside] }
    } catch (error) {
      // Nested too deep for the parser, but its words are still readable.
      if (isTooDeep(error)) return await asText(file, decoded.text, 'it is nested too deep', cut)
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

async function asText(file: string, text: string, why: string, cut: Cut): Promise<Told> {
  const bare = /\.x?html?$/iu.test(file) ? text.replace(/<[^<>]*>/gu, ' ') : text
  return { ...toldOf(await plainText.read(file, bare), cut), asides: [`read as plain text: ${why}`] }
}

function toldOf(document: Document, cut: Cut): Exclude<Told, { reason: string }> {
  return {
    passages: cut(document),
    asides: document.asides ?? [],
    ...(document.attached === undefined ? {} : { attached: document.attached }),
  }
}

function parsed(all: readonly Passage[], notices: readonly string[]): Parsed {
  const asides = [...notices]
  if (all.length > PASSAGES_MAX)
    asides.unshift(`only its first ${PASSAGES_MAX} of ${all.length} passages are read`)
  const found = { passages: all.slice(0, PASSAGES_MAX) }
  return asides.length === 0 ? found : { ...found, aside: asides.join('; ') }
}
