import { demand } from '../../../src/kernel/demand.ts'
import type { Item, Rating } from './events.ts'

/** @throws InvalidArgumentError (`invalid-argument`) naming the path */
export function checkRating(rating: Rating, path: string): Rating {
  return demand(
    rating,
    path,
    'a rating { user, item, rating, at }',
    ({ user, item, rating: value, at }) =>
      isId(user) && isId(item) && Number.isFinite(value) && Number.isFinite(at),
  )
}

/** @throws InvalidArgumentError (`invalid-argument`) naming the path */
export function checkItem(item: Item, path: string): Item {
  return demand(
    item,
    path,
    'an item { id, title, genres }',
    ({ id, title, genres }) =>
      isId(id) &&
      typeof title === 'string' &&
      Array.isArray(genres) &&
      genres.every((one) => typeof one === 'string'),
  )
}

function isId(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}
