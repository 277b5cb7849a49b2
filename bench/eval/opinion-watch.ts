import { sketchOf } from '../../actors/opinion-monitor/reading/sketch.ts'
import type { Alert } from '../../actors/opinion-monitor/watching/alert.ts'
import { Desk, type Observed } from '../../actors/opinion-monitor/watching/desk.ts'
import { watchSettings } from '../../actors/opinion-monitor/watching/settings.ts'
import type { RandomStream } from '../../src/kernel/kernel.ts'
import { SeededRandomness } from '../../src/kernel/random.ts'
import { type BenchResult, median } from '../result.ts'

const HOUR = 3_600_000
const FALSE_SURGES = 1e-3
const READINGS_BETWEEN = 1_000
/** An entity has so many headlines an hour; a surge brings five times as many for three hours. */
const RATE = 2
const SURGE_FACTOR = 5
const SURGE_HOURS = 3
const VECTOR = sketchOf(['nothing'])

interface Made {
  readonly stream: Observed[]
  readonly surges: readonly { readonly entity: string; readonly from: number }[]
  readonly shifts: readonly { readonly entity: string; readonly from: number }[]
}

/** Steady streams of many entities, half of them with an injected surge, a quarter with a change of mood. */
function made(entities: number, hours: number, random: RandomStream, injected: boolean): Made {
  const stream: Observed[] = []
  const surges: { entity: string; from: number }[] = []
  const shifts: { entity: string; from: number }[] = []
  for (let e = 0; e < entities; e++) {
    const entity = `entity ${e}`
    const surgeAt =
      injected && e % 2 === 0 ? (0.3 + 0.4 * random.next()) * hours * HOUR : Number.POSITIVE_INFINITY
    const shiftAt =
      injected && e % 4 === 1 ? (0.4 + 0.2 * random.next()) * hours * HOUR : Number.POSITIVE_INFINITY
    if (Number.isFinite(surgeAt)) surges.push({ entity, from: surgeAt })
    if (Number.isFinite(shiftAt)) shifts.push({ entity, from: shiftAt })
    let at = 0
    for (let n = 0; ; n++) {
      const surging = at >= surgeAt && at < surgeAt + SURGE_HOURS * HOUR
      at += (-Math.log(1 - random.next()) * HOUR) / (RATE * (surging ? SURGE_FACTOR : 1))
      if (at >= hours * HOUR) break
      const better = random.next() < (at >= shiftAt ? 0.15 : 0.6)
      const positive = better ? 0.5 + 0.4 * random.next() : 0.2 * random.next()
      const chances = { positive, neutral: 0.1, negative: 0.9 - positive }
      stream.push({
        id: `${e}.${n}`,
        at,
        title: 'news',
        reading: {
          mentions: [{ entity, mood: better ? 'positive' : 'negative', chances, by: {} }],
          missing: [],
          vector: VECTOR,
          words: [],
        },
      })
    }
  }
  return { stream: stream.sort((a, b) => a.at - b.at), surges, shifts }
}

function alertsOf(stream: readonly Observed[]): readonly Alert[] {
  const desk = new Desk(
    watchSettings({ falseSurges: FALSE_SURGES, readingsPerFalseShift: READINGS_BETWEEN }, 'eval'),
  )
  for (const one of stream) desk.take(one)
  desk.close()
  return desk.alerts
}

/** Found surges and shifts, their delay, and false alarms on streams where nothing happens. */
export function watchFigures(quick: boolean): BenchResult[] {
  const random = new SeededRandomness(25).stream('watch')
  const [entities, hours] = quick ? [20, 200] : [60, 600]
  const quiet = made(entities, hours, random, false)
  const quietAlerts = alertsOf(quiet.stream)
  const falseSurges = quietAlerts.filter(({ kind }) => kind === 'surge').length / (entities * hours)
  const falseShifts =
    quiet.stream.length / Math.max(1, quietAlerts.filter(({ kind }) => kind === 'shift').length)
  const { stream, surges, shifts } = made(entities, hours, random, true)
  const alerts = alertsOf(stream)
  const delays = surges.map(({ entity, from }) => {
    const own = alerts.filter((one) => one.kind === 'surge' && one.entity === entity)
    const first = own.find(
      (one) => Date.parse(one.until) > from && Date.parse(one.from) < from + SURGE_HOURS * HOUR,
    )
    return first === undefined ? undefined : (Date.parse(first.until) - from) / HOUR
  })
  const repeats = surges.map(
    ({ entity, from }) =>
      alerts.filter(
        (one) =>
          one.kind === 'surge' &&
          one.entity === entity &&
          Date.parse(one.until) > from &&
          Date.parse(one.from) < from + SURGE_HOURS * HOUR,
      ).length,
  )
  const found = delays.filter((delay) => delay !== undefined)
  const turned = shifts.flatMap(({ entity, from }) => {
    const first = alerts.find(
      (one) =>
        one.kind === 'shift' &&
        one.direction === 'down' &&
        one.entity === entity &&
        Date.parse(one.until) > from,
    )
    if (first === undefined) return []
    return [
      stream.filter(
        (one) =>
          one.reading.mentions[0]?.entity === entity && one.at >= from && one.at < Date.parse(first.until),
      ).length,
    ]
  })
  return [
    {
      name: `false surges a window on steady streams (${entities * hours} windows)`,
      value: falseSurges,
      unit: 'share',
      ratio: falseSurges / FALSE_SURGES,
      of: 'the stated rate',
    },
    {
      name: `readings between false shifts (${quiet.stream.length} readings)`,
      value: falseShifts,
      unit: 'readings',
      ratio: falseShifts / READINGS_BETWEEN,
      of: 'the stated number',
    },
    {
      name: `surges found, ${SURGE_FACTOR} times the usual rate for ${SURGE_HOURS} h (${surges.length})`,
      value: found.length / surges.length,
      unit: 'share',
    },
    {
      name: 'surges with more than one alert',
      value: repeats.filter((count) => count > 1).length,
      unit: 'surges',
    },
    { name: 'delay of a surge, median, until the end of its window', value: median(found), unit: 'h' },
    {
      name: `shifts found, mean balance from 0.3 to -0.6 (${shifts.length})`,
      value: turned.length / shifts.length,
      unit: 'share',
    },
    { name: 'delay of a shift, median', value: median(turned), unit: 'readings' },
  ]
}
