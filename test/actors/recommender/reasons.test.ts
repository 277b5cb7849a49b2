import { expect, test } from 'vitest'
import { openRecommender } from '../../../actors/recommender/open-recommender.ts'
import type { Item, Rating } from '../../../actors/recommender/ratings/events.ts'

const NAMED: readonly Item[] = [
  { id: 'words', title: 'Codenames (2015)', genres: ['Party', 'Words'] },
  { id: 'cards', title: 'UNO (1971)', genres: ['Cards', 'Family'] },
]
const DAY_MS = 86_400_000
const START = Date.UTC(2026, 0, 1)
const takes = (user: string, item: string, day = 0): Rating => ({
  user,
  item,
  rating: 5,
  at: START + day * DAY_MS,
})

async function reasons(retriever: 'popular' | 'content', items: readonly Item[], ratings: readonly Rating[]) {
  await using team = await openRecommender({ items: [...NAMED, ...items], ratings })
  const weights = { popular: 0, together: 0, factors: 0, content: 0, [retriever]: 1 }
  team.running.weights(
    Object.fromEntries(Object.entries(weights).map(([name, weight]) => [`${name}→union`, weight])),
  )
  const { picks } = await team.recommend('ada', { picks: 100 })
  return new Map(
    picks.map(({ item, reasons: told }) => [item, told.find((one) => one.retriever === retriever)]),
  )
}
const OWN = [takes('ada', 'words'), takes('ada', 'cards')]

test('[G116] a reason of content names the genres that are shared, and no others', async () => {
  const told = await reasons(
    'content',
    [
      { id: 'one', title: 'Skip-Bo (1967)', genres: ['Children', 'family'] },
      { id: 'both', title: 'Taboo (1989)', genres: ['Words', 'Family', 'Party'] },
      { id: 'word', title: 'Codenames for Two (2017)', genres: ['Cooperative'] },
      { id: 'decade', title: 'Arkham Horror (2018)', genres: ['Cooperative', 'Adventure'] },
    ],
    OWN,
  )
  expect(told.get('one')?.text).toBe('it shares family with UNO (1971)')
  expect(told.get('both')?.text).toBe(
    'it shares Words and Party with Codenames (2015) and it shares Family with UNO (1971)',
  )
  expect(told.get('word')?.text).toBe("its title shares 'codenames' with that of Codenames (2015)")
  expect(told.get('decade')?.text).toBe('it is of the 2010s, like Codenames (2015)')
})

test('[G116] what looks alike only by chance is told as that', async () => {
  // Of so many genres some have a place of the vector that is also one of the user's.
  const strangers = Array.from({ length: 400 }, (_, i) => ({
    id: `s${i}`,
    title: `Q${i}x`,
    genres: [`Genre ${i}`],
  }))
  const told = await reasons('content', strangers, OWN)
  const chance = [...told.values()].filter((one) => one !== undefined)
  expect(chance.length).toBeGreaterThan(0)
  for (const { because, text } of chance) {
    expect(because).toEqual([])
    expect(text).toBe('little speaks for it: it shares no genre and no word with what you took')
  }
})

test('[G116] popularity is told with the number of people', async () => {
  const crowd = (item: string, size: number, day: number) =>
    Array.from({ length: size }, (_, i) => takes(`${item} ${i}`, item, day))
  const told = await reasons(
    'popular',
    [],
    [...OWN, ...crowd('old', 7, 0), ...crowd('new', 3, 200), takes('x', 'rare', 0)],
  )
  expect(told.get('old')?.text).toBe('7 people have taken it')
  expect(told.get('new')?.text).toBe('3 people have taken it, most of them in the last two weeks')
  expect(told.get('rare')?.text).toBe('one person has taken it')
})
