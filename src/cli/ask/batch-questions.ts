import { constants, createReadStream, fstatSync } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { TextDecoder } from 'node:util'
import { type Node, type ParseError, parseTree } from 'jsonc-parser'
import { UsageError } from '../exit.ts'

/** One question of a batch, or why there is none in its place. */
export type BatchQuestion = {
  /** 1-based line of the file. */
  readonly line: number
  /** The id as JSON text, exactly as in the file: a number beyond 2^53 keeps its digits. */
  readonly id: string
} & ({ readonly question: string } | { readonly error: UsageError })

/** The name of standard input. */
const STDIN = '-'
const LINE_REMEDY = 'Write one JSON object a line'
const ARRAY_REMEDY = 'Write one JSON array of { "id", "question" }, or one such object a line'
const NO_ID = 'null'

/**
 * Reads a batch: one `{ "id", "question" }` per line, or one JSON array of them, in UTF-8, or UTF-16 with a byte-order mark. A line
 * that is not a question becomes an item with an error.
 *
 * @throws UsageError (`usage`) for a file that can't be read, is not text, or holds an array that is not valid JSON.
 */
export async function* batchQuestions(file: string): AsyncGenerator<BatchQuestion> {
  let line = 0
  let rest = ''
  let array: boolean | undefined
  for await (const text of textOf(file)) {
    array ??= text.trimStart() === '' ? undefined : text.trimStart().startsWith('[')
    if (array === true) {
      rest += text
      continue
    }
    const [first, ...others] = text.split('\n')
    const lines = [`${rest}${first}`, ...others]
    rest = lines.pop() as string
    for (const one of lines) {
      line += 1
      if (one.trim() !== '') yield questionOf(one, line, `line ${line}`, LINE_REMEDY)
    }
  }
  if (array === true) yield* elementsOf(file, rest, line + 1)
  else if (rest.trim() !== '') yield questionOf(rest, line + 1, `line ${line + 1}`, LINE_REMEDY)
}

/**
 * Finds a batch that can't be read before anything else is done for it. It opens nothing: a pipe can be read only once.
 *
 * @throws UsageError (`usage`)
 */
export async function checkBatch(file: string): Promise<void> {
  try {
    // Of a folder as standard input Node.js makes an empty stream.
    const entry = file === STDIN ? fstatSync(0) : await stat(file)
    if (entry.isDirectory()) throw unreadable(file, { code: 'EISDIR' })
    if (file !== STDIN) await access(file, constants.R_OK)
  } catch (error) {
    throw error instanceof UsageError ? error : unreadable(file, error)
  }
}

/** The questions of a JSON array; a question's line is that of its first character. */
function* elementsOf(file: string, text: string, first: number): Generator<BatchQuestion> {
  const parsed = parse(text)
  if (parsed?.type !== 'array') {
    const what = `${nameOf(file)} begins like a JSON array but is not one`
    throw new UsageError(what, '--batch', file, ARRAY_REMEDY)
  }
  let line = first
  let at = 0
  let nth = 0
  for (const { offset, length } of parsed.children ?? []) {
    line += text.slice(at, offset).split('\n').length - 1
    at = offset
    nth += 1
    const place = `element ${nth} of the array, on line ${line},`
    yield questionOf(text.slice(offset, offset + length), line, place, ARRAY_REMEDY)
  }
}

/** @param place what an error calls it. */
function questionOf(text: string, line: number, place: string, remedy: string): BatchQuestion {
  const parsed = parse(text)
  let id = NO_ID
  let question: unknown
  for (const { children } of parsed?.type === 'object' ? (parsed.children ?? []) : []) {
    const [key, value] = children ?? []
    if (value === undefined) continue
    // The last of two equal keys counts, as in JSON.parse.
    if (key?.value === 'id') id = idOf(value, text)
    if (key?.value === 'question') question = value.value
  }
  if (typeof question === 'string') return { line, id, question }
  const what = `${place} is not { "id", "question" } in JSON`
  return { line, id, error: new UsageError(what, `line ${line}`, text.slice(0, 80), remedy) }
}

/** Exactly as in the file, also numbers inside of lists and objects; one that spans lines becomes one line. */
function idOf(value: Node, text: string): string {
  const own = text.slice(value.offset, value.offset + value.length)
  // A string of JSON holds no line break, so white space outside of strings is all that can be left out.
  return value.children === undefined ? own : own.replace(/("(?:[^"\\]|\\.)*")|\s+/gu, '$1')
}

/** The tree of a JSON text with the place of each value; `undefined` for text that is not JSON. */
function parse(text: string): Node | undefined {
  const errors: ParseError[] = []
  try {
    const tree = parseTree(text, errors, { disallowComments: true })
    return errors.length === 0 ? tree : undefined
  } catch {
    // Nested too deep for the parser.
    return undefined
  }
}

async function* textOf(file: string): AsyncGenerator<string> {
  const stream = file === STDIN ? process.stdin : createReadStream(file)
  let decoder: TextDecoder | undefined
  let head = Buffer.alloc(0)
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      if (decoder !== undefined) {
        yield decoder.decode(chunk, { stream: true })
        continue
      }
      head = Buffer.concat([head, chunk])
      // A byte-order mark has up to three bytes.
      if (head.length < 3) continue
      decoder = decoderFor(head)
      yield decoder.decode(head, { stream: true })
    }
    yield decoder === undefined ? decoderFor(head).decode(head) : decoder.decode()
  } catch (error) {
    throw unreadable(file, error)
  }
}

function unreadable(file: string, error: unknown): UsageError {
  const { code } = error as NodeJS.ErrnoException
  const text = code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
  const what = text
    ? `${nameOf(file)} is not UTF-8 or UTF-16 text`
    : `${nameOf(file)} can't be read (${code})`
  return new UsageError(what, '--batch', file, 'Name a .jsonl or .json file, or - for standard input')
}

/** By its byte-order mark, which it leaves out. Without one UTF-16 shows by its zeros: JSON begins with ASCII. */
function decoderFor(head: Uint8Array): TextDecoder {
  const [first, second] = head
  const little = (first === 0xff && second === 0xfe) || (first !== 0 && second === 0)
  const big = (first === 0xfe && second === 0xff) || (first === 0 && second !== 0 && second !== undefined)
  return new TextDecoder(little ? 'utf-16le' : big ? 'utf-16be' : 'utf-8', { fatal: true })
}

/** A batch as a notice names it. */
export function nameOf(file: string): string {
  return file === STDIN ? 'standard input' : `the batch file ${file}`
}
