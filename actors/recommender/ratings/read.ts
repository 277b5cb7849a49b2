import { z } from 'zod'
import { shown } from '../../../src/kernel/demand.ts'
import { InvalidArgumentError } from '../../../src/kernel/errors.ts'
import { type BadRow, readRows } from '../../knowledge/rows/read-rows.ts'
import { TIME_FORMS, timeOf } from '../../knowledge/rows/times.ts'
import { ID_MOST, TITLE_MOST } from './checks.ts'
import type { Item, Rating } from './events.ts'

const Id = z.union([
  z.string().trim().min(1, 'is empty').max(ID_MOST, `is longer than ${ID_MOST} characters`),
  z.number().transform(String),
])
const Time = z.union([z.number(), z.string(), z.date()]).transform((given, check) => {
  const at = timeOf(given, 'seconds')
  if (at === undefined)
    check.addIssue({
      code: 'custom',
      message: `is neither seconds nor a time, such as ${TIME_FORMS}: ${shown(given)}`,
    })
  return at ?? 0
})

const Value = z.union([z.number(), z.string()]).transform((given, check) => {
  const value = typeof given === 'string' && given.trim() === '' ? Number.NaN : Number(given)
  if (!Number.isFinite(value)) check.addIssue({ code: 'custom', message: `is not a number: ${shown(given)}` })
  return value
})

/** A rating as a file has it; without a rating it counts as 1. */
const RatingRow = z
  .object({
    user: Id,
    item: Id,
    rating: z.preprocess((given) => (given === '' ? undefined : given), Value.default(1)),
    time: Time,
  })
  .transform(({ time, ...row }): Rating => ({ ...row, at: time }))

/** An item as a file has it: genres as a list, or separated by `|`. */
const ItemRow = z
  .object({
    item: Id,
    title: z.string().trim().min(1, 'is empty').max(TITLE_MOST, `is longer than ${TITLE_MOST} characters`),
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
