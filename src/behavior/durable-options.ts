import { aFunction, demand, entriesIn } from '../kernel/demand.ts'
import { type Duration, milliseconds } from '../kernel/durations.ts'
import { InvalidArgumentError } from '../kernel/errors.ts'
import { onlyOptions } from '../kernel/only-options.ts'
import { wholeNumber } from '../kernel/whole-number.ts'

/** What a durable actor keeps in the journal, and for how long. */
export interface DurableOptions<S = unknown> {
  /**
   * How the state of earlier releases becomes today's: the nth turns version n into version n + 1. An actor whose state is newer
   * than the last does not start.
   */
  readonly migrations?: readonly ((state: never) => unknown)[]
  /**
   * How the bodies of messages of earlier releases become today's, by message type: the nth turns version n into version n + 1. A
   * message that is newer than the last waits in the journal for the release that knows it.
   */
  readonly messages?: Readonly<Record<string, readonly ((body: never) => unknown)[]>>
  /**
   * With events, handlers change the state only by `ctx.persist(name, data)`. It calls the function of that name, now and at every
   * later start.
   */
  readonly events?: Readonly<Record<string, (state: S, data: never) => void>>
  /** Events after which the whole state is written, and the events are forgotten. Default 100. */
  readonly snapshotEvery?: number
  /** How many idempotency keys of handled messages are remembered, and how long. Default 10,000 and one day. */
  readonly dedupe?: { readonly count?: number; readonly age?: Duration }
  /**
   * When an entity leaves memory: after this long without a message, default 10 minutes; and when more than `activeMax`, default
   * 10,000, are in memory, or their states take more than `bytesMax` as they are in the journal, default 256 MiB, the one that was used
   * least recently. One that is at work stays.
   */
  readonly passivate?: { readonly after?: Duration; readonly activeMax?: number; readonly bytesMax?: number }
}

/** How a value of one version becomes one of the next. */
export type Migration = (value: never) => unknown

/** The options of a durable actor, checked and with defaults filled in. */
export interface Durable {
  readonly migrations: readonly Migration[]
  readonly messages: ReadonlyMap<string, readonly Migration[]>
  readonly events: ReadonlyMap<string, (state: never, data: never) => void> | undefined
  readonly snapshotEvery: number
  readonly keysMax: number
  readonly keyAgeMs: number
  readonly idleMs: number
  readonly activeMax: number
  readonly stateBytesMax: number
}

const OPTIONS = [
  'migrations',
  'messages',
  'events',
  'snapshotEvery',
  'dedupe',
  'passivate',
] as const satisfies readonly (keyof DurableOptions)[]
const KEYS_MAX = 10_000
const ACTIVE_MAX = 10_000
const STATE_BYTES_MAX = 256 * 2 ** 20
const SNAPSHOT_EVERY = 100

interface DurableSpec {
  readonly durable?: boolean | DurableOptions<never> | undefined
  readonly reentrant?: boolean | undefined
  readonly mailbox?: { readonly overflow?: string } | undefined
}

/** @throws InvalidArgumentError (`invalid-argument`) naming the option that is out of range. */
export function durableOf({ durable, reentrant, mailbox }: DurableSpec, name: string): Durable | undefined {
  if (durable === undefined || durable === false) return undefined
  const path = `${name}.durable`
  if (reentrant === true)
    throw together(
      path,
      `${name}.reentrant`,
      'A handler of a durable actor commits alone: leave reentrant out',
    )
  if (mailbox?.overflow?.startsWith('drop') === true)
    throw together(
      path,
      `${name}.mailbox.overflow`,
      "Use 'reject' or 'backpressure': what was accepted is kept",
    )
  const options: DurableOptions<never> = durable === true ? {} : durable
  onlyOptions(options, path, OPTIONS)
  const { migrations = [], messages = {}, events, snapshotEvery = SNAPSHOT_EVERY } = options
  const { dedupe = {}, passivate = {} } = options
  onlyOptions(dedupe, `${path}.dedupe`, ['count', 'age'])
  onlyOptions(passivate, `${path}.passivate`, ['after', 'activeMax', 'bytesMax'])
  functionsAt(migrations, `${path}.migrations`)
  const byType = entriesIn(messages, `${path}.messages`, 'lists of functions by message type')
  for (const [type, list] of byType) functionsAt(list, `${path}.messages.${type}`)
  return {
    migrations,
    messages: new Map(byType),
    events: events === undefined ? undefined : eventsOf(events, `${path}.events`),
    snapshotEvery: wholeNumber(snapshotEvery, `${path}.snapshotEvery`),
    keysMax: wholeNumber(dedupe.count ?? KEYS_MAX, `${path}.dedupe.count`),
    keyAgeMs: milliseconds(dedupe.age ?? '1d', `${path}.dedupe.age`),
    idleMs: milliseconds(passivate.after ?? '10m', `${path}.passivate.after`),
    activeMax: wholeNumber(passivate.activeMax ?? ACTIVE_MAX, `${path}.passivate.activeMax`),
    stateBytesMax: wholeNumber(passivate.bytesMax ?? STATE_BYTES_MAX, `${path}.passivate.bytesMax`),
  }
}

function functionsAt(list: readonly Migration[], path: string): void {
  demand(list, path, 'a list of functions', (given) =>
    Array.isArray(given) ? [...given].every((one) => typeof one === 'function') : false,
  )
}

function eventsOf(
  events: NonNullable<DurableOptions<never>['events']>,
  path: string,
): ReadonlyMap<string, (state: never, data: never) => void> {
  const entries = entriesIn(events, path, 'functions (state, data) => void by event name')
  for (const [name, apply] of entries) aFunction(apply, `${path}.${name}`)
  return new Map(entries)
}

function together(path: string, other: string, remedy: string): InvalidArgumentError {
  return new InvalidArgumentError(`${other} does not go with ${path}`, { path: other, value: path, remedy })
}
