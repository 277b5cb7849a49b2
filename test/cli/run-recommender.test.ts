import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { run } from './cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'ganglion-recommender-'))
afterAll(() => rmSync(folder, { recursive: true }))
const recommend = (...args: string[]) => run(['run', 'recommender', ...args], { cache: folder, cwd: folder })
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text)
  return name
}

test('the sample answers in an empty folder, with reasons, and twice the same', async () => {
  const [first, second] = [await recommend(), await recommend()]
  expect(first.code).toBe(0)
  expect(first.stdout).toContain('For ada, who has taken 6 items')
  expect(first.stdout).toContain('because people who took')
  expect(second.stdout).toBe(first.stdout)
})

test("a user's own files are read in both forms; bad rows are named with line and reason, and skipped", async () => {
  const data = file(
    'ratings.dat',
    '1::10::5::1700000000\n1::11::x::1700000001\n2::10::4::1700000002\n2::12::5::1700000003\n3\n',
  )
  const items = file('items.csv', 'item,title,genres\n10,Ten,Odd\n11,Eleven,Odd\n12,Twelve,Even\n')
  const { code, stdout, stderr } = await recommend('--data', data, '--items', items, '--user', '1', '--json')
  expect(code).toBe(0)
  const { picks, known } = JSON.parse(stdout) as { picks: { title: string }[]; known: number }
  expect(known).toBe(1)
  expect(picks[0]?.title).toBe('Twelve')
  expect(stderr).toMatch(/ratings\.dat, line 2, is skipped: rating/u)
  expect(stderr).toMatch(/ratings\.dat, line 5, is skipped: has 1 columns, not 4/u)
})

test('events update it live, and a state folder keeps them and what clicks taught', async () => {
  const events = file(
    'events.jsonl',
    [
      '{"user":"zoe"}',
      '{"user":"zoe","item":"b117","rating":5}',
      'no json',
      '{"user":"zoe"}',
      '{"user":"zoe","clicked":null}',
    ].join('\n'),
  )
  const live = await recommend('--events', events, '--state', 'state')
  expect(live.stdout).toContain('For zoe, who is new here')
  expect(live.stdout).toContain('For zoe, who has taken 1 item ')
  expect(live.stderr).toContain('event 3 is skipped')
  const later = await recommend('--user', 'zoe', '--state', 'state')
  expect(later.stdout).toContain('For zoe, who has taken 1 item ')
})

test('wrong usage is named, and exits with 2', async () => {
  const none = await recommend('--data', file('few.csv', 'user,item,rating,time\na,b,1,2024-01-01\n'))
  expect(none).toMatchObject({ code: 2 })
  expect(none.stderr).toContain('--user')
  const missing = await recommend('--data', 'nowhere.csv', '--user', 'a')
  expect(missing.stderr).toContain('there is no file nowhere.csv')
})
