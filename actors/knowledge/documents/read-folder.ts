import { open } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import type { SourceText } from '../text/passages.ts'
import { DocumentsError } from './errors.ts'
import { htmlText } from './html-text.ts'
import { jsonText } from './json-text.ts'
import { codeOf, EXTENSIONS, type Skipped, walk } from './walk.ts'

export type { Skipped } from './walk.ts'

/** Larger files are skipped and named: text for people is not that long. */
export const FILE_BYTES_MAX = 20 * 1024 * 1024

export interface Documents {
  readonly texts: readonly SourceText[]
  readonly skipped: readonly Skipped[]
}

/**
 * Reads every document below a folder. What can't be read is skipped with its reason and the rest goes on.
 *
 * @throws DocumentsError (`docs-missing`, `docs-unreadable`, `docs-empty`)
 */
export async function readFolder(path: string, bytesMax: number = FILE_BYTES_MAX): Promise<Documents> {
  const { files, skipped } = await walk(path)
  const texts: SourceText[] = []
  const left: Skipped[] = [...skipped]
  for (const file of files) {
    const name = file === '' ? basename(path) : file
    const read = await readDocument(file === '' ? path : join(path, file), name, bytesMax)
    if ('reason' in read) left.push({ file: name, reason: read.reason })
    else texts.push(read)
  }
  if (texts.length === 0) {
    const reasons = left.map(({ file, reason }) => `${file}: ${reason}`).join('; ')
    throw new DocumentsError(
      'docs-empty',
      `there is nothing to read in ${path}${reasons === '' ? '' : ` (${reasons})`}`,
      path,
      `Put documents there (${[...EXTENSIONS].join(' ')}), or give another folder: --docs ${dirname(path)}`,
    )
  }
  return { texts, skipped: left }
}

async function readDocument(
  path: string,
  file: string,
  bytesMax: number,
): Promise<SourceText | { reason: string }> {
  const bytes = await readBytes(path, bytesMax)
  if (!(bytes instanceof Uint8Array)) return bytes
  const text = decode(bytes)
  if (text === undefined) return { reason: 'is not UTF-8 text' }
  if (text.includes('\u0000')) return { reason: 'is binary' }
  if (text.trim() === '') return { reason: 'is empty' }
  const extension = extname(file).toLowerCase()
  try {
    if (extension === '.html' || extension === '.htm') return { file, ...htmlText(text) }
    if (extension === '.json') return { file, ...jsonText(text) }
  } catch (error) {
    return { reason: `is not valid ${extension.slice(1)}: ${(error as Error).message}` }
  }
  return { file, text }
}

async function readBytes(path: string, bytesMax: number): Promise<Uint8Array | { reason: string }> {
  try {
    await using handle = await open(path)
    const { size } = await handle.stat()
    if (size > bytesMax) return { reason: `is larger than ${bytesMax / 1024 / 1024} MB` }
    return await handle.readFile()
  } catch (error) {
    return { reason: `can't be read (${codeOf(error)})` }
  }
}

/** UTF-8, or UTF-16 where a byte-order mark says so; undefined when it is neither. */
function decode(bytes: Uint8Array): string | undefined {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : 'utf-8'
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
