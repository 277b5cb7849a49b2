import { aFunction, entriesIn, flag, shown } from '../kernel/demand.ts'
import { backoffOf, milliseconds } from '../kernel/durations.ts'
import { InvalidArgumentError } from '../kernel/errors.ts'
import { oneOf } from '../kernel/one-of.ts'
import { nameIn, onlyOptions } from '../kernel/only-options.ts'
import { wholeNumber } from '../kernel/whole-number.ts'
import { type MailboxLimits, mailboxLimits } from '../mailbox/mailbox.ts'
import type { RestartMode, SupervisionOptions } from '../ports/supervision.ts'
import type { ActorMailboxOptions, ActorSpec, AnySpec } from './actor-spec.ts'
import { type Durable, durableOf } from './durable-options.ts'
import { type Handler, HandlerTable } from './handler-table.ts'
import type { HandlerOf, MessageTypes, Undeclared } from './protocol.ts'
import type { Signals } from './signals.ts'
import { RESTART_MODES, supervisionPolicy } from './supervision-policy.ts'

/** An actor as data, checked and with defaults filled in; `H` exists only for the compiler, and `S` is its state. */
export interface ActorDefinition<H, S = unknown> {
  readonly kind: 'actor'
  readonly name: string
  /** Makes the state of a new instance. */
  readonly state: () => S
  /** By behavior: its handlers, `on` included. Without `states` the only behavior is called ''. */
  readonly behaviors: ReadonlyMap<string, HandlerTable>
  readonly initial: string
  readonly signals: Signals<never>
  readonly mailbox: MailboxLimits
  /** The bytes that a body takes in the mailbox. */
  readonly sizeOf: ((body: unknown) => number) | undefined
  readonly ttlMs: number
  readonly stash: number
  readonly attempts: number
  readonly backoffMs: readonly number[]
  readonly skipAhead: boolean
  readonly timeoutMs: number
  readonly restart: RestartMode
  readonly significant: boolean
  readonly shutdownMs: number
  readonly supervision: SupervisionOptions
  readonly reentrant: boolean
  /** Undefined for an actor in memory. */
  readonly durable: Durable | undefined
  readonly '~handlers'?: H
}

const SPEC_OPTIONS = [
  'name',
  'messages',
  'state',
  'on',
  'states',
  'initial',
  'signals',
  'mailbox',
  'retry',
  'timeout',
  'restart',
  'significant',
  'shutdown',
  'supervision',
  'reentrant',
  'durable',
] as const satisfies readonly (keyof AnySpec)[]
const MAILBOX_OPTIONS = [
  'capacity',
  'overflow',
  'bytes',
  'sizeOf',
  'ttl',
  'stash',
] as const satisfies readonly (keyof ActorMailboxOptions)[]
const SIGNALS = [
  'started',
  'stopping',
  'restarting',
  'terminated',
] as const satisfies readonly (keyof Signals<never>)[]

/**
 * Defines an actor: state that only it can touch, and one handler per message type, run one at a time.
 *
 *     defineActor({ name: 'counter', state: () => ({ n: 0 }), on: { add(ctx, { by }: { by: number }) { ctx.state.n += by } } })
 *
 * @typeParam S - the state, inferred
 * @typeParam P - the messages, as declared in `messages`
 * @typeParam K - the message types of `on`, inferred
 * @typeParam L - the message types of `states`, inferred
 * @typeParam N - the names of `states`, inferred
 * @typeParam H - the handlers of `on`, inferred
 * @typeParam B - the handlers of each behavior in `states`, inferred
 * @throws InvalidArgumentError (`invalid-argument`) naming the field that is out of range.
 */
export function defineActor<
  S = undefined,
  P extends object = Undeclared,
  const K extends string = never,
  const L extends string = never,
  const N extends string = never,
  const H extends object = Undeclared,
  const B extends object = Undeclared,
