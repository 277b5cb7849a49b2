import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { reasonOf } from '../../knowledge/rows/read-rows.ts'
import { OpinionMonitorError } from '../errors.ts'
import { MOODS } from '../reading/mood.ts'
import type { LabelledHeadline } from './train.ts'

const Row = z.object({
  title: z.string().trim().min(1).max(2_000),
  entities: z.record(z.string().trim().min(1).max(200), z.enum(MOODS)),
})

/** A line that is left out, and why. */
export interface BadLine {
  readonly line: number
  readonly reason: string
}

/**
 * Labelled headlines, one JSON object a line: `{ "title", "entities": { "NAME": "negative" | "neutral" | "positive" } }`.
 *
 * @throws OpinionMonitorError (`headlines-unreadable`) for a file that can't be read or holds no such line.
 */
export function readLabelled(file: string): { headlines: LabelledHeadline[]; bad: BadLine[] } {
  const headlines: LabelledHeadline[] = []
  const bad: BadLine[] = []
  const refused = (what: string, cause?: unknown) =>
    new OpinionMonitorError('headlines-unreadable', what, {
      path: file,
      value: file,
      remedy: 'Name a file of one { "title", "entities" } a line',
      cause,
    })
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw refused(`${file} can't be read`, cause)
  }
  text.split('\n').forEach((line, i) => {
    if (line.trim() === '') return
    const row = parsed(line)
    if (typeof row === 'string') bad.push({ line: i + 1, reason: row })
    else headlines.push(row)
  })
  if (headlines.length === 0) throw refused(`${file} holds no labelled headline`)
  return { headlines, bad }
}

function parsed(line: string): LabelledHeadline | string {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return 'it is not JSON'
  }
  const row = Row.safeParse(value)
  return row.success ? row.data : reasonOf(row.error, value)
}
