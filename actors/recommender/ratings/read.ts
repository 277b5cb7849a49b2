import { z } from 'zod'
import { InvalidArgumentError } from '../../../src/kernel/errors.ts'
import { type BadRow, readRows } from '../../knowledge/rows/read-rows.ts'
import type { Item, Rating } from './events.ts'

/** Numbers below it are seconds, others milliseconds: in 1973 and in the year 5138. */
const SECONDS_BELOW = 1e11

const Id = z.union([z.string().trim().min(1, 'is empty'), z.number().transform(String)])
const Time = z.union([z.number(), z.string(), z.date()]).transform((given, check) => {
  const at = timeOf(given)
  if (at === undefined)
    check.addIssue({ code: 'custom', message: 'is neither seconds or milliseconds nor a date' })
  return at ?? 0
})

/** A rating as a file has it; without a rating it counts as 1. */
const RatingRow = z
  .object({
    user: Id,
    item: Id,
    rating: z.preprocess((given) => (given === '' ? undefined : given), z.coerce.number().default(1)),
    time: Time,
  })
  .transform(({ time, ...row }): Rating => ({ ...row, at: time }))

/** An item as a file has it: genres as a list, or separated by `|`. */
const ItemRow = z
  .object({
    item: Id,
    title: z.string().trim().min(1, 'is empty'),
    genres: z.union([z.string(), z.array(z.string())]).default(''),
  })
  .transform(({ item, title, genres }): Item => {
    const list = typeof genres === 'string' ? genres.split('|') : genres
    return { id: item, title, genres: list.map((one) => one.trim()).filter((one) => one !== '') }
  })

/** Ratings in the order of their times, and the rows that can't be used. */
export interface ReadRatings {
  readonly ratings: readonly Rating[]
  readonly bad: readonly BadRow[]
}

/**
 * Reads ratings: columns user, item, rating (1 where it is empty) and time (seconds, milliseconds or an ISO date), or
 * `user::item::rating::time` lines in a `.dat` file.
 */
export async function readRatings(file: string): Promise<ReadRatings> {
  const { rows, bad } = await readRows(file, RatingRow, { columns: ['user', 'item', 'rating', 'time'] })
  return { ratings: inTime(rows), bad }
}

/** One rating, as a row of a file has it. @throws InvalidArgumentError (`invalid-argument`) */
export function readRating(row: unknown): Rating {
  const read = RatingRow.safeParse(row)
  if (read.success) return read.data
  const what = read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
  throw new InvalidArgumentError(`the rating can't be used: ${what}`, {
    path: 'rating',
    value: row,
    remedy: 'Pass { user, item, rating, time }',
  })
}

/** Reads items: columns item, title and genres (separated by `|`), or `item::title::genres` lines in a `.dat` file. */
export async function readItems(file: string): Promise<{ items: readonly Item[]; bad: readonly BadRow[] }> {
  const { rows, bad } = await readRows(file, ItemRow, { columns: ['item', 'title', 'genres'] })
  return { items: rows, bad }
}

/** Oldest first; those of one time as they came. */
export function inTime(ratings: readonly Rating[]): readonly Rating[] {
  return [...ratings].sort((a, b) => a.at - b.at)
}

function timeOf(given: number | string | Date): number | undefined {
  if (given instanceof Date) return finite(given.getTime())
  if (typeof given === 'string' && given.trim() === '') return undefined
  const number = Number(given)
  if (Number.isFinite(number))
    return number < 0 ? undefined : finite(number < SECONDS_BELOW ? number * 1000 : number)
  return finite(Date.parse(String(given)))
}

/** The last time that there is a date for. */
const LATEST = 8.64e15

function finite(at: number): number | undefined {
  return Math.abs(at) <= LATEST ? at : undefined
}
