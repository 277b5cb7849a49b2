import { demand, shown } from '../kernel/demand.ts'
import { type Duration, milliseconds } from '../kernel/durations.ts'
import { InvalidArgumentError } from '../kernel/errors.ts'

/** Where in a run a fault can strike. */
export type FaultPoint =
  | 'send'
  | 'reply'
  | 'handle'
  | 'handled'
  | 'flushed'
  | 'restart'
  | 'spawn'
  | 'maybe'
  | 'infer'
  | 'commit'
  | 'flush'
  | 'read'
  | 'deliver'
  | 'ack'
  | 'step'

/** Every kind of fault, by the point where it strikes. Kinds with a duration draw it from the range listed here. */
const KINDS = {
  // Messages between actors, on edges that are remote.
  drop: { point: 'send' },
  delay: { point: 'send', range: ['1ms', '500ms'] },
  duplicate: { point: 'send' },
  /** The message lets others of its pair pass. */
  reorder: { point: 'send', range: ['1ms', '500ms'] },
  corrupt: { point: 'send' },
  truncate: { point: 'send' },
  burst: { point: 'send', range: [2, 16] },
  mailboxFull: { point: 'send' },
  partition: { point: 'send', range: ['1s', '30s'] },
  ackLost: { point: 'reply' },
  lateAck: { point: 'reply', range: ['100ms', '60s'] },
  // Handlers and instances.
  throw: { point: 'handle' },
  reject: { point: 'handle' },
  hang: { point: 'handle' },
  poison: { point: 'handle' },
  slow: { point: 'handle', range: ['10ms', '5s'] },
  crashReceived: { point: 'handle' },
  crashHandled: { point: 'handled' },
  replyTwice: { point: 'handled' },
  crashFlushed: { point: 'flushed' },
  supervisorCrash: { point: 'flushed' },
  crashDuringRestart: { point: 'restart' },
  maybe: { point: 'maybe' },
  // The inference pool.
  workerDeath: { point: 'infer' },
  outOfMemory: { point: 'infer' },
  inferenceHang: { point: 'infer' },
  abortRace: { point: 'infer' },
  lateResult: { point: 'infer', range: ['1s', '120s'] },
  uncloneable: { point: 'infer' },
  queueFull: { point: 'infer' },
  // The store.
  diskFull: { point: 'commit' },
  ioError: { point: 'commit' },
  storeCrash: { point: 'flush' },
  slowFlush: { point: 'flush', range: ['10ms', '10s'] },
  corruptRecord: { point: 'read' },
  // The transport.
  lostFrame: { point: 'deliver' },
  redeliver: { point: 'deliver', range: ['1ms', '60s'] },
  reconnect: { point: 'deliver', range: ['100ms', '10s'] },
  transportAckLost: { point: 'ack' },
  // Wall time, and limits.
  clockJump: { point: 'step', range: [-3_600_000, 3_600_000] },
  shrinkLimits: { point: 'spawn', range: [1, 4] },
  shrinkTimeouts: { point: 'spawn', range: [2, 20] },
} as const satisfies Record<
  string,
  { point: FaultPoint; range?: readonly [number | string, number | string] }
>

/** The kinds of faults, by name. */
export type FaultKind = keyof typeof KINDS
/** The kinds that strike at a point. Code that asks for a fault there handles each of them, or does not compile. */
export type FaultAt<P extends FaultPoint> = FaultKind &
  { [K in FaultKind]: (typeof KINDS)[K]['point'] extends P ? K : never }[FaultKind]
/** All kinds of faults. */
export const FAULT_KINDS = Object.keys(KINDS) as FaultKind[]

export function pointOf(kind: FaultKind): FaultPoint {
  return KINDS[kind].point
}

export function strikesAt<P extends FaultPoint>(kind: FaultKind, point: P): kind is FaultAt<P> {
  return pointOf(kind) === point
}

/** How often: a probability from 0 to 1 per opportunity; with a range, also how much. */
export type FaultRate = number | { readonly rate: number; readonly range?: readonly [Duration, Duration] }

/** Where a crash may strike: before the handler, between handler and reply, or after the reply. */
export type CrashPoint = 'received' | 'handled' | 'flushed'

/**
 * What may go wrong, and how often. A rate is the probability per opportunity: each message, handler, call, commit.
 * `delay` as a bare range is not a fault but the latency of the network: every remote message takes that long.
 */
export type FaultOptions = {
  readonly [K in Exclude<FaultKind, 'delay' | 'crashReceived' | 'crashHandled' | 'crashFlushed'>]?: FaultRate
} & {
  readonly delay?: FaultRate | readonly [Duration, Duration]
  readonly crash?: number | { readonly rate: number; readonly points?: readonly CrashPoint[] }
  /** Initial offset of the wall clock, either way: `'-1h'` is an hour behind. */
  readonly skew?: Duration
  /** Most faults in all. */
  readonly budget?: number
  /** The virtual time at which faults end; after it the system must converge. */
  readonly quietAfter?: Duration
}

/** Checked faults: what can happen at each point, and with which probability. */
export interface FaultPlan {
  readonly points: ReadonlyMap<FaultPoint, readonly { readonly kind: FaultKind; readonly below: number }[]>
  readonly ranges: ReadonlyMap<FaultKind, readonly [number, number]>
  readonly latency: readonly [number, number] | undefined
  readonly skewMs: number
  readonly budget: number
  readonly quietAfterMs: number
  /** The kinds with a rate above 0. */
  readonly armed: readonly FaultKind[]
}

