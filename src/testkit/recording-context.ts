import type { Ctx, DurableTime, Log, LogLevel, SystemTimers } from '../behavior/context.ts'
import type { ActorDefinition } from '../behavior/define-actor.ts'
import { logBy } from '../behavior/log.ts'
import type { AnyRef, Watchable } from '../behavior/ref.ts'
import { ownCopy } from '../journal/actor/frames.ts'
import { type Duration, milliseconds } from '../kernel/durations.ts'
import { InvalidArgumentError } from '../kernel/errors.ts'
import type { Kernel, Timer } from '../kernel/kernel.ts'
import { ManualKernel } from '../kernel/manual-kernel.ts'
import { NotDurableError } from '../system/actor/durability.ts'

/** What a handler did besides changing its state. Durations are in milliseconds. */
export type Effect =
  | {
      readonly kind: 'tell' | 'ask' | 'offer'
      readonly to: string
      readonly type: string
      readonly body: unknown
    }
  | {
      readonly kind: 'schedule'
      readonly to: string
      readonly type: string
      readonly body: unknown
      readonly delayMs: number
    }
  | { readonly kind: 'spawn'; readonly actor: string; readonly name: string | undefined }
  | {
      readonly kind: 'timer'
      readonly key: string
      readonly type: string
      readonly body: unknown
      readonly delayMs: number
      readonly repeat: boolean
    }
  | {
      readonly kind: 'durable-timer'
      readonly key: string
      readonly when: DurableTime
      readonly type: string
      readonly body: unknown
    }
  | { readonly kind: 'cancel-timer'; readonly key: string }
  | { readonly kind: 'watch' | 'unwatch' | 'link' | 'unlink' | 'stop'; readonly ref: string }
  | { readonly kind: 'become'; readonly behavior: string }
  | { readonly kind: 'persist'; readonly event: string; readonly data: unknown }
  | { readonly kind: 'stash' | 'unstash' | 'stop-self' }
  | { readonly kind: 'reply'; readonly value: unknown }
  | { readonly kind: 'fail'; readonly error: unknown }
  | { readonly kind: 'log'; readonly level: LogLevel; readonly text: string }

/** Stand-ins for the rest of the system. */
export interface BehaviorTestkitOptions {
  /** The replies of the actors that the handler asks, by message type; a function computes them. */
  readonly replies?: Readonly<Record<string, unknown>>
  readonly sender?: AnyRef
  readonly attempt?: number
  readonly idempotencyKey?: string
  /** W3C trace context of the messages. */
  readonly trace?: string
  /** Time, chance and ids. Default: a `ManualKernel`, whose time stands still until `advance`. */
  readonly kernel?: Kernel
}

export const TESTKIT_OPTIONS = [
  'replies',
  'sender',
  'attempt',
  'idempotencyKey',
  'trace',
  'kernel',
] as const satisfies readonly (keyof BehaviorTestkitOptions)[]

class StandIn implements AnyRef {
  readonly path: string
  readonly state = 'running'
  readonly #effects: Effect[]

  constructor(path: string, effects: Effect[]) {
    this.path = path
    this.#effects = effects
  }

  tell(type: string, body?: unknown): void {
    this.#effects.push({ kind: 'tell', to: this.path, type, body })
  }
}

/**
 * Takes the place of the system's context and lists what a handler would have done. Its types are checked where handlers are
 * defined.
 */
export class RecordingContext implements Omit<Ctx<unknown>, 'tell' | 'ask' | 'offer' | 'schedule'> {
  readonly effects: Effect[] = []
  readonly state: unknown
  readonly self: AnyRef
  readonly sender: AnyRef | undefined
  readonly attempt: number
  readonly idempotencyKey: string | undefined
  readonly trace: string | undefined
  readonly deadline = Number.POSITIVE_INFINITY
  readonly signal: AbortSignal = new AbortController().signal
  readonly kernel: Kernel
  readonly log: Log
  readonly timers: SystemTimers
  behavior: string | undefined
  stashed = false
  unstashing = false
  readonly #definition: ActorDefinition<unknown>
  readonly #replies: Readonly<Record<string, unknown>>
  #children = 0

