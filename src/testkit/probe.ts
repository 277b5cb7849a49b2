import type { Ctx } from '../behavior/context.ts'
import { type ActorDefinition, defineActor } from '../behavior/define-actor.ts'
import { type Handler, HandlerTable } from '../behavior/handler-table.ts'
import type { ActorRef, AnyRef, Watchable } from '../behavior/ref.ts'
import { GanglionError, listOf, say } from '../kernel/errors.ts'
import type { ActorSystem } from '../system/actor-system.ts'
import { aSystem } from './leaks.ts'

/** A message as a probe received it. */
export interface ProbedMessage {
  readonly type: string
  readonly body: unknown
  readonly sender: AnyRef | undefined
}

/** A probe waited for a message that did not come. Code `probe-timeout`; `seen` holds what came instead. */
export class ProbeTimeoutError extends GanglionError {
  readonly seen: readonly ProbedMessage[]

  constructor(what: string, timeoutMs: number, seen: readonly ProbedMessage[]) {
    super('probe-timeout', say`the probe saw no ${what} within ${timeoutMs} ms`, {
      path: what,
      value: timeoutMs,
      remedy: say`It saw: ${
        listOf(seen)
          .map(({ type }) => type)
          .join(', ') || 'nothing'
      }`,
    })
    this.seen = seen
  }
}

type AnyProtocol = Record<string, (ctx: never, body?: unknown) => unknown>

/** An actor that takes every message and remembers it. */
export interface Probe {
  /** Pass it to anything that should send to it: it fits any typed handle. */
  readonly ref: AnyRef
  /** The probe as a reference of this protocol. */
  as<H>(): ActorRef<H>
  readonly received: readonly ProbedMessage[]
  /** The next message not yet taken by `next` (of this type), now or within `timeoutMs` of the system's clock. Default 1 s. */
  next(type?: string, timeoutMs?: number): Promise<ProbedMessage>
  /** The answers to asks from now on, by message type. */
  answer(type: string, reply: unknown): void
  /** Watches an actor: its end arrives as a message `terminated`. */
  watch(ref: Watchable): void
}

/** Every type has this handler. */
class EveryType extends HandlerTable {
  readonly #handler: (type: string) => Handler

  constructor(handler: (type: string) => Handler) {
    super(new Map())
    this.#handler = handler
  }

  override get(type: string): Handler {
    return this.#handler(type)
  }
}

/** Starts a probe in `system`. */
export function probe(system: ActorSystem, name = 'probe'): Probe {
  aSystem(system, 'probe.system')
  return new RecordingProbe(system, name)
}

class RecordingProbe implements Probe {
  readonly ref: AnyRef
  readonly received: ProbedMessage[] = []
  readonly #system: ActorSystem
  readonly #handle: ActorRef<AnyProtocol>
  readonly #replies = new Map<string, unknown>()
  readonly #waiting = new Set<{ type: string | undefined; take: (message: ProbedMessage) => void }>()
  #unseen: ProbedMessage[] = []

  constructor(system: ActorSystem, name: string) {
    this.#system = system
    const receive = (type: string, ctx: Ctx<undefined>, body: unknown): unknown => {
      this.#take({ type, body, sender: ctx.sender })
      return this.#replies.get(type)
    }
    const plain = defineActor({
      name: 'probe',
      signals: {
        terminated: (_ctx, death) => this.#take({ type: 'terminated', body: death, sender: undefined }),
      },
    })
    const watch: Handler = ((ctx: Ctx<undefined>, ref: Watchable) => ctx.watch(ref)) as Handler
    const handlers = new EveryType((type) =>
      type === '@watch'
        ? watch
        : (((ctx: Ctx<undefined>, body: unknown) => receive(type, ctx, body)) as Handler),
    )
    const definition: ActorDefinition<AnyProtocol> = { ...plain, behaviors: new Map([['', handlers]]) }
    this.#handle = system.spawn(definition, { name })
    this.ref = this.#handle as AnyRef
  }

  as<H>(): ActorRef<H> {
    return this.ref as unknown as ActorRef<H>
  }

  answer(type: string, reply: unknown): void {
    this.#replies.set(type, reply)
  }

  watch(ref: Watchable): void {
    this.#handle.tell('@watch', ref)
  }

  next(type?: string, timeoutMs = 1000): Promise<ProbedMessage> {
    const at = this.#unseen.findIndex((message) => type === undefined || message.type === type)
    const [message] = at === -1 ? [] : this.#unseen.splice(at, 1)
    if (message !== undefined) return Promise.resolve(message)
    return new Promise((resolve, reject) => {
      const waiter = {
        type,
        take: (came: ProbedMessage) => {
          timer.cancel()
          resolve(came)
        },
      }
      const late = (): void => {
        this.#waiting.delete(waiter)
        reject(new ProbeTimeoutError(type ?? 'message', timeoutMs, this.received))
      }
      const timer = this.#system.kernel.timers.after(timeoutMs, late, undefined, true)
      this.#waiting.add(waiter)
    })
  }

  #take(message: ProbedMessage): void {
    this.received.push(message)
    for (const waiter of this.#waiting) {
      if (waiter.type !== undefined && waiter.type !== message.type) continue
      this.#waiting.delete(waiter)
      waiter.take(message)
      return
    }
    this.#unseen.push(message)
  }
}
