import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { openRecommender, type Recommender } from '../../../actors/recommender/open-recommender.ts'
import { RETRIEVERS } from '../../../actors/recommender/retrieval/recall.ts'
import { defineProcessor } from '../../../src/behavior/define-processor.ts'
import { sample } from './sample.ts'

const { ratings, items } = await sample()
const open = (): Promise<Recommender> => openRecommender({ ratings, items })
const DAY_MS = 86_400_000
const END = Math.max(...ratings.map(({ at }) => at))
const ids = ({ picks }: { picks: readonly { item: string }[] }) => picks.map(({ item }) => item)

test('[G116] picks are items that the user has not taken, each with its reasons', async () => {
  await using team = await open()
  const own = new Set(ratings.filter(({ user }) => user === 'ada').map(({ item }) => item))
  const { picks, known, missing } = await team.recommend('ada', { picks: 8 })
  expect(known).toBe(own.size)
  expect(missing).toEqual([])
  expect(picks).toHaveLength(8)
  expect(picks.filter(({ item }) => own.has(item))).toEqual([])
  const titles = new Set(items.filter(({ id }) => own.has(id)).map(({ title }) => title))
  for (const { reasons } of picks) {
    expect(reasons.length).toBeGreaterThan(0)
    for (const { retriever, because, text } of reasons) {
      expect(RETRIEVERS).toContain(retriever)
      expect(because.filter((title) => !titles.has(title))).toEqual([])
      for (const title of because) expect(text).toContain(title)
    }
  }
})

test('[G116] the same state and question give the same picks, in another process order too', async () => {
  const answers = await Promise.all(
    [ratings, [...ratings].reverse()].map(async (given) => {
      await using team = await openRecommender({ ratings: given, items })
      team.running.routes.freeze(true)
      return (await team.recommend('ben')).picks
    }),
  )
  expect(answers[0]).toEqual(answers[1])
})

test('[G117] killing any processor in the middle of a request still answers it', async () => {
  await using first = await open()
  first.running.routes.freeze(true)
  const whole = ids(await first.recommend('ada'))
  for (const { name } of first.running.processors()) {
    // A supervisor bears three restarts in five seconds: every victim gets its own team.
    await using team = await open()
    team.running.routes.freeze(true)
    const answer = team.recommend('ada')
    await Promise.resolve()
    team.running.kill(name)
    expect(ids(await answer), name).toEqual(whole)
  }
})

test('[G117] a retriever that is dead is missing from the answer, and the others answer', async () => {
  for (const name of RETRIEVERS) {
    await using team = await open()
    const dead = defineProcessor({
      name,
      input: team.running.plan.input,
      output: team.running.plan.input,
      retry: { attempts: 1 },
      process: () => Promise.reject(new Error('no index')),
    })
    await team.running.replace(name, dead as never)
    const { picks, missing } = await team.recommend('ada', { picks: 5 })
    expect(missing).toEqual([name])
    expect(picks).toHaveLength(5)
    expect(picks.flatMap(({ reasons }) => reasons.map(({ retriever }) => retriever))).not.toContain(name)
  }
})

test('[G118] a new user gets what is popular, and after one rating what goes with it', async () => {
  await using team = await open()
  const before = await team.recommend('newcomer')
  expect(before.known).toBe(0)
  expect(before.picks.flatMap(({ reasons }) => reasons.map(({ retriever }) => retriever))).toEqual(
    before.picks.map(() => 'popular'),
  )
  team.observe({ user: 'newcomer', item: 'b117', rating: 5, at: END + 1 })
  const after = await team.recommend('newcomer')
  expect(ids(after)).not.toContain('b117')
  const bread = 'Bread in Ten Letters (2021)'
  expect(after.picks.some(({ reasons }) => reasons.some(({ because }) => because.includes(bread)))).toBe(true)
})

test('[G118] a new item is found by its content at once, and by its ratings as they come', async () => {
  await using team = await open()
  team.addItem({ id: 'new', title: "The Witness at Mrs Arden's (2026)", genres: ['Mystery', 'Novel'] })
  // Content alone: the other retrievers can't know an item that nobody has taken.
  team.running.weights({ 'popular→union': 0, 'together→union': 0, 'factors→union': 0, 'content→union': 1 })
  const fresh = await team.recommend('ada', { picks: 20 })
  expect(ids(fresh)).toContain('new')
  for (const user of ['x1', 'x2', 'x3', 'x4', 'x5'])
    team.observe({ user, item: 'new', rating: 5, at: END + DAY_MS })
  team.running.weights({ 'popular→union': 1, 'content→union': 0 })
  const popular = await team.recommend('kira')
  expect(ids(popular)[0]).toBe('new')
})

