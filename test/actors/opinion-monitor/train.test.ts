import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { openOpinionMonitor } from '../../../actors/opinion-monitor/open-opinion-monitor.ts'

const MAIN = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'opinion-train-'))

function run(...args: readonly string[]) {
  const all = ['--import', 'tsx', MAIN, 'run', 'opinion-monitor', '--no-encoder', ...args]
  return spawnSync(process.execPath, all, { encoding: 'utf8' })
}

const NAMES = ['Aster Air', 'Boral Steel', 'Corvid Bank', 'Dunmore Foods', 'Elgin Motors', 'Fenwick Paper']
const SAID = {
  positive: ['triumphs in court', 'wins a big contract', 'hails a record harvest', 'triumphs again'],
  negative: ['sinks after the fire', 'loses a big contract', 'mourns a poor harvest', 'sinks again'],
  neutral: [
    'holds its annual meeting',
    'moves to a new office',
    'names the date of its report',
    'opens a branch',
  ],
}
const labelled = Object.entries(SAID).flatMap(([mood, texts]) =>
  texts.flatMap((text) => NAMES.map((name) => ({ title: `${name} ${text}`, entities: { [name]: mood } }))),
)

test('[G153] weights are learned from labelled headlines by a command, the same each time; bad lines are named', async () => {
  const lines = labelled.map((row) => JSON.stringify(row))
  lines.splice(1, 0, '{"title":"Aster Air waits","entities":{"Aster Air":"fine"}}', 'not json')
  const data = join(folder, 'labelled.jsonl')
  writeFileSync(data, lines.join('\n'))
  const files = ['one.json', 'two.json'].map((name) => join(folder, name))
  for (const save of files) {
    const { status, stdout, stderr } = run('--train', data, '--save', save)
    expect(stderr).toContain('line 2 is left out: entities.Aster Air')
    expect(stderr).toContain('line 3 is left out: it is not JSON')
    expect(stdout).toContain('trained on 72 headlines')
    expect(status).toBe(0)
  }
  const [one = '', two = ''] = files
  expect(readFileSync(one, 'utf8')).toBe(readFileSync(two, 'utf8'))
  await using monitor = await openOpinionMonitor({ weights: one })
  const moodOf = async (title: string) => (await monitor.read(title, ['Gorse Energy'])).mentions[0]?.mood
  expect(await moodOf('Gorse Energy triumphs in court')).toBe('positive')
  expect(await moodOf('Gorse Energy sinks after the storm')).toBe('negative')
}, 60_000)

test('a training that could not end well is refused at once', () => {
  const data = join(folder, 'few.jsonl')
  writeFileSync(data, JSON.stringify(labelled[0]))
  expect(run('--train', data).stderr).toContain('--train needs --save or --folds')
  const few = run('--train', data, '--save', join(folder, 'few.json'))
  expect(few.stderr).toContain('holds 1 labelled headlines')
  expect(few.status).toBe(2)
})
