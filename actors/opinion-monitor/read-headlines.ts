import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { z } from 'zod'
import { shown } from '../../src/kernel/demand.ts'
import { columnsOf, named } from '../knowledge/rows/column-names.ts'
import { readRows, reasonOf } from '../knowledge/rows/read-rows.ts'
import { TIME_FORMS, timeOf } from '../knowledge/rows/times.ts'
import { OpinionMonitorError } from './errors.ts'
import type { StreamHeadline } from './stream-headline.ts'

/** A row that is no headline, and why; it is left out. */
export interface BadHeadline {
  readonly line: number
  readonly reason: string
}

/** In CSV the entities are one cell, with `;` between them. */
const Entities = z.union([
  z.array(z.string().trim().min(1).max(200)).max(50),
  z
    .string()
    .transform((cell) => cell.split(';').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]))),
])

/** A headline as a file has it. */
const Row = z
  .object({
    title: z.string().trim().min(1, 'is empty').max(2_000),
    at: z.union([z.number(), z.string()]),
    entities: Entities.optional(),
    id: z.union([z.string(), z.number()]).optional(),
  })
  .transform(({ title, at, entities, id }, context): StreamHeadline & { readonly at: number } => {
    const time = timeOf(at, 'refused')
    if (time === undefined)
      context.addIssue({
        code: 'custom',
        path: ['at'],
        message: `is not a time, such as ${TIME_FORMS}: ${shown(at)}`,
      })
    const named = entities !== undefined && entities.length > 0
    return {
      title,
      at: time ?? 0,
      ...(named ? { entities } : {}),
      ...(id === undefined || id === '' ? {} : { id: String(id) }),
    }
  })

const COLUMNS = columnsOf(Row)

/**
 * Headlines of a file (`.jsonl`, `.json`, `.csv`, `.tsv`), or of standard input (`-`) as JSON lines while they come:
 * `{ "title", "at", "entities"?, "id"? }`. A row that is none is left out and named. JSON lines come as they stand, tables by time.
 *
 * Rejects with RowsError, or `OpinionMonitorError` (`headlines-unreadable`) if standard input breaks.
 */
export async function* readHeadlines(
  file: string,
  onBad: (bad: BadHeadline) => void,
  input: Readable = process.stdin,
): AsyncGenerator<StreamHeadline> {
  if (file === '-') {
    yield* ofLines(input, onBad)
  } else if (/\.(?:jsonl|ndjson)$/iu.test(file)) {
    yield* ofLines(createReadStream(file), onBad, file)
  } else {
    const { rows, bad } = await readRows(file, Row)
    for (const one of bad) onBad(one)
    // Tables are in memory as a whole, and many have the newest row first: read so, all others would be late.
    yield* rows.toSorted((a, b) => a.at - b.at)
  }
}

async function* ofLines(
  input: Readable,
  onBad: (bad: BadHeadline) => void,
  name = 'standard input',
): AsyncGenerator<StreamHeadline> {
  let line = 0
  try {
    for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      line += 1
      if (text.trim() === '') continue
      const read = headlineOf(line === 1 ? text.replace(/^\uFEFF/u, '') : text)
      if (typeof read === 'string') onBad({ line, reason: read })
      else yield read
    }
  } catch (cause) {
    throw new OpinionMonitorError('headlines-unreadable', `${name} can't be read`, {
      path: 'data',
      value: name,
      remedy: 'Name a file of headlines that this user may read, or - for standard input',
      cause,
    })
  }
}

/** A headline from its JSON, with `absent` in place of what it lacks; or the reason why it is none. */
export function headlineOf(
  text: string,
  absent?: { readonly at: number; readonly id: string | undefined },
): StreamHeadline | string {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return 'is not JSON'
  }
  const row = named(value, COLUMNS)
  const isObject = typeof row === 'object' && row !== null
  const read = Row.safeParse(isObject ? { ...absent, ...(row as object) } : row)
  return read.success ? read.data : reasonOf(read.error, value)
}
