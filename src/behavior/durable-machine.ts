import type { InspectionEvent } from 'xstate'
import { given } from '../kernel/given.ts'
import { onlyOptions } from '../kernel/only-options.ts'
import type { Ctx, SystemTimers } from './context.ts'
import { type ActorDefinition, defineActor } from './define-actor.ts'
import type { DurableOptions } from './durable-options.ts'
import type { MachineOptions, MachineProtocol } from './from-machine.ts'
import { lookOf, type MachineActor, noteDueTimes, persisted, rearm, withoutDelays } from './machine-delays.ts'
import type { MachineLike } from './machine-types.ts'
import { loadedMachines, whenLoaded, whileAlive } from './xstate.ts'

/** What the journal holds of a machine: its snapshot, in which each delay has the wall time at which it is due. */
interface Saved {
  snapshot: object | undefined
}

type Context = Ctx<Saved>
type XState = typeof import('xstate')
type Handlers = Record<string, (ctx: Context, body: never) => unknown>

/** The key of the one durable timer: it is due with the first of the machine's delays. */
const DELAYS = '@delays'

/**
 * A machine whose snapshot is the state of a durable actor. Whatever moves it is a message: its events, a delay that is due, and the
 * end of something that it had invoked. So a snapshot, its delays and the end of a message are one commit.
 *
 *     event ─▶ machine ─▶ commit { end, snapshot, timer of the first delay }
 *     timer ─▶ '@delay' ─▶ machine ─▶ commit                invoked promise ─▶ machine ─▶ '@moved' ─▶ commit
 */
export function durableMachine<M extends MachineLike>(
  machine: M,
  options: MachineOptions<M>,
  name: string,
): ActorDefinition<MachineProtocol<M>> {
  const { durable, mailbox, restart, supervision, shutdown } = options
  if (typeof durable === 'object')
    onlyOptions(durable, `${name}.durable`, ['migrations', 'messages', 'dedupe', 'passivate'])
  const machines = new Machines(machine, options)
  const definition = defineActor({
    name,
    durable: durable as boolean | DurableOptions,
    state: (): Saved => ({ snapshot: undefined }),
    on: machines.handlers() as Record<string, (ctx: Ctx<Saved>) => unknown>,
    signals: {
      started: (ctx) => machines.begin(ctx as Context),
      stopping: (ctx) => machines.end(ctx as Context),
      restarting: (ctx) => machines.end(ctx as Context),
    },
    ...given({ mailbox, restart, supervision, shutdown }),
  })
  return definition as unknown as ActorDefinition<MachineProtocol<M>>
}

/** The running machines of one definition, by the ref of their actor. */
class Machines<M extends MachineLike> {
  readonly #machine: M
  readonly #options: MachineOptions<M>
  readonly #running = new WeakMap<object, Running>()

  constructor(machine: M, options: MachineOptions<M>) {
    this.#machine = machine
    this.#options = options
  }

  handlers(): Handlers {
    const on: Handlers = {
      '@snapshot': (ctx) => persisted(this.#of(ctx).actor, wall(ctx)),
      '@begun': (ctx) => this.#of(ctx).save(ctx),
      '@moved': (ctx) => {
        const running = this.#of(ctx)
        running.told = false
        running.save(ctx)
      },
      '@delay': (ctx) => {
        const running = this.#of(ctx)
        running.armed = undefined
        for (const run of running.clock.due(wall(ctx))) running.step(run)
        running.save(ctx)
      },
    }
    for (const type of this.#machine.events as string[]) {
      if (type.includes('*')) continue
      on[type] = (ctx, body: object | undefined) => {
        const running = this.#of(ctx)
        if (running.actor.getSnapshot().status === 'active') {
          running.step(() => running.actor.send({ ...body, type }))
          running.save(ctx)
        }
        return lookOf(running.actor)
      }
    }
    return on
  }

  begin(ctx: Context): void | Promise<void> {
    return whenLoaded((xstate) => this.#begin(ctx, xstate))
  }

  #begin(ctx: Context, xstate: XState): void {
    const fresh = ctx.state.snapshot === undefined
    this.#start(ctx, xstate)
    // Its first state and delays become durable too.
    if (fresh) ctx.self.tell('@begun')
  }

  end({ self }: Context): void {
    this.#running.get(self)?.actor.stop()
    this.#running.delete(self)
  }

  /** A message that failed has put the state back: then the machine goes on from there. */
  #of(ctx: Context): Running {
    const running = this.#running.get(ctx.self)
    if (running !== undefined && running.state === ctx.state) return running
    running?.actor.stop()
    return this.#start(ctx, loadedMachines() as XState)
  }

