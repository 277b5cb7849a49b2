import { shown } from '../kernel/demand.ts'
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
export type FaultRateAt = number | { readonly rate: number; readonly range?: readonly [Duration, Duration] }

/**
 * How often, and how much; in `at` for single places, which go before the rest. A place is the name of an actor, processor,
 * model, store or transport (`card`), of an edge (`till → card`, `* → card`), or of a point of `maybe`.
 */
export type FaultRate =
  | number
  | {
      readonly rate?: number
      readonly range?: readonly [Duration, Duration]
      readonly at?: Readonly<Record<string, FaultRateAt>>
    }

/** Where a crash may strike: before the handler, between handler and reply, or after the reply. */
export type CrashPoint = 'received' | 'handled' | 'flushed'

/** How often an instance crashes, and at which points; in `at` for single actors. */
export type CrashRate =
  | number
  | {
      readonly rate?: number
      readonly points?: readonly CrashPoint[]
      readonly at?: Readonly<Record<string, number>>
    }

/**
 * What may go wrong, and how often. A rate is the probability per opportunity: each message, handler, call, commit.
 * `delay` as a bare range, or its `latency`, is not a fault but the latency of the network: every remote message takes that long.
 */
export type FaultOptions = {
  readonly [K in Exclude<FaultKind, 'delay' | 'crashReceived' | 'crashHandled' | 'crashFlushed'>]?: FaultRate
} & {
  readonly delay?:
    | FaultRate
    | (Exclude<FaultRate, number> & { readonly latency: readonly [Duration, Duration] })
    | readonly [Duration, Duration]
  readonly crash?: CrashRate
  /** Initial offset of the wall clock, either way: `'-1h'` is an hour behind. */
  readonly skew?: Duration
  /** Most faults in all. */
  readonly budget?: number
  /** The virtual time at which faults end; after it the system must converge. */
  readonly quietAfter?: Duration
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
export function signed(name: string, value: Duration): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (typeof value === 'string' && value.startsWith('-'))
    return -milliseconds(value.slice(1), `faults.${name}`)
  return milliseconds(value, `faults.${name}`)
}

export function refused(name: string, value: unknown, remedy: string): InvalidArgumentError {
  return new InvalidArgumentError(`faults.${name} is not acceptable: ${shown(value)}`, {
    path: `faults.${name}`,
    value,
    remedy,
  })
}