const CRASHES: Readonly<Record<CrashPoint, FaultKind>> = {
  received: 'crashReceived',
  handled: 'crashHandled',
  flushed: 'crashFlushed',
}
const PLAIN = new Set<string>(['delay', 'crash', 'skew', 'budget', 'quietAfter'])

/** @throws InvalidArgumentError (`invalid-argument`) naming the fault whose rate, range or name is not acceptable. */
export function faultPlan(options: FaultOptions): FaultPlan {
  demand(
    options,
    'faults',
    'an object of faults and their rates',
    (given) => typeof given === 'object' && Object.entries(given).length >= 0,
  )
  const rates = new Map<FaultKind, number>()
  const ranges = new Map<FaultKind, readonly [number, number]>()
  let latency: readonly [number, number] | undefined
  for (const [name, given] of Object.entries(options) as [string, never][]) {
    if (given === undefined || PLAIN.has(name)) continue
    if (!(name in KINDS)) throw refused(name, given, `Use one of ${FAULT_KINDS.join(', ')}`)
    arm(name as FaultKind, given, rates, ranges)
  }
  const { delay, crash } = options
  if (Array.isArray(delay)) latency = rangeOf('delay', delay as unknown as readonly [Duration, Duration])
  else if (delay !== undefined) arm('delay', delay as FaultRate, rates, ranges)
  if (crash !== undefined) {
    const { rate, points } = typeof crash === 'number' ? { rate: crash, points: undefined } : crash
    const at = points ?? (['received', 'handled', 'flushed'] as const)
    for (const point of at) {
      if (CRASHES[point] === undefined)
        throw refused('crash.points', point, `Use some of ${Object.keys(CRASHES).join(', ')}`)
      rates.set(CRASHES[point], rateOf('crash', rate) / at.length)
    }
  }
  const { budget = Number.POSITIVE_INFINITY } = options
  if (!(budget >= 0)) throw refused('budget', budget, 'Pass the maximum number of faults')
  return {
    points: cumulative(rates),
    ranges,
    latency,
    skewMs: options.skew === undefined ? 0 : signed('skew', options.skew),
    budget,
    quietAfterMs:
      options.quietAfter === undefined
        ? Number.POSITIVE_INFINITY
        : milliseconds(options.quietAfter, 'faults.quietAfter'),
    armed: [...rates].filter(([, rate]) => rate > 0).map(([kind]) => kind),
  }
}

function arm(
  kind: FaultKind,
  given: FaultRate,
  rates: Map<FaultKind, number>,
  ranges: Map<FaultKind, readonly [number, number]>,
): void {
  const { rate, range } = typeof given === 'number' ? { rate: given, range: undefined } : given
  rates.set(kind, rateOf(kind, rate))
  const spec = KINDS[kind]
  const own = range ?? ('range' in spec ? spec.range : undefined)
  if (own !== undefined) ranges.set(kind, rangeOf(kind, own as readonly [Duration, Duration]))
}

/** By point: the kinds next to each other on the line from 0 to 1, so that one draw decides. */
function cumulative(rates: ReadonlyMap<FaultKind, number>): FaultPlan['points'] {
  const points = new Map<FaultPoint, { kind: FaultKind; below: number }[]>()
  for (const kind of FAULT_KINDS) {
    const rate = rates.get(kind) ?? 0
    if (rate === 0) continue
    const at = points.get(pointOf(kind)) ?? []
    const below = (at.at(-1)?.below ?? 0) + rate
    if (below > 1 + 1e-9) {
      const beside = [...at.map((one) => one.kind), kind].join(' + ')
      throw refused(kind, rate, `Lower the rates: ${beside} strike at the same place and add up to ${below}`)
    }
    at.push({ kind, below })
    points.set(pointOf(kind), at)
  }
  return points
}

function rateOf(kind: string, rate: number): number {
  if (typeof rate === 'number' && rate >= 0 && rate <= 1) return rate
  throw refused(kind, rate, 'Pass a probability from 0 to 1')
}

/** The default range of a kind. */
export function defaultRange(kind: FaultKind): readonly [number, number] | undefined {
  const spec = KINDS[kind]
  return 'range' in spec ? rangeOf(kind, spec.range as readonly [Duration, Duration]) : undefined
}

export function rangeOf(name: string, [low, high]: readonly [Duration, Duration]): readonly [number, number] {
  const range = [signed(name, low), signed(name, high)] as const
  if (range[0] > range[1])
    throw refused(name, [low, high], 'Pass the smaller end of the range first, the larger last')
  return range
}

/** A clock may also be behind, or jump back: '-1h'. */
function signed(name: string, value: Duration): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (typeof value === 'string' && value.startsWith('-'))
    return -milliseconds(value.slice(1), `faults.${name}`)
  return milliseconds(value, `faults.${name}`)
}

function refused(name: string, value: unknown, remedy: string): InvalidArgumentError {
  return new InvalidArgumentError(`faults.${name} is not acceptable: ${shown(value)}`, {
    path: `faults.${name}`,
    value,
    remedy,
  })
}
