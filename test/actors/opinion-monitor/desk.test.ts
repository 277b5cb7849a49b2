import { expect, test } from 'vitest'
import { sketchOf } from '../../../actors/opinion-monitor/reading/sketch.ts'
import { Desk, type Observed } from '../../../actors/opinion-monitor/watching/desk.ts'
import { watchSettings } from '../../../actors/opinion-monitor/watching/settings.ts'
import { SeededRandomness } from '../../../src/kernel/random.ts'

const MINUTE = 60_000
const good = { negative: 0.2, neutral: 0.3, positive: 0.5 }
const bad = { negative: 0.8, neutral: 0.1, positive: 0.1 }

function headline(
  at: number,
  entity: string,
  title = `news of ${entity}`,
  id = `${entity}@${at}`,
  chances: typeof good = good,
): Observed {
  const words = title.toLowerCase().split(' ')
  const mention = { entity, mood: 'positive' as const, chances, by: {} }
  return { id, at, title, reading: { mentions: [mention], missing: [], vector: sketchOf(words), words } }
}

const desk = () => new Desk(watchSettings({ window: '1m', lateness: '30s' }, 'test'))

test('[G123] a window closes when the watermark passes its end; what comes later is counted as late', () => {
  const watch = desk()
  expect(watch.take(headline(10_000, 'a'))).toBe('counted')
  expect(watch.take(headline(80_000, 'a'))).toBe('counted')
  expect(watch.windows).toEqual([])
  // 20 s later than the latest, within the lateness.
  expect(watch.take(headline(59_000, 'b'))).toBe('counted')
  expect(watch.take(headline(90_000, 'a'))).toBe('counted')
  expect(watch.windows.map(({ entity, headlines }) => [entity, headlines])).toEqual([
    ['a', 1],
    ['b', 1],
  ])
  expect(watch.take(headline(59_500, 'c'))).toBe('late')
  watch.close()
  expect(watch.counts).toEqual({ counted: 4, duplicate: 0, late: 1, full: 0, windows: 2 })
})

test('[G123] the same headline counts once', () => {
  const watch = desk()
  watch.take(headline(10_000, 'a'))
  expect(watch.take(headline(10_000, 'a'))).toBe('duplicate')
  watch.close()
  expect(watch.windows).toMatchObject([{ entity: 'a', headlines: 1 }])
})

test('[G123] the order of arrival within the lateness changes neither windows nor alerts', () => {
  const random = new SeededRandomness(123).stream('order')
  const stream = Array.from({ length: 40 }, (_, i) => headline(i * 20_000, i % 3 === 0 ? 'a' : 'b'))
  for (let i = 0; i < 12; i++)
    stream.push(headline(9 * MINUTE + i * 1_000, 'a', `surge number ${i}`, `s${i}`))
  stream.sort((x, y) => x.at - y.at)
  const jumbled = stream
    .map((one) => ({ one, key: one.at + random.next() * 29_000 }))
    .toSorted((x, y) => x.key - y.key)
    .map(({ one }) => one)
  const [first, second] = [desk(), desk()]
  for (const one of stream) first.take(one)
  for (const one of jumbled) second.take(one)
  first.close()
  second.close()
  expect(second.counts).toEqual(first.counts)
  expect(second.windows).toEqual(first.windows)
  expect(second.alerts).toEqual(first.alerts)
  expect(first.alerts.map(({ id }) => id)).toEqual([`surge:a:${9 * MINUTE}`])
})

test('an alert quotes the headlines that caused it, each wording once', () => {
  const watch = desk()
  for (let i = 0; i < 8; i++) watch.take(headline(i * MINUTE, 'b'))
  for (let i = 0; i < 9; i++)
    watch.take(headline(8 * MINUTE + i, 'a', i < 5 ? 'a recalls its drug' : `a recalls drug ${i}`))
  watch.close()
  const [alert] = watch.alerts
  expect(alert).toMatchObject({ kind: 'surge', entity: 'a', headlines: 9, usual: 0 })
  expect(alert?.causes.map(({ title }) => title)).toEqual([
    'a recalls its drug',
    'a recalls drug 5',
    'a recalls drug 6',
    'a recalls drug 7',
    'a recalls drug 8',
  ])
  expect(alert?.topic).toContain('recalls')
})

test('a change of mood quotes what speaks for it, by time, and nothing that speaks against it', () => {
  const watch = desk()
  for (let i = 0; i < 40; i++) watch.take(headline(i * MINUTE, 'a'))
  // One in four is still good news, and the words of the bad ones are three.
  for (let i = 40; i < 80; i++)
    watch.take(
      headline(
        i * MINUTE,
        'a',
        i % 4 === 0 ? `good ${i}` : `bad ${i % 3}`,
        `a${i}`,
        i % 4 === 0 ? good : bad,
      ),
    )
  watch.close()
  const shift = watch.alerts.find(({ kind }) => kind === 'shift')
  expect(shift).toMatchObject({ entity: 'a', direction: 'down' })
  expect(shift?.causes.map(({ title }) => title).toSorted()).toEqual(['bad 0', 'bad 1', 'bad 2'])
  const times = shift?.causes.map(({ at }) => at) ?? []
  expect(times).toEqual(times.toSorted())
})

test('a stream that pauses for a year closes no more windows than its history has', () => {
  const watch = desk()
  watch.take(headline(0, 'a'))
  watch.take(headline(365 * 86_400_000, 'a'))
  watch.close()
  expect(watch.counts.windows).toBeLessThanOrEqual(60)
})
