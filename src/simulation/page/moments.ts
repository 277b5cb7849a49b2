import { meaningOf } from '../fault-words.ts'
import type { TraceEvent } from '../recorder.ts'
import type { SimulationResult } from '../result.ts'
import { textOf, timeOf } from '../story.ts'
import { type SourceLine, sourceLine } from './source-links.ts'

/** Most events of a run on its page; of a longer run these are the last ones. */
export const MOMENTS_MAX = 3000

/** What the page's script draws of one run. */
export interface Moments {
  /** What changes states or sends, from left to right in order of appearance. */
  readonly lanes: readonly string[]
  /** The states before the first moment. */
  readonly states: Readonly<Record<string, string>>
  readonly places: readonly SourceLine[]
  readonly moments: readonly Moment[]
  /** How many earlier events are not on the page. */
  readonly earlier: number
}

/** One event. */
interface Moment {
  readonly kind: TraceEvent['kind'] | 'failure'
  readonly step: number
  readonly time: string
  readonly from: string
  readonly to: string
  readonly text: string
  /** What a fault does, in words. */
  readonly meaning?: string
  /** Its index among the places. */
  readonly place?: number
  /** The actor's state from now on. */
  readonly state?: string
}

/** A run, moment by moment, up to its failure. */
export function momentsOf(result: SimulationResult, template: string): Moments {
  const { trace } = result
  const end = trace.findIndex(isFailure)
  const whole = end < 0 ? trace : trace.slice(0, end + 1)
  const earlier = Math.max(0, whole.length - MOMENTS_MAX)
  const told = whole.slice(earlier)
  const states: Record<string, string> = Object.create(null)
  for (const { actor, before } of result.states) states[actor] = before
  for (const { kind, to, what } of whole.slice(0, earlier)) if (kind === 'state') states[to] = what
  const places: string[] = [...new Set(told.flatMap(({ place }) => place ?? []))]
  return {
    lanes: lanesOf(told, Object.keys(states)),
    states,
    places: places.map((place) => sourceLine(place, template)),
    moments: told.map((event) => momentOf(event, places)),
    earlier,
  }
}

function isFailure({ kind, what }: TraceEvent): boolean {
  return kind === 'note' && what.startsWith('✗ ')
}

function momentOf(event: TraceEvent, places: readonly string[]): Moment {
  const { kind, step, at, from, to, what, place } = event
  const meaning = kind === 'fault' ? meaningOf(what).replace(/^: /, '') : ''
  return {
    kind: isFailure(event) ? 'failure' : kind,
    step,
    time: timeOf(at),
    from,
    to,
    text: textOf(event),
    ...(meaning === '' ? {} : { meaning }),
    ...(place === undefined ? {} : { place: places.indexOf(place) }),
    ...(kind === 'state' ? { state: what } : {}),
  }
}

function lanesOf(told: readonly TraceEvent[], actors: readonly string[]): readonly string[] {
  const lanes = new Set<string>()
  for (const { from, to } of told) {
    // An event of one alone names it as `to`; a sender is there with whom it sends to.
    if (from !== '' && to !== '') lanes.add(from)
    if (to !== '') lanes.add(to)
  }
  for (const actor of actors) lanes.add(actor)
  return [...lanes]
}
