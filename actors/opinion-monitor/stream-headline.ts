import { createHash } from 'node:crypto'
import { z } from 'zod'
import { shown } from '../../src/kernel/demand.ts'
import { InvalidArgumentError } from '../../src/kernel/errors.ts'
import { TIME_FORMS, timeOf } from '../knowledge/rows/times.ts'

/** A headline of a stream. */
export interface StreamHeadline {
  readonly title: string
  /** When it was published: milliseconds since the epoch, ISO 8601, or RFC 2822. Without a zone it is UTC. */
  readonly at: number | string
  /** The entities that it is about. Absent: found in the title. */
  readonly entities?: readonly string[]
  /** Names it: the same headline twice counts once. Default: from its title and time. */
  readonly id?: string
}

/** What the readers and the desk take of a headline. */
export interface CheckedRow {
  readonly title: string
  readonly entities?: string[]
  readonly headline: StreamHeadline
  readonly id: string
  readonly at: number
  /** Why it is no headline. Its title is empty then, which the readers refuse. */
  readonly refusal?: InvalidArgumentError
}

const Streamed = z.object({
  title: z.string().trim().min(1, 'is empty').max(2_000),
  at: z.union([z.number(), z.string()], 'is not a number or a text').transform((given, check) => {
    const at = timeOf(given, 'refused')
    if (at === undefined)
      check.addIssue({ code: 'custom', message: `is not a time, such as ${TIME_FORMS}: ${shown(given)}` })
    return at ?? 0
  }),
  entities: z.array(z.string().trim().min(1).max(200)).max(50).optional(),
  id: z.string().min(1).max(500).optional(),
})

/** Each headline as a row; one that is none is a row with its refusal, so that the others of the stream are read. */
export async function* checked(
  headlines: AsyncIterable<StreamHeadline> | Iterable<StreamHeadline>,
): AsyncGenerator<CheckedRow> {
  let count = 0
  for await (const headline of headlines) {
    yield checkedRow(headline, `headlines[${count}]`)
    count += 1
  }
}

function checkedRow(headline: StreamHeadline, path: string): CheckedRow {
  const read = Streamed.safeParse(headline)
  if (!read.success)
    return { title: '', headline, id: '', at: 0, refusal: refusalOf(headline, read.error, path) }
  const { title, entities, at } = read.data
  const id = read.data.id ?? createHash('sha256').update(`${at} ${title}`).digest('base64url').slice(0, 16)
  return { title, ...(entities === undefined ? {} : { entities }), headline, id, at }
}

function refusalOf(headline: StreamHeadline, { issues: [issue] }: z.ZodError, path: string) {
  const field = (issue?.path ?? []).map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
  const what = issue?.message.replace(/^Invalid input: /u, '') ?? 'is not a headline'
  return new InvalidArgumentError(`${path}${field.join('')}: ${what}`, {
    path: `${path}${field.join('')}`,
    value: headline,
    remedy: 'Pass { title, at, entities?, id? }',
  })
}
