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
  expect(first.stdout).toContain('because it is taken together with')
  expect(second.stdout).toBe(first.stdout)
})

test("a user's own files are read in both forms; bad rows are named with line and reason, and skipped", async () => {
  const data = file(
    'ratings.dat',
    '1::10::5::1700000000\n1::11::five::1700000001\n2::10::4::1700000002\n2::12::5::1700000003\n3\n' +
      `2::${'x'.repeat(1_000_000)}::5::1700000003\n`,
  )
  const items = file('items.csv', 'item,title,genres\n10,Ten,Odd\n11,Eleven,Odd\n12,Twelve,Even\n')
  const { code, stdout, stderr } = await recommend('--data', data, '--items', items, '--user', '1', '--json')
  expect(code).toBe(0)
  const { picks, known } = JSON.parse(stdout) as { picks: { title: string }[]; known: number }
  expect(known).toBe(1)
  expect(picks[0]?.title).toBe('Twelve')
  expect(stderr).toContain('ratings.dat, line 2, is skipped: rating: is not a number: "five"')
  expect(stderr).toMatch(/ratings\.dat, line 5, is skipped: has 1 columns, not 4/u)
  expect(stderr).toContain('line 6, is skipped: item: is longer than 200 characters')
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

test('[G204] feedback says what it taught, and may come in a later command, once', async () => {
  const asked = await recommend('--state', 'clicks', '--json')
  const { picks } = JSON.parse(asked.stdout) as { picks: { item: string }[] }
  const item = picks[0]?.item ?? ''
  const later = await recommend('--state', 'clicks', '--feedback', item)
  expect(later).toMatchObject({ code: 0, stdout: '' })
  expect(later.stderr).toMatch(
    new RegExp(
      `a click on '${item}': answers of '\\w+' are clicked [\\d.]+ % of the time now \\([\\d.]+ % before\\)\n$`,
      'u',
    ),
  )
  const [, now, before] = /clicked ([\d.]+) % of the time now \(([\d.]+) %/u.exec(later.stderr) ?? []
  expect(Number(now)).toBeGreaterThan(Number(before))
  // Those picks had their click: this one is for new ones, and begins where the first ended.
  const again = await recommend('--state', 'clicks', '--feedback', 'none')
  expect(again.stdout).toContain('For ada')
  expect(again.stderr).toContain(`(${now} % before)`)
  const wrong = await recommend('--state', 'clicks', '--feedback', 'b0')
  expect(wrong.code).toBe(2)
  const forgotten = await recommend('--feedback', item)
  expect(forgotten.stderr).toContain('it is forgotten without --state')
})

test("data of one's own without weights of one's own are told of --fit", async () => {
  const data = file(
    'own.csv',
    'user,item,rating,time\na,b,1,2024-01-01\nc,b,1,2024-01-02\nc,d,1,2024-01-03\n',
  )
  const { stderr } = await recommend('--data', data, '--user', 'a')
  expect(stderr).toContain('--fit weights.json learns them')
  expect((await recommend()).stderr).toBe('')
  const fit = await recommend('--data', data, '--fit', 'weights.json')
  expect(fit).toMatchObject({ code: 2, stdout: '' })
  expect(fit.stderr).toContain('there is nothing to learn weights from')
  const far = file('far.csv', 'user,item,rating,time\na,b,1,2024-01-01\na,c,1,1e300\nc,d,1,9999-01-03\n')
  const told = await recommend('--data', far, '--user', 'a')
  expect(told.stderr).toContain('line 3, is skipped: time')
  expect(told.stderr).toContain('the latest rating is of 9999-01-03')
})

test('wrong usage is named, and exits with 2', async () => {
  const none = await recommend('--data', file('few.csv', 'user,item,rating,time\na,b,1,2024-01-01\n'))
  expect(none).toMatchObject({ code: 2 })
  expect(none.stderr).toContain('--user')
  const missing = await recommend('--data', 'nowhere.csv', '--user', 'a')
  expect(missing.stderr).toContain('there is no file nowhere.csv')
})