test('[G118] events taken in one by one leave the same state as a rebuild from all of them', async () => {
  await using live = await openRecommender({ items })
  for (const rating of ratings) live.observe(rating)
  live.train()
  await using rebuilt = await open()
  for (const team of [live, rebuilt]) team.running.routes.freeze(true)
  for (const user of ['ada', 'mina', 'tara', 'nobody'])
    expect((await live.recommend(user)).picks).toEqual((await rebuilt.recommend(user)).picks)
  expect(live.known).toEqual(rebuilt.known)
})

test('[G119] weights are read and changed while it runs, and the picks follow', async () => {
  await using team = await open()
  team.running.routes.freeze(true)
  const { names, A } = team.running.matrix()
  const weight = (name: string) => A[names.indexOf('union')]?.[names.indexOf(name)]
  expect(RETRIEVERS.map(weight).every((one) => typeof one === 'number' && one > 0)).toBe(true)
  team.running.weights({ 'popular→union': 1, 'together→union': 0, 'factors→union': 0, 'content→union': 0 })
  const { picks } = await team.recommend('ada')
  expect(new Set(picks.flatMap(({ reasons }) => reasons.map(({ retriever }) => retriever)))).toEqual(
    new Set(['popular']),
  )
})

test('[G120] clicks teach the route which blend works, and what it learned moves to the next process', async () => {
  await using team = await open()
  let last = 0
  for (let n = 0; n < 300; n++) {
    const { id, blend } = await team.recommend('ada')
    team.feedback(id, blend === 'taste' ? 1 : 0)
    if (n >= 200 && blend === 'taste') last += 1
  }
  expect(last).toBeGreaterThan(80)
  await using next = await openRecommender({ ratings, items, learned: team.running.routes.save() })
  next.running.routes.freeze(true)
  expect((await next.recommend('ada')).blend).toBe('taste')
})

test('[G120] a click counts once, and only for an answer that was given', async () => {
  await using team = await open()
  const { id } = await team.recommend('ada')
  team.feedback(id, 1)
  expect(() => team.feedback(id, 1)).toThrow(expect.objectContaining({ code: 'unknown-decision' }))
  expect(() => team.feedback(id + 99, 1)).toThrow(expect.objectContaining({ code: 'unknown-decision' }))
})

test('what is no user, rating, item or weight is refused by its path, and changes nothing', async () => {
  await using team = await open()
  const refused = (path: string) => expect.objectContaining({ code: 'invalid-argument', path })
  await expect(team.recommend('')).rejects.toEqual(refused('recommend.user'))
  await expect(team.recommend('ada', { picks: 0 })).rejects.toEqual(refused('recommend.picks'))
  expect(() => team.feedbackOn('nope' as never, 1)).toThrow(/feedbackOn\.blend .*"nope"/u)
  expect(() => team.observe({ user: 'ada', item: 'b101', rating: Number.NaN, at: 1 })).toThrow(
    refused('observe.rating.rating'),
  )
  expect(() => team.addItem({ id: '', title: 'x', genres: [] })).toThrow(refused('addItem.item.id'))
  await expect(openRecommender({ ratings: [{} as never] })).rejects.toEqual(
    refused('openRecommender.ratings[0].user'),
  )
  expect(() => team.observe({ user: 'bo' } as never)).toThrow(
    expect.objectContaining({
      path: 'observe.rating.item',
      message: expect.stringContaining('observe.rating.item is not the id of an item'),
    }),
  )
  const long = 'x'.repeat(1_000_000)
  expect(() => team.observe({ user: 'bo', item: long, rating: 1, at: 1 })).toThrow(
    refused('observe.rating.item'),
  )
  expect(() => team.addItem({ id: 'x', title: long, genres: [] })).toThrow(refused('addItem.item.title'))
  await expect(openRecommender({ weights: {} as never })).rejects.toEqual(refused('openRecommender.weights'))
})

test('the README shows the pipeline as the pipeline draws itself', async () => {
  await using team = await open()
  const readme = readFileSync(new URL('../../../actors/recommender/README.md', import.meta.url), 'utf8')
  for (const { name } of team.running.processors()) expect(readme).toContain(name)
  const { recommender } = await import('../../../actors/recommender/team.ts')
  const { Library } = await import('../../../actors/recommender/state/library.ts')
  const { shippedWeights } = await import('../../../actors/recommender/ranking/weights.ts')
  const { thompson } = await import('../../../src/routing/index.ts')
  const plan = recommender({
    library: new Library(),
    weights: shippedWeights(),
    route: thompson(),
    diversity: 0.05,
  })
  expect(readme).toContain(plan.toMermaid().trim())
})
