import type { ActorDefinition } from '../behavior/define-actor.ts'
import type { Handler } from '../behavior/handler-table.ts'
import type { AnyRef, BodyOf, MessageArgs, ReplyOf, Watchable } from '../behavior/ref.ts'
import { demand } from '../kernel/demand.ts'
import { InvalidArgumentError } from '../kernel/errors.ts'
import { onlyOptions } from '../kernel/only-options.ts'
import {
  type BehaviorTestkitOptions,
  type Effect,
  RecordingContext,
  TESTKIT_OPTIONS,
} from './recording-context.ts'

/** One actor without a system: messages run at once, and effects are recorded instead of carried out. */
export interface BehaviorTestkit<H> {
  readonly state: unknown
  readonly behavior: string | undefined
  /** The effects since the last call, oldest first. Clears the record. */
  effects(): Effect[]
  /** Runs the handler and returns its reply, or a promise of it. Throws what the handler throws. */
  run<K extends keyof H & string>(
    type: K,
    ...args: MessageArgs<BodyOf<H[K]>, never>
  ): ReplyOf<H[K]> | Promise<ReplyOf<H[K]>>
  /** Runs the stashed messages that `unstash` released, in order. */
  runUnstashed(): void
  /** Calls a signal handler; `false` when there is none. */
  signal(name: 'started' | 'stopping'): boolean
  /** Delivers the death of a watched actor. */
  terminated(ref: Watchable, error?: unknown): boolean
}

/**
 * Tests a behavior synchronously: `const kit = behaviorTestkit(Counter); kit.run('add', { by: 2 }); kit.run('total')`.
 */
export function behaviorTestkit<H>(
  definition: ActorDefinition<H>,
  options: BehaviorTestkitOptions = {},
): BehaviorTestkit<H> {
  demand(
    definition,
    'behaviorTestkit.definition',
    'what defineActor returned',
    (given) => typeof given.state === 'function' && given.behaviors instanceof Map,
  )
  onlyOptions(options, 'behaviorTestkit', TESTKIT_OPTIONS)
  return new Kit(definition as ActorDefinition<unknown>, options) as unknown as BehaviorTestkit<H>
}

class Kit {
  readonly context: RecordingContext
  readonly #definition: ActorDefinition<unknown>
  readonly #stash: { type: string; body: unknown }[] = []
  #unstashed: { type: string; body: unknown }[] = []

  constructor(definition: ActorDefinition<unknown>, options: BehaviorTestkitOptions) {
    this.#definition = definition
    this.context = new RecordingContext(definition, options)
  }

  get state(): unknown {
    return this.context.state
  }

  get behavior(): string | undefined {
    return this.context.behavior
  }

  effects(): Effect[] {
    return this.context.effects.splice(0)
  }

  run(type: string, body?: unknown): unknown {
    const { context } = this
    const handler = this.#definition.behaviors.get(context.behavior ?? '')?.get(type) as Handler | undefined
    if (handler === undefined) {
      throw new InvalidArgumentError(`'${this.#definition.name}' does not handle '${type}' now`, {
        path: 'type',
        value: type,
        remedy: 'Run a message that its current behavior handles',
      })
    }
    context.stashed = false
    context.unstashing = false
    const reply = handler(context as never, body as never)
    if (context.unstashing) this.#unstashed.push(...this.#stash.splice(0))
    if (context.stashed) this.#stash.push({ type, body })
    return reply
  }

  runUnstashed(): void {
    const messages = this.#unstashed
    this.#unstashed = []
    for (const { type, body } of messages) this.run(type, body)
  }

  signal(name: 'started' | 'stopping'): boolean {
    const handler = this.#definition.signals[name]
    if (handler === undefined) return false
    handler(this.context as never)
    return true
  }

  terminated(ref: Watchable, error?: unknown): boolean {
    const { terminated } = this.#definition.signals
    if (terminated === undefined) return false
    terminated(this.context as never, { ref: ref as AnyRef, error })
    return true
  }
}
