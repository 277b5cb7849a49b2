import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const MAIN = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'opinion-'))

function run(args: readonly string[], input = '') {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', MAIN, 'run', 'opinion-monitor', '--no-encoder', ...args],
    { input, encoding: 'utf8' },
  )
  return { status, stdout, stderr }
}

test('the bundled sample gives its two alerts, a summary and a report in one file', () => {
  const report = join(folder, 'report.html')
  const { status, stdout } = run(['--report', report])
  expect(status).toBe(0)
  expect(stdout).toContain('Ashgrove Pharma: 16 headlines')
  expect(stdout).toContain('Kestrel Motors: the mood turns worse')
  expect(stdout).toContain('406 headlines')
  const html = readFileSync(report, 'utf8')
  expect(html).toContain('<svg')
  expect(html).not.toMatch(/<script|https?:\/\//u)
}, 60_000)

test('[G126] bad rows of standard input are named with line and reason, and skipped; alerts are JSON lines', () => {
  const at = (minute: number) => new Date(Date.UTC(2026, 2, 2, 0, minute)).toISOString()
  const rows = Array.from({ length: 10 }, (_, i) => ({
    title: 'Penrose Retail opens a shop',
    at: at(i * 15),
    entities: ['Penrose Retail'],
  }))
  for (let i = 0; i < 9; i++)
    rows.push({
      title: `Norvale Foods recalls <b>soup</b> ${i}`,
      at: at(151 + i / 10),
      entities: ['Norvale Foods'],
    })
  const lines = rows.map((row) => JSON.stringify(row))
  lines.splice(3, 0, '{"title": "no time"}', 'not json', '{"title": "x", "at": "yesterday"}')
  const { status, stdout, stderr } = run(['--data', '-', '--window', '15m', '--json'], lines.join('\n'))
  expect(stderr).toContain('line 4 is left out: at:')
  expect(stderr).toContain('line 5 is left out: is not JSON')
  expect(stderr).toContain('line 6 is left out: at: is not a time')
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toMatchObject([{ kind: 'surge', entity: 'Norvale Foods', headlines: 9 }])
  expect(status).toBe(0)
}, 60_000)

test('[G212] a CSV has its entities in one cell, and milliseconds or a day of the calendar as its time', () => {
  const file = join(folder, 'headlines.csv')
  writeFileSync(
    file,
    'title,at,entities\n"Bramley Bank rises, wheat falls",2026-03-02T10:00:00Z,Bramley Bank; wheat\n,2026-03-02T10:00:00Z,\nOakhurst Steel falls,1772445600000,Oakhurst Steel\nx,2026-02-31,\n',
  )
  const { status, stdout, stderr } = run(['--data', file])
  expect(status).toBe(0)
  expect(stdout).toMatch(/Bramley Bank +1 .*\nOakhurst Steel +1 .*\nwheat +1 /u)
  expect(stderr).toContain('line 3 is left out: title: is empty')
  expect(stderr).toMatch(/line 5 is left out: at: is not a time, .*"2026-02-31"/u)
}, 60_000)

test('[G211] a table may have its newest row first; JSON lines that do are told so', () => {
  const rows = Array.from({ length: 30 }, (_, i) => ({
    title: `Penrose Retail opens shop ${i}`,
    at: new Date(Date.UTC(2026, 2, 2, 30 - i)).toISOString(),
    entities: 'Penrose Retail',
  }))
  const csv = ['Title,At,Entities', ...rows.map(({ title, at, entities }) => `${title},${at},${entities}`)]
  writeFileSync(join(folder, 'newest.csv'), csv.join('\n'))
  writeFileSync(join(folder, 'newest.jsonl'), rows.map((row) => JSON.stringify(row)).join('\n'))
  const table = run(['--data', join(folder, 'newest.csv')])
  expect(table.stdout).toContain('30 headlines in')
  expect(table.stderr).toBe('')
  const lines = run(['--data', join(folder, 'newest.jsonl')])
  expect(lines.stderr).toContain('of 30 headlines came too late for their window: sort them by time')
  expect(lines.status).toBe(0)
}, 60_000)

test('a file that is not there is one line on stderr', () => {
  const { status, stdout, stderr } = run(['--data', join(folder, 'none.csv')])
  expect(status).not.toBe(0)
  expect(stdout).toBe('')
  expect(stderr.trim().split('\n')).toHaveLength(1)
}, 60_000)

test('a NATS server that does not answer is one line on stderr, and so is an address of something else', () => {
  // Nothing listens at the port of discard.
  const silent = run(['--nats', 'nats://127.0.0.1:9'])
  expect(silent.status).toBe(1)
  expect(silent.stderr).toBe(
    'ganglion: the NATS server at 127.0.0.1:9 refuses or does not answer. Check its address and credentials\n',
  )
  const wrong = run(['--nats', 'http://127.0.0.1:9'])
  expect(wrong.status).toBe(2)
  expect(wrong.stderr).toContain("--nats is 'http://127.0.0.1:9'")
})
