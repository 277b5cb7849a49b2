import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

const MAIN = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'ganglion-service-cli-'))
const file = (name: string) => join(folder, name)

function run(args: readonly string[], input = '') {
  const env = { ...process.env, XDG_CACHE_HOME: file('cache') }
  return spawnSync(process.execPath, ['--import', 'tsx', MAIN, 'run', 'customer-service', ...args], {
    input,
    env,
    encoding: 'utf8',
  })
}

beforeAll(() => {
  writeFileSync(
    file('intents.csv'),
    `text,intent
Can I bring my dog,pets
are dogs allowed in the rooms,pets
is there a fee for cats,pets
do you take pets,pets
,pets
my cat comes along is that ok,pets
when can we check in,checkin
what time is check in,checkin
can I arrive at 11 pm,checkin
how late can I arrive,checkin
is the room ready at noon
early check-in possible?,checkin
`,
  )
  writeFileSync(
    file('replies.csv'),
    'intent,reply\npets,Pets are welcome.\ncheckin,Booking {number} can check in from 15:00.\n,nothing\n',
  )
  mkdirSync(file('handbook'))
  writeFileSync(file('handbook/house.md'), '# House\n\nThe pool is open from 9 to 21.\n')
})
afterAll(() => rmSync(folder, { recursive: true }))

test('[G150] own examples, replies and documents answer in one command; bad rows are named and skipped', () => {
  const own = ['--data', file('intents.csv'), '--replies', file('replies.csv'), '--docs', file('handbook')]
  const first = run([...own, '--save', file('intents.bin'), 'is my dog allowed in the room?'])
  expect(first.stdout).toContain('Pets are welcome.')
  expect(first.stderr).toContain('intents.csv, line 6: text: is empty; skipped')
  expect(first.stderr).toContain('intents.csv, line 12: ')
  expect(first.stderr).toContain('replies.csv, line 4: intent: is empty; skipped')
  expect(first.status).toBe(0)
  const saved = ['--model', file('intents.bin'), '--replies', file('replies.csv'), '--docs', file('handbook')]
  writeFileSync(file('one.csv'), 'intent,reply\npets,Pets are welcome.\npetz,Pets!\n')
  const lacking = run(['--model', file('intents.bin'), '--replies', file('one.csv'), 'is my dog allowed?'])
  expect(lacking.stderr).toBe(
    'ganglion: 1 of 2 intents have no reply (checkin); replies to unknown intents are not used (petz)\n',
  )
  const second = run([...saved, 'when is the pool open?'])
  expect(second.stdout).toContain('The pool is open from 9 to 21.')
  expect(second.stdout).toContain('from house.md:3')
}, 120_000)

test('[G150] a batch is answered in order, with every reader, a slot that was asked for, and its bad rows named', () => {
  const rows = [
    { customer: 'a', text: 'when can we check in' },
    { customer: 'b', text: 'do you take pets' },
    { customer: 'a', text: 'it is 778899' },
    { text: '' },
  ]
  writeFileSync(file('messages.jsonl'), rows.map((row) => JSON.stringify(row)).join('\n'))
  const given = ['--model', file('intents.bin'), '--replies', file('replies.csv'), '--json']
  const { stdout, stderr, status } = run([...given, '--batch', file('messages.jsonl')])
  const answers = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(answers).toMatchObject([
    { customer: 'a', answer: 'Please tell us the number.', asks: ['number'], missing: [] },
    { customer: 'b', answer: 'Pets are welcome.', missing: [] },
    { customer: 'a', answer: 'Booking 778899 can check in from 15:00.', followUp: true, intent: 'checkin' },
  ])
  expect(stderr).toContain('messages.jsonl, line 4: text: ')
  expect(status).toBe(1)
}, 60_000)

