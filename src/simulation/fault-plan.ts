import { demand } from '../kernel/demand.ts'
import { type Duration, milliseconds } from '../kernel/durations.ts'
import { nearest } from '../kernel/only-options.ts'
import { isCalled } from './aims.ts'
import {
  type CrashPoint,
  defaultRange,
  FAULT_KINDS,
  type FaultKind,
  type FaultOptions,
  type FaultPoint,
  pointOf,
  rangeOf,
  refused,
  signed,
} from './faults.ts'

/** What can strike at a site: the kinds next to each other on the line from 0 to 1, so that one draw decides. */
export type Odds = readonly {
  readonly kind: FaultKind
  readonly below: number
  readonly range: readonly [number, number] | undefined
  /** The rate that counts here, if it is one for this place: `drop at 'card'`. */
  readonly label: string | undefined
}[]

/** A name, or an edge between two: `*` is any. */
interface Place {
  readonly text: string
  readonly from: string | undefined
  readonly to: string
}

interface Rate {
  readonly kind: FaultKind
  readonly rate: number
  readonly range: readonly [number, number] | undefined
  readonly place: Place | undefined
}

/** A rate for one place: its label, and the names that must exist. */
export interface PlacedRate {
  readonly label: string
  readonly kind: FaultKind
  readonly names: readonly string[]
}

/** Checked faults: what can happen at each site, and with which probability. */
export interface FaultPlan {
  /** What can strike at a site of these names; undefined: nothing. */
  odds(point: FaultPoint, about: readonly string[]): Odds | undefined
  readonly latency: readonly [number, number] | undefined
  readonly skewMs: number
  readonly budget: number
  readonly quietAfterMs: number
  /** The kinds with a rate above 0, and the labels of such rates for single places. */
  readonly armed: readonly string[]
  readonly placed: readonly PlacedRate[]
}

const CRASHES: Readonly<Record<CrashPoint, FaultKind>> = {
  received: 'crashReceived',
  handled: 'crashHandled',
  flushed: 'crashFlushed',
}
const PLAIN = ['crash', 'skew', 'budget', 'quietAfter']
const OPTIONS = [
  ...FAULT_KINDS.filter((kind) => !kind.startsWith('crash') || kind === 'crashDuringRestart'),
  ...PLAIN,
]
/** The points between two, where an edge can be named. */
const BETWEEN: ReadonlySet<FaultPoint> = new Set<FaultPoint>(['send', 'reply', 'deliver', 'ack'])

/** @throws InvalidArgumentError (`invalid-argument`) naming the fault whose rate, range, place or name is not acceptable. */
export function faultPlan(options: FaultOptions): FaultPlan {
  demand(
    options,
    'faults',
    'an object of faults and their rates',
    (given) => typeof given === 'object' && Object.entries(given).length >= 0,
  )
  const rates: Rate[] = []
  for (const [name, given] of Object.entries(options) as [string, never][]) {
    if (given === undefined || PLAIN.includes(name)) continue
    if (!OPTIONS.includes(name))
      throw refused(
        name,
        given,
        `The nearest is '${nearest(name, OPTIONS)}'; use one of ${OPTIONS.join(', ')}`,
      )
    if (!Array.isArray(given)) arm(name as FaultKind, given, rates)
  }
  armCrashes(options.crash, rates)
  const { budget = Number.POSITIVE_INFINITY, delay } = options
  if (!(budget >= 0)) throw refused('budget', budget, 'Pass the maximum number of faults')
  const armed = rates.filter(({ rate }) => rate > 0)
  const placed = armed.flatMap((rate) => (rate.place === undefined ? [] : [placedRate(rate, rate.place)]))
  return {
    odds: oddsOf(rates),
    latency: latencyOf(delay),
    skewMs: options.skew === undefined ? 0 : signed('skew', options.skew),
    budget,
    quietAfterMs:
      options.quietAfter === undefined
        ? Number.POSITIVE_INFINITY
        : milliseconds(options.quietAfter, 'faults.quietAfter'),
    armed: armed.map(({ kind, place }) => (place === undefined ? kind : labelOf(kind, place))),
    placed,
  }
}

function latencyOf(delay: FaultOptions['delay']): readonly [number, number] | undefined {
  const range = typeof delay === 'object' && 'latency' in delay ? delay.latency : delay
  return Array.isArray(range)
    ? rangeOf('delay', range as unknown as readonly [Duration, Duration])
    : undefined
}

function arm(kind: FaultKind, given: Exclude<FaultOptions['delay'], undefined>, rates: Rate[]): void {
  const { rate, range, at, ...others } = (typeof given === 'number' ? { rate: given } : given) as {
    rate?: number
    range?: readonly [Duration, Duration]
    at?: Readonly<Record<string, unknown>>
    latency?: unknown
  }
  onlyKeys(kind, others, kind === 'delay' ? ['rate', 'range', 'at', 'latency'] : ['rate', 'range', 'at'])
  if (rate === undefined && at === undefined && others.latency === undefined)
    throw refused(kind, given, 'Pass a probability from 0 to 1')
  const own = range === undefined ? defaultRange(kind) : rangeOf(kind, range)
  if (rate !== undefined) rates.push({ kind, rate: rateOf(kind, rate), range: own, place: undefined })
  for (const [text, one] of Object.entries(at ?? {})) {
    const path = `${kind}.at.${text}`
    const here = (typeof one === 'number' ? { rate: one } : (one ?? {})) as {
      rate: number
      range?: readonly [Duration, Duration]
    }
    const near = here.range === undefined ? own : rangeOf(path, here.range)
    rates.push({ kind, rate: rateOf(path, here.rate), range: near, place: placeOf(kind, text) })
  }
}