  #start(ctx: Context, { createActor }: XState): Running {
    const { input, snapshot, inspect } = this.#options
    const clock = new DelayClock(() => wall(ctx))
    const saved = ctx.state.snapshot === undefined ? undefined : withoutDelays(ctx.state.snapshot)
    const restored = saved ?? (snapshot === undefined ? undefined : withoutDelays(snapshot))
    const make = createActor as unknown as (machine: M, options: object) => MachineActor
    const actor = make(this.#machine, {
      ...(input === undefined ? {} : { input }),
      ...(restored === undefined ? {} : { snapshot: restored.snapshot }),
      clock,
      inspect: (event: InspectionEvent) => {
        inspect?.(event)
        if (event.type === '@xstate.snapshot') running.changed(ctx)
      },
    })
    const running = new Running(actor, clock, ctx.state)
    this.#running.set(ctx.self, running)
    actor.subscribe({
      error: (error) => {
        if (!running.stepping) whileAlive(() => ctx.fail(error))
      },
      complete: () => {},
    })
    noteDueTimes(actor, () => wall(ctx))
    if (restored !== undefined) {
      const now = saved === undefined ? 0 : wall(ctx)
      const kept = restored.kept.map((one) => ({ ...one, left: one.left === null ? null : one.left - now }))
      rearm(
        actor,
        kept.sort((a, b) => (a.left ?? 0) - (b.left ?? 0)),
      )
    }
    running.step(() => actor.start())
    return running
  }
}

function wall({ timers }: Context): number {
  return (timers as SystemTimers).wall()
}

/** XState's clock: nothing fires by itself. */
class DelayClock {
  readonly #now: () => number
  readonly #waiting = new Map<number, { readonly run: () => void; readonly dueAt: number }>()
  #last = 0

  constructor(now: () => number) {
    this.#now = now
  }

  setTimeout(run: () => void, ms: number) {
    this.#last += 1
    this.#waiting.set(this.#last, { run, dueAt: this.#now() + ms })
    return this.#last
  }

  clearTimeout(id: number): void {
    this.#waiting.delete(id)
  }

  /** When the first is due. */
  first(): number | undefined {
    let first: number | undefined
    for (const { dueAt } of this.#waiting.values()) first = Math.min(first ?? dueAt, dueAt)
    return first
  }

  /** Takes those that are due now, in their order. One that another has cancelled does not run. */
  *due(now: number): Generator<() => void> {
    const due = [...this.#waiting].filter(([, { dueAt }]) => dueAt <= now)
    for (const [id, { run }] of due.sort(([, a], [, b]) => a.dueAt - b.dueAt))
      if (this.#waiting.delete(id)) yield run
  }
}

/** One machine at work. */
class Running {
  readonly actor: MachineActor
  readonly clock: DelayClock
  /** The state from which it goes on. */
  readonly state: Saved
  /** It moves because of a message: an error belongs to that. */
  stepping = false
  /** A message says that it has moved by itself. */
  told = false
  /** For when the timer in the journal is set; undefined if that is not known. */
  armed: number | 'never' | undefined

  constructor(actor: MachineActor, clock: DelayClock, state: Saved) {
    this.actor = actor
    this.clock = clock
    this.state = state
  }

  step(move: () => void): void {
    this.stepping = true
    try {
      move()
    } finally {
      this.stepping = false
    }
    const { status, error } = this.actor.getSnapshot()
    if (status === 'error') throw error
  }

  /** Something that it had invoked has moved it. */
  changed(ctx: Context): void {
    if (this.stepping || this.told) return
    this.told = true
    whileAlive(() => ctx.self.tell('@moved'))
  }

  /** Snapshot and timer, with the end of the message. */
  save({ state, timers }: Context): void {
    // The wall times of the delays, so that a message that changes nothing writes nothing.
    state.snapshot = persisted(this.actor, 0)
    const first = this.clock.first() ?? 'never'
    if (first === this.armed) return
    if (first === 'never') timers.cancel(DELAYS)
    else timers.durable(DELAYS, { at: first }, '@delay')
    this.armed = first
  }
}