>(
  spec: ActorSpec<S, P, K, L, N, H, B>,
): ActorDefinition<{ [T in MessageTypes<P, H, B>]: HandlerOf<P, H, B, T> }, S> {
  const name = nameIn(spec)
  const path = typeof name === 'string' && name !== '' ? name : 'defineActor'
  onlyOptions(spec ?? null, path, SPEC_OPTIONS, ['messages'])
  if (typeof name !== 'string' || name.trim() === '' || name.includes('/')) {
    throw new InvalidArgumentError(`${shown(name)} is not a valid actor name`, {
      path: 'name',
      value: name,
      remedy: "Use a non-empty string without '/'; it names the actor in paths and metrics",
    })
  }
  onlyOptions(spec.retry, `${name}.retry`, ['attempts', 'backoff', 'skipAhead'])
  const { behaviors, initial } = behaviorsOf(spec.name, spec.on, spec.states, spec.initial)
  return {
    kind: 'actor',
    name,
    state: (spec.state === undefined ? () => undefined : aFunction(spec.state, `${name}.state`)) as () => S,
    behaviors,
    initial,
    signals: signalsOf(spec.signals, `${name}.signals`),
    ...mailboxOf(spec.mailbox ?? {}, `${name}.mailbox`),
    attempts: wholeNumber(spec.retry?.attempts ?? 1, `${name}.retry.attempts`),
    backoffMs: backoffOf(spec.retry?.backoff ?? 0, `${name}.retry.backoff`),
    skipAhead: flag(spec.retry?.skipAhead, `${name}.retry.skipAhead`),
    timeoutMs: spec.timeout === undefined ? 0 : milliseconds(spec.timeout, `${name}.timeout`),
    restart: oneOf(RESTART_MODES, spec.restart ?? 'transient', `${name}.restart`),
    significant: flag(spec.significant, `${name}.significant`),
    shutdownMs: milliseconds(spec.shutdown ?? '5s', `${name}.shutdown`),
    supervision: checkedSupervision(spec.supervision ?? {}, `${name}.supervision`),
    reentrant: flag(spec.reentrant, `${name}.reentrant`),
    durable: durableOf(spec, name),
  }
}

function signalsOf(signals: object | undefined, path: string): Signals<never> {
  onlyOptions(signals, path, SIGNALS)
  for (const [signal, handler] of Object.entries(signals ?? {}))
    if (handler !== undefined) aFunction(handler, `${path}.${signal}`)
  return (signals ?? {}) as unknown as Signals<never>
}

/** As given: spawning makes one policy for all actors with the same options. */
function checkedSupervision(options: SupervisionOptions, path: string): SupervisionOptions {
  supervisionPolicy(options, path)
  return options
}

function mailboxOf(
  options: ActorMailboxOptions,
  path: string,
): Pick<ActorDefinition<unknown>, 'mailbox' | 'sizeOf' | 'ttlMs' | 'stash'> {
  onlyOptions(options, path, MAILBOX_OPTIONS)
  const limits = mailboxLimits(options, path)
  if (options.sizeOf !== undefined) aFunction(options.sizeOf, `${path}.sizeOf`)
  if (limits.bytes !== Number.POSITIVE_INFINITY && options.sizeOf === undefined) {
    throw new InvalidArgumentError(`${path}.bytes is given without ${path}.sizeOf`, {
      path: `${path}.sizeOf`,
      value: options.sizeOf,
      remedy: 'Add sizeOf(body), which returns the bytes of a message',
    })
  }
  return {
    mailbox: limits,
    sizeOf: options.sizeOf,
    ttlMs: options.ttl === undefined ? 0 : milliseconds(options.ttl, `${path}.ttl`),
    stash: wholeNumber(options.stash ?? 1024, `${path}.stash`),
  }
}

function behaviorsOf(
  name: string,
  on: object = {},
  spec: object = {},
  first?: string,
): { behaviors: Map<string, HandlerTable>; initial: string } {
  const common = handlersOf(on, `${name}.on`)
  const states = entriesIn(spec as Record<string, object>, `${name}.states`, 'an object of behaviors')
  const names = states.map(([state]) => state)
  if (names.length === 0) return { behaviors: new Map([['', new HandlerTable(common)]]), initial: '' }
  const initial = oneOf(names, first ?? (names[0] as string), `${name}.initial`)
  const behaviors = new Map<string, HandlerTable>()
  for (const [state, handlers] of states) {
    const own = handlersOf(handlers, `${name}.states.${state}`)
    behaviors.set(state, new HandlerTable(new Map([...common, ...own])))
  }
  return { behaviors, initial }
}

function handlersOf(handlers: object, path: string): Map<string, Handler> {
  const table = new Map<string, Handler>()
  for (const [type, handler] of entriesIn(
    handlers as Record<string, unknown>,
    path,
    'an object of handlers',
  )) {
    if (typeof handler !== 'function') {
      throw new InvalidArgumentError(`${path}.${type} is not a function`, {
        path: `${path}.${type}`,
        value: handler,
        remedy: 'Use a handler (ctx, body) => reply',
      })
    }
    table.set(type, handler as Handler)
  }
  return table
}