function armCrashes(crash: FaultOptions['crash'], rates: Rate[]): void {
  if (crash === undefined) return
  const { rate, points, at, ...others } = typeof crash === 'number' ? { rate: crash } : crash
  onlyKeys('crash', others, ['rate', 'points', 'at'])
  const where = points ?? (['received', 'handled', 'flushed'] as const)
  if (rate === undefined && at === undefined) throw refused('crash', crash, 'Pass a probability from 0 to 1')
  for (const point of where) {
    const kind = CRASHES[point]
    if (kind === undefined)
      throw refused('crash.points', point, `Use some of ${Object.keys(CRASHES).join(', ')}`)
    const add = (path: string, given: number, place: Place | undefined): void =>
      void rates.push({ kind, rate: rateOf(path, given) / where.length, range: undefined, place })
    if (rate !== undefined) add('crash', rate, undefined)
    for (const [text, one] of Object.entries(at ?? {})) add(`crash.at.${text}`, one, placeOf('crash', text))
  }
}

function onlyKeys(kind: string, others: object, known: readonly string[]): void {
  const strange = Object.keys(others).find((key) => !known.includes(key))
  if (strange === undefined) return
  const remedy = `The nearest is '${nearest(strange, known)}'; a rate has ${known.join(', ')}`
  throw refused(`${kind}.${strange}`, (others as Record<string, unknown>)[strange], remedy)
}

function placeOf(kind: FaultKind | 'crash', text: string): Place {
  const path = `${kind}.at.${text}`
  const point = kind === 'crash' ? 'handle' : pointOf(kind)
  if (point === 'step') throw refused(path, text, `${kind} strikes the whole run: it has no place`)
  const ends = text.split(/\s*(?:→|->)\s*/)
  if (ends.length > 2 || ends.some((end) => end.trim() === ''))
    throw refused(path, text, "Name an actor ('card') or an edge ('till → card')")
  if (ends.length === 1) return { text, from: undefined, to: text }
  if (!BETWEEN.has(point))
    throw refused(path, text, `${kind} strikes at one actor, not on an edge: name the actor`)
  const [from, to] = ends as [string, string]
  return { text, from, to }
}

function placedRate({ kind }: Rate, place: Place): PlacedRate {
  const names = [place.from, place.to].filter((name) => name !== undefined && name !== '*') as string[]
  return { label: labelOf(kind, place), kind, names }
}

function labelOf(kind: FaultKind, { text }: Place): string {
  return `${kind} at '${text}'`
}

/** An edge goes before a name, a name before all others. */
function oddsOf(rates: readonly Rate[]): FaultPlan['odds'] {
  const general = new Map<FaultPoint, Odds>()
  const special = new Set<FaultPoint>()
  for (const { kind, place } of rates) if (place !== undefined) special.add(pointOf(kind))
  for (const point of new Set(rates.map(({ kind }) => pointOf(kind)))) {
    const here = rates.filter(({ kind }) => pointOf(kind) === point)
    general.set(point, cumulative(here.filter(({ place }) => place === undefined)))
    // Every combination of names that the rates make a difference for must add up to 1 at most.
    const places = here.flatMap(({ place }) => (place === undefined ? [] : [place]))
    const froms = new Set(['*', ...places.map(({ from, to }) => from ?? to)])
    for (const from of froms) for (const { to } of places) at(point, [from, to])
  }
  function at(point: FaultPoint, about: readonly string[]): Odds {
    const here = rates.filter(({ kind, place }) => pointOf(kind) === point && matches(place, point, about))
    const best = new Map<FaultKind, Rate>()
    for (const rate of here) {
      const other = best.get(rate.kind)
      if (other === undefined || weight(rate.place) >= weight(other.place)) best.set(rate.kind, rate)
    }
    return cumulative([...best.values()])
  }
  return (point, about) => {
    const odds = special.has(point) ? at(point, about) : general.get(point)
    return odds === undefined || odds.length === 0 ? undefined : odds
  }
}

function weight(place: Place | undefined): number {
  if (place === undefined) return 0
  if (place.from === undefined) return 2
  return (place.from === '*' ? 1 : 2) + (place.to === '*' ? 0 : 2)
}

function matches(place: Place | undefined, point: FaultPoint, about: readonly string[]): boolean {
  if (place === undefined) return true
  const called = (actor: string | undefined, name: string): boolean => name === '*' || isCalled(actor, name)
  if (place.from !== undefined) return called(about[0], place.from) && called(about[1], place.to)
  // A frame is at a transport and a destination, a message at its recipient.
  return (
    called(about.at(-1), place.to) || ((point === 'deliver' || point === 'ack') && called(about[0], place.to))
  )
}

function cumulative(rates: readonly Rate[]): Odds {
  const odds: { kind: FaultKind; below: number; range: Rate['range']; label: string | undefined }[] = []
  for (const kind of FAULT_KINDS) {
    const found = rates.find((rate) => rate.kind === kind)
    if (found === undefined || found.rate === 0) continue
    const { rate, range, place } = found
    const below = (odds.at(-1)?.below ?? 0) + rate
    if (below > 1 + 1e-9) {
      const beside = [...odds.map((one) => one.kind), kind].join(' + ')
      throw refused(kind, rate, `Lower the rates: ${beside} strike at the same place and add up to ${below}`)
    }
    odds.push({ kind, below, range, label: place === undefined ? undefined : labelOf(kind, place) })
  }
  return odds
}

function rateOf(path: string, rate: number): number {
  if (typeof rate === 'number' && rate >= 0 && rate <= 1) return rate
  throw refused(path, rate, 'Pass a probability from 0 to 1')
}
