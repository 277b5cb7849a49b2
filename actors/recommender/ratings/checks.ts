import { demand } from '../../../src/kernel/demand.ts'
import type { Item, Rating } from './events.ts'

/** An id is shown with each pick; a longer one is a row that was read wrongly. */
export const ID_MOST = 200
/** Of a title, in characters. */
export const TITLE_MOST = 500

/** @throws InvalidArgumentError (`invalid-argument`) naming the path of the field */
export function checkRating(rating: Rating, path: string): Rating {
  demand(rating, path, 'a rating { user, item, rating, at }', isObject)
  demand(rating.user, `${path}.user`, `the id of a user, of at most ${ID_MOST} characters`, isId)
  demand(rating.item, `${path}.item`, `the id of an item, of at most ${ID_MOST} characters`, isId)
  demand(rating.rating, `${path}.rating`, 'a number', Number.isFinite)
  demand(rating.at, `${path}.at`, 'a time in milliseconds', Number.isFinite)
  return rating
}

/** @throws InvalidArgumentError (`invalid-argument`) naming the path of the field */
export function checkItem(item: Item, path: string): Item {
  demand(item, path, 'an item { id, title, genres }', isObject)
  demand(item.id, `${path}.id`, `the id of an item, of at most ${ID_MOST} characters`, isId)
  demand(
    item.title,
    `${path}.title`,
    `a text of at most ${TITLE_MOST} characters`,
    (given) => typeof given === 'string' && given.length <= TITLE_MOST,
  )
  demand(
    item.genres,
    `${path}.genres`,
    'a list of texts',
    (given) => Array.isArray(given) && given.every((one) => typeof one === 'string'),
  )
  return item
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

function isId(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && value.length <= ID_MOST
}
