import { fileURLToPath } from 'node:url'
import { shippedWeights } from '../../../actors/recommender/ranking/weights.ts'
import { readItems, readRatings } from '../../../actors/recommender/ratings/read.ts'
import { Library } from '../../../actors/recommender/state/library.ts'
import { recommender } from '../../../actors/recommender/team.ts'
import { SeededRandomness } from '../../../src/kernel/random.ts'
import { thompson } from '../../../src/routing/index.ts'
import { scenario } from '../../../src/simulation/index.ts'

const SAMPLE = fileURLToPath(new URL('../../../actors/recommender/sample/', import.meta.url))
const { ratings } = await readRatings(`${SAMPLE}ratings.csv`)
const { items } = await readItems(`${SAMPLE}items.csv`)
const library = new Library()
for (const item of items) library.addItem(item)
for (const rating of ratings) library.observe(rating)
library.train(new SeededRandomness(1).stream('factors'))
const taken = new Map(
  [...library.userIds()].map((user) => [
    user,
    new Set(library.history(user).map(({ item }) => library.items[item]?.id)),
  ]),
)
const team = recommender({ library, weights: shippedWeights(), route: thompson(), diversity: 0.05 })
const USERS = ['ada', 'ben', 'chen', 'dora', 'emil', 'nobody']
const FAULTS = {
  drop: 0.01,
  delay: ['0ms', '20ms'],
  duplicate: 0.01,
  reorder: 0.01,
  throw: 0.01,
  slow: { rate: 0.02, range: ['10ms', '1s'] },
  crash: 0.01,
} as const

/** Six users ask at once; each gets picks that are new to that user, or an error, whatever dies on the way. */
export default scenario(import.meta.url, { faults: FAULTS }, async (sim) => {
  const running = await sim.system({ askTimeout: '30s' }).run(team)
  let settled = 0
  await Promise.all(
    USERS.map(async (user) => {
      try {
        const { id, value } = await running.trace({ user, picks: 5 })
        sim.reachable(value.missing.length === 0 ? 'whole' : 'partial')
        if (value.user !== user) sim.unreachable('an answer belongs to its user')
        if (value.picks.some(({ item }) => taken.get(user)?.has(item) === true))
          sim.unreachable('a pick is new to its user')
        if (value.missing.length === 0 && value.picks.length !== 5)
          sim.unreachable('a whole answer has all picks')
        running.feedback(id, 1)
      } catch {
        sim.reachable('failed')
      }
      settled += 1
    }),
  )
  if (settled !== USERS.length) sim.unreachable('every ask settles')
  await sim.settle()
  sim.expect.quiescent()
})