  constructor(definition: ActorDefinition<unknown>, options: BehaviorTestkitOptions) {
    const { effects } = this
    this.#definition = definition
    this.#replies = options.replies ?? {}
    this.state = definition.state()
    this.self = new StandIn('testkit/self', effects)
    this.sender = options.sender
    this.attempt = options.attempt ?? 1
    this.idempotencyKey = options.idempotencyKey
    this.trace = options.trace
    this.kernel = options.kernel ?? new ManualKernel()
    this.behavior = definition.initial === '' ? undefined : definition.initial
    this.log = logBy((level, text) => void effects.push({ kind: 'log', level, text }))
    this.timers = {
      after: (key, delay, type, body) =>
        void effects.push({
          kind: 'timer',
          key,
          type,
          body,
          delayMs: milliseconds(delay, 'delay'),
          repeat: false,
        }),
      every: (key, delay, type, body) =>
        void effects.push({
          kind: 'timer',
          key,
          type,
          body,
          delayMs: milliseconds(delay, 'interval'),
          repeat: true,
        }),
      durable: (key, when, type, body) =>
        void effects.push({ kind: 'durable-timer', key, when, type, body: ownCopy(body) }),
      fired: undefined,
      // A machine's delay has no message, and nothing runs it here.
      call: (key, delay) => {
        const delayMs = milliseconds(delay, 'delay')
        effects.push({ kind: 'timer', key, type: '@delay', body: undefined, delayMs, repeat: false })
      },
      // Time stands still here.
      wall: () => 0,
      now: () => 0,
      cancel: (key) => {
        effects.push({ kind: 'cancel-timer', key })
        return true
      },
    }
  }

  maybe(): void {}

  tell(to: Watchable, type: string, body?: unknown): void {
    this.effects.push({ kind: 'tell', to: to.path, type, body })
  }

  async ask(to: Watchable, type: string, body?: unknown): Promise<never> {
    this.effects.push({ kind: 'ask', to: to.path, type, body })
    if (!(type in this.#replies)) {
      throw new InvalidArgumentError(`the testkit has no reply to '${type}'`, {
        path: `replies.${type}`,
        value: undefined,
        remedy: 'Add one: behaviorTestkit(definition, { replies: { … } })',
      })
    }
    const reply = this.#replies[type]
    return (typeof reply === 'function' ? (reply as (body: unknown) => unknown)(body) : reply) as never
  }

  async offer(to: Watchable, type: string, body?: unknown): Promise<void> {
    this.effects.push({ kind: 'offer', to: to.path, type, body })
  }

  reply(value: unknown): void {
    this.effects.push({ kind: 'reply', value })
  }

  schedule(delay: Duration, to: Watchable, type: string, body?: unknown): Timer {
    this.effects.push({ kind: 'schedule', to: to.path, type, body, delayMs: milliseconds(delay, 'delay') })
    return { cancel: () => {} }
  }

  spawn(definition: { readonly name: string }, options: { readonly name?: string } = {}): never {
    this.#children += 1
    this.effects.push({ kind: 'spawn', actor: definition.name, name: options.name })
    const path = `testkit/self/${options.name ?? `${definition.name}#${this.#children}`}`
    return new StandIn(path, this.effects) as never
  }

  stop(child: Watchable): void {
    this.effects.push({ kind: 'stop', ref: child.path })
  }

  stopSelf(): void {
    this.effects.push({ kind: 'stop-self' })
  }

  fail(error: unknown): void {
    this.effects.push({ kind: 'fail', error })
  }

  watch(ref: Watchable): void {
    this.effects.push({ kind: 'watch', ref: ref.path })
  }

  unwatch(ref: Watchable): void {
    this.effects.push({ kind: 'unwatch', ref: ref.path })
  }

  link(ref: Watchable): void {
    this.effects.push({ kind: 'link', ref: ref.path })
  }

  unlink(ref: Watchable): void {
    this.effects.push({ kind: 'unlink', ref: ref.path })
  }

  stash(): void {
    this.stashed = true
    this.effects.push({ kind: 'stash' })
  }

  unstash(): void {
    this.unstashing = true
    this.effects.push({ kind: 'unstash' })
  }

  persist(name: string, data?: unknown): void {
    const event = this.#definition.durable?.events?.get(name)
    if (event === undefined) throw new NotDurableError(this.#definition.name, `the event '${name}'`)
    // A copy, as the real one makes: what the handler does to its data afterwards changes nothing.
    const copy = ownCopy(data)
    event(this.state as never, copy as never)
    this.effects.push({ kind: 'persist', event: name, data: ownCopy(data) })
  }

  become(name: string): void {
    if (!this.#definition.behaviors.has(name)) {
      throw new InvalidArgumentError(`'${this.#definition.name}' has no behavior '${name}'`, {
        path: 'name',
        value: name,
        remedy: `Use one of ${[...this.#definition.behaviors.keys()].join(', ')}`,
      })
    }
    this.behavior = name
    this.effects.push({ kind: 'become', behavior: name })
  }
}
