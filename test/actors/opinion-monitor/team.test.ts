import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { embeddingOf } from '../../../actors/knowledge/index/embedding.ts'
import {
  type OpinionMonitor,
  openOpinionMonitor,
} from '../../../actors/opinion-monitor/open-opinion-monitor.ts'
import { readWeights } from '../../../actors/opinion-monitor/reading/weights.ts'
import type { StreamHeadline } from '../../../actors/opinion-monitor/stream-headline.ts'
import { opinionReaders } from '../../../actors/opinion-monitor/team.ts'
import type { Alert } from '../../../actors/opinion-monitor/watching/alert.ts'

const SAMPLE = new URL('../../../actors/opinion-monitor/sample/headlines.jsonl', import.meta.url)
const sample = (): StreamHeadline[] =>
  readFileSync(SAMPLE, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

const light = { encoder: false } as const

async function seen(monitor: OpinionMonitor, rows: Iterable<StreamHeadline>): Promise<void> {
  for await (const { error } of monitor.watch(rows)) expect(error).toBeUndefined()
  await monitor.close()
}

test('[G124] each entity of a headline has its own mood', async () => {
  await using monitor = await openOpinionMonitor(light)
  const { mentions } = await monitor.read('Bramley Bank rises 4% while Oakhurst Steel falls on weak sales', [
    'Bramley Bank',
    'Oakhurst Steel',
  ])
  expect(mentions.map(({ entity, mood }) => [entity, mood])).toEqual([
    ['Bramley Bank', 'positive'],
    ['Oakhurst Steel', 'negative'],
  ])
  const found = await monitor.read('Shares of Kestrel Motors slip as Penrose Retail expands')
  expect(found.mentions.map(({ entity }) => entity)).toEqual(
    expect.arrayContaining(['Kestrel Motors', 'Penrose Retail']),
  )
})

test('[G124] killing any processor, one after another, in the middle of a stream loses no headline', async () => {
  const rows = sample()
  const alerts: Alert[] = []
  await using monitor = await openOpinionMonitor({ ...light, onAlert: (alert) => alerts.push(alert) })
  const processors = ['entities', 'phrases', 'lexicon', 'contrast', 'vote']
  let count = 0
  for await (const { error } of monitor.watch(rows)) {
    expect(error).toBeUndefined()
    // Each three times: a fourth kill within five seconds is more than a supervisor restarts after.
    if (count % 30 === 0) monitor.kill(processors[(count / 30) % processors.length] as string)
    count += 1
  }
  await monitor.close()
  expect(count).toBe(rows.length)
  expect(monitor.report()).toMatchObject({
    counted: rows.length - 2,
    duplicate: 1,
    late: 1,
    failed: 0,
    undelivered: 0,
  })
  expect(alerts.map(({ kind, entity }) => `${kind} ${entity}`)).toEqual([
    'surge Ashgrove Pharma',
    'shift Kestrel Motors',
  ])
})

test('[G124] a scorer that is closed is not waited for; weights can be read, set and learned while it runs', async () => {
  await using monitor = await openOpinionMonitor(light)
  expect(Object.keys(monitor.report().weights)).toEqual(['phrases', 'lexicon', 'contrast'])
  monitor.setWeights({ phrases: 0, lexicon: 0.5, contrast: 0.5 })
  const [mention] = (await monitor.read('Kestrel Motors shares slip on weak sales', ['Kestrel Motors']))
    .mentions
  expect(Object.keys(mention?.by ?? {})).toEqual(['lexicon', 'contrast'])
  const before = monitor.report().weights
  expect(() => monitor.setWeights({ lexicon: 0, contrast: 0 })).toThrow(
    expect.objectContaining({ code: 'invalid-argument', path: 'setWeights.weights' }),
  )
  expect(monitor.report().weights).toEqual(before)
  await expect(openOpinionMonitor({ ...light, grace: 'soon' })).rejects.toMatchObject({
    code: 'invalid-argument',
    path: 'openOpinionMonitor.grace',
  })
  // To be taught that a fall is good news weakens those who call it bad most surely.
  const surest =
    Object.entries(mention?.by ?? {}).toSorted(([, a], [, b]) => b.negative - a.negative)[0]?.[0] ?? ''
  const after = await monitor.teach('Kestrel Motors shares slip on weak sales', {
    'Kestrel Motors': 'positive',
  })
  expect(after[surest]).toBeLessThan(before[surest] as number)
  expect(Object.values(after).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9)
  expect(monitor.report().weights).toEqual(after)
})

test('[G124] the same stream gives the same report', async () => {
  const reports = []
  for (let run = 0; run < 2; run++) {
    await using monitor = await openOpinionMonitor(light)
    await seen(monitor, sample())
    reports.push(monitor.report())
  }
  expect(reports[1]).toEqual(reports[0])
})

test('[G125] a webhook that fails gets each alert again under one key, and the others go out meanwhile', async () => {
  const keys: string[] = []
  const server = createServer((request, response) => {
    keys.push(String(request.headers['idempotency-key']))
    request.resume()
    response.writeHead(keys.length <= 2 ? 503 : 204).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const called: string[] = []
  try {
    const webhook = `http://127.0.0.1:${(server.address() as AddressInfo).port}/alerts`
    await using monitor = await openOpinionMonitor({
      ...light,
      webhook,
      onAlert: ({ id }) => called.push(id),
    })
    await seen(monitor, sample())
    expect(monitor.report()).toMatchObject({ undelivered: 0 })
  } finally {
    server.close()
  }
  expect(called).toHaveLength(2)
  expect(keys).toHaveLength(4)
  expect(new Set(keys).size).toBe(2)
})

test('the README shows the plan that runs', () => {
  const readme = readFileSync(new URL('../../../actors/opinion-monitor/README.md', import.meta.url), 'utf8')
  const plan = opinionReaders({ weights: readWeights(), encoder: embeddingOf('e5-small-v2').query })
  expect(readme).toContain(plan.toMermaid().trim())
})

test('[G126] from code too, what is no headline is one result that names its field; the others are read', async () => {
  await using monitor = await openOpinionMonitor(light)
  const good = {
    title: 'Penrose Retail opens a shop',
    at: Date.UTC(2026, 2, 2),
    entities: ['Penrose Retail'],
  }
  const rows = [
    { ...good, title: '' },
    good,
    { ...good, at: '2026-02-31' },
    { ...good, at: good.at / 1000 },
    { title: 'no time' },
    { ...good, title: 'Penrose Retail closes a shop', entities: [7] },
    null,
    { ...good, title: 'Penrose Retail moves' },
  ] as StreamHeadline[]
  const came: (string | undefined)[] = []
  for await (const { headline, error, taken } of monitor.watch(rows)) {
    expect(headline).toBe(rows[came.length])
    came.push(error === undefined ? taken : `${(error as { path?: string }).path} ${error.message}`)
  }
  expect(came).toEqual([
    expect.stringMatching(/^headlines\[0\]\.title .*is empty/u),
    'counted',
    expect.stringMatching(/^headlines\[2\]\.at .*is not a time.*2026-02-31/u),
    expect.stringMatching(/^headlines\[3\]\.at .*is not a time.*1772409600/u),
    expect.stringMatching(/^headlines\[4\]\.at /u),
    expect.stringMatching(/^headlines\[5\]\.entities\[0\] .*expected string/u),
    expect.stringMatching(/^headlines\[6\] /u),
    'counted',
  ])
  expect(monitor.report()).toMatchObject({ counted: 2, failed: 6 })
})
