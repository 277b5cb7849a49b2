import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { JsonLog } from '../../src/cli/run/recommender/json-log.ts'
import { ShownPicks } from '../../src/cli/run/recommender/shown-picks.ts'

const folder = mkdtempSync(join(tmpdir(), 'ganglion-recommender-state-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = (name: string) => join(folder, name)
const text = (name: string) => readFileSync(file(name), 'utf8')
const picksIn = async (name: string, most?: number) => ShownPicks.open(await JsonLog.open(file(name)), most)
const shown = (item: string) => ({ id: 7, blend: 'learned', items: [item] }) as const

test('[G210] what a user was shown, and a click on it, add a line each, whatever else was shown', async () => {
  const picks = await picksIn('a.jsonl')
  for (let i = 0; i < 20; i++) await picks.show(`u${i}`, shown(`b${i}`))
  const before = text('a.jsonl')
  await picks.done('u3')
  expect(text('a.jsonl')).toBe(`${before}["u3"]\n`)
  const later = await picksIn('a.jsonl')
  expect(later.get('u3')).toBeUndefined()
  expect(later.get('u4')).toEqual({ blend: 'learned', items: ['b4'] })
})

test('[G210] a line that a crash cut off is left out, and takes the next one with it no more', async () => {
  const picks = await picksIn('b.jsonl')
  await picks.show('ada', shown('b1'))
  appendFileSync(file('b.jsonl'), '["ada"')
  const next = await picksIn('b.jsonl')
  expect(next.get('ada')?.items).toEqual(['b1'])
  await next.show('ben', shown('b2'))
  appendFileSync(file('b.jsonl'), 'no json\n')
  const last = await picksIn('b.jsonl')
  expect([last.get('ada')?.items, last.get('ben')?.items]).toEqual([['b1'], ['b2']])
})

test('[G210] the users who were shown theirs longest ago are left out, and the log stays bounded', async () => {
  const most = 3
  const picks = await picksIn('c.jsonl', most)
  for (let i = 0; i < 50; i++) {
    await picks.show(`u${i}`, shown('b1'))
    if (i % 4 === 0) await picks.done(`u${i}`)
    expect(text('c.jsonl').split('\n').length).toBeLessThanOrEqual(2 * most + 1)
  }
  for (const kept of [picks, await picksIn('c.jsonl', most)])
    expect(['u45', 'u46', 'u47', 'u48', 'u49'].filter((user) => kept.get(user) !== undefined)).toEqual([
      'u46',
      'u47',
      'u49',
    ])
})