test('[G208] feedback takes weight from readers that were wrong, and --save keeps what it taught', () => {
  const replies = ['--replies', file('replies.csv')]
  // About both intents: the readers don't agree on all of them.
  const unclear = [
    'the dog at noon',
    'late arrival with pets',
    'a fee at 11 pm',
    'rooms',
    'my cat is early',
    'ok what time',
  ]
  writeFileSync(file('unclear.txt'), unclear.join('\n'))
  const read = run(['--model', file('intents.bin'), ...replies, '--json', '--batch', file('unclear.txt')])
  const answers = read.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { message: string; votes: Record<string, { intent: string }> })
  const split = answers.find(
    ({ votes }) => new Set(Object.values(votes).map(({ intent }) => intent)).size > 1,
  )
  expect(split, 'a message that the readers read differently').toBeDefined()
  const { message = '', votes = {} } = split ?? {}
  const right = votes.ngrams?.intent ?? ''
  const weightsIn = (stderr: string) => Number(/ngrams (\d\.\d+)/u.exec(stderr)?.[1])
  const taught = ['--save', file('taught.bin'), ...replies, message, '--feedback', right]
  const once = run(['--model', file('intents.bin'), ...taught])
  const twice = run(['--model', file('taught.bin'), ...taught])
  expect([once.status, twice.status]).toEqual([0, 0])
  expect(weightsIn(twice.stderr)).toBeGreaterThan(weightsIn(once.stderr))
  const rows = [
    { text: message, feedback: right },
    { text: message, feedback: 'petz' },
  ]
  writeFileSync(file('feedback.jsonl'), rows.map((row) => JSON.stringify(row)).join('\n'))
  const batch = run(['--model', file('taught.bin'), ...replies, '--batch', file('feedback.jsonl')])
  expect(weightsIn(batch.stderr)).toBeGreaterThan(weightsIn(twice.stderr))
  expect(batch.stderr).toContain('it is forgotten without --save')
  expect(batch.stderr).toContain('feedback on unknown intents is not used (petz)')
  expect(batch.status).toBe(1)
  const unknown = run(['--model', file('taught.bin'), ...replies, message, '--feedback', 'petz'])
  expect(unknown).toMatchObject({ status: 2, stdout: '' })
  expect(unknown.stderr).toContain('no intent that the team knows')
  expect(run(['--feedback', 'pets']).status).toBe(2)
}, 120_000)

test('[G150] rows without a customer, and lines of a text, are conversations of their own', () => {
  const given = ['--model', file('intents.bin'), '--replies', file('replies.csv'), '--json']
  const asked = ['when can we check in', 'it is 778899']
  writeFileSync(file('rows.csv'), `text,customer\n${asked[0]},\n${asked[1]},\n`)
  writeFileSync(file('lines.txt'), `${asked.join('\r\n\r\n')}\r\n`)
  for (const name of ['rows.csv', 'lines.txt']) {
    const { stdout, stderr, status } = run([...given, '--batch', file(name)])
    const answers = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(answers).toMatchObject([
      { customer: 'message 1', asks: ['number'] },
      { customer: 'message 2', followUp: false, history: [] },
    ])
    expect(stderr).not.toContain(name)
    expect(status).toBe(0)
  }
}, 60_000)

test('[G150] a prompt reads lines from standard input, and a report shows the answers', () => {
  const given = ['--model', file('intents.bin'), '--replies', file('replies.csv')]
  const { stdout, status } = run(
    [...given, '--report', file('report.html')],
    'can my cat come?\nhow tall is <b>Eiffel</b>?\n',
  )
  expect(stdout).toContain('Pets are welcome.')
  expect(stdout).toContain('handed over to a person')
  expect(status).toBe(0)
  const html = readFileSync(file('report.html'), 'utf8')
  expect(html).toContain('can my cat come?')
  expect(html).toContain('how tall is &#60;b&#62;Eiffel&#60;/b&#62;?')
  expect(html).not.toMatch(/<script|https?:\/\//u)
}, 60_000)

test('flags that exclude each other are named before anything is learned', () => {
  expect(run(['--data', 'a.csv', '--model', 'b.bin', 'hello']).stderr).toContain('exclude each other')
  expect(run(['--kept', 'two', 'hello']).status).toBe(2)
})
