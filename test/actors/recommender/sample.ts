import { fileURLToPath } from 'node:url'
import { readItems, readRatings } from '../../../actors/recommender/ratings/read.ts'

const SAMPLE = fileURLToPath(new URL('../../../actors/recommender/sample/', import.meta.url))

/** The sample that ships with the team. */
export async function sample() {
  const [{ ratings }, { items }] = await Promise.all([
    readRatings(`${SAMPLE}ratings.csv`),
    readItems(`${SAMPLE}items.csv`),
  ])
  return { ratings, items }
}
