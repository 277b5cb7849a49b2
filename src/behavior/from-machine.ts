import { callersContext } from '../kernel/async-context.ts'
import { aFunction, demand } from '../kernel/demand.ts'
import { given } from '../kernel/given.ts'
import { onlyOptions } from '../kernel/only-options.ts'
import type { ActorSettings } from './actor-spec.ts'
import type { Ctx, SystemTimers } from './context.ts'
import { type ActorDefinition, defineActor } from './define-actor.ts'
import { durableMachine } from './durable-machine.ts'
import type { DurableOptions } from './durable-options.ts'
import { lookOf, type MachineActor, noteDueTimes, persisted, rearm, withoutDelays } from './machine-delays.ts'
import type {
  KeptSnapshot,
  MachineEvent,
  MachineInput,
  MachineInspection,
  MachineLike,
  MachineLook,
} from './machine-types.ts'
import { whenLoaded, whileAlive } from './xstate.ts'

type Body<E, K extends string> = Omit<Extract<E, { type: K }>, 'type'>
type Empty = Record<never, never>

/** The reply to an ask: the plain part of the snapshot after the event. */
export type MachineReply<M extends MachineLike> = MachineLook<M>

/** Messages are the machine's events. */
export type MachineProtocol<M extends MachineLike> = {
  [K in MachineEvent<M>['type'] & string]: Empty extends Body<MachineEvent<M>, K>
    ? (ctx: never, body: Body<MachineEvent<M>, K> | undefined) => MachineReply<M>
    : (ctx: never, body: Body<MachineEvent<M>, K>) => MachineReply<M>
} & {
  /** The input of `options.snapshot`: the stored state, with the remaining time of each delay. */
  '@snapshot': (ctx: never) => KeptSnapshot
}

/** How a machine becomes an actor: its start and its supervision. */
export interface MachineOptions<M extends MachineLike>
  extends Pick<ActorSettings, 'mailbox' | 'restart' | 'supervision' | 'shutdown'> {
  readonly name?: string
  readonly input?: MachineInput<M>
  /**
   * A persisted snapshot to continue from at every start of an instance. One from `@snapshot` holds the delays,
   * including those of `raise` and `sendTo`: they continue with their remaining time, and the time between snapshot and
   * start does not count. An event on its way to an actor outside the machine is not kept. In a snapshot without
   * delays, as XState makes it, `after` delays start again, and delayed events of `raise` and `sendTo` are lost.
   */
  readonly snapshot?: KeptSnapshot
  /**
   * The machine lives in the system's journal, with the delays of its states: a delay that passes while no process runs fires at the next
   * start. The state that `migrations` get is `{ snapshot }`, a persisted snapshot of XState. A machine in a final state stays there.
   */
  readonly durable?: boolean | Pick<DurableOptions, 'migrations' | 'messages' | 'dedupe' | 'passivate'>
  /** Receives XState's inspection events: the Stately inspector's `inspect` fits. */
  inspect?(event: MachineInspection): void
}

const MACHINE_OPTIONS = [
  'name',
  'input',
  'snapshot',
  'inspect',
  'durable',
  'mailbox',
  'restart',
  'supervision',
  'shutdown',
] as const satisfies readonly (keyof MachineOptions<MachineLike>)[]

/** One instance: the machine's actor, with keys for its delays on our clock. */
class Instance {
  actor: MachineActor | undefined = undefined
  /** Whether a message of ours is being handled: an error then belongs to it. */
  sending = false
  #last = 0

  key(): string {
    this.#last += 1
    return `@delay ${this.#last}`
  }
}

type Context = Ctx<Instance>

/**
 * Turns any XState v5 machine into an actor: guards, actions, invoked and spawned children work as in XState, delays
 * run on the system's clock, a final state stops the actor, and an error fails the current message (or the instance).
 * XState loads when the first instance starts.
 *
 * @throws InvalidArgumentError (`invalid-argument`) for what is no machine, or an option that is unknown or out of range.
 */
export function fromMachine<M extends MachineLike>(
  machine: M,
  options: MachineOptions<M> = {},
): ActorDefinition<MachineProtocol<M>> {
  demand(
    machine,
    'fromMachine.machine',
    'a machine of XState 5',
    ({ events, id }) => Array.isArray(events) && typeof id === 'string',
  )
  onlyOptions(options, 'fromMachine', MACHINE_OPTIONS, ['input'])
  if (options.inspect !== undefined) aFunction(options.inspect, 'fromMachine.inspect')
  if (options.snapshot !== undefined) aSnapshot(options.snapshot)
  const { name = machine.id === '(machine)' ? 'machine' : machine.id, durable } = options
  if (durable !== undefined && durable !== false) return durableMachine(machine, options, name)
  const on: Record<string, (ctx: Context, body: never) => unknown> = {
    '@snapshot': ({ state: { actor }, timers }) =>
      actor === undefined ? undefined : persisted(actor, (timers as SystemTimers).now()),
  }
  for (const type of machine.events as string[]) {
    if (type.includes('*')) continue
    on[type] = (ctx, body: object | undefined) => {
      const { actor } = ctx.state
      during(ctx, () => actor?.send({ ...body, type }))
      if (actor === undefined) return undefined
      return lookOf(actor)
    }
  }
  const { mailbox, restart, supervision, shutdown } = options
  const definition = defineActor({
    name,
    state: () => new Instance(),
    on,
    signals: {
      started: (ctx) => whenLoaded((xstate) => start(ctx, machine, options, xstate)),
      stopping: ({ state }) => state.actor?.stop(),
      restarting: ({ state }) => state.actor?.stop(),
    },
    ...given({ mailbox, restart, supervision, shutdown }),
  })
  return definition as unknown as ActorDefinition<MachineProtocol<M>>
}

/** What is no snapshot at all is refused where it is given. Whether its states are the machine's is known once XState is loaded. */
function aSnapshot(given: unknown): void {
  demand(
    given as { readonly status?: unknown; readonly value?: unknown },
    'fromMachine.snapshot',
    'a snapshot, as @snapshot replies it',
    ({ status, value }) => typeof status === 'string' && value !== undefined,
  )
}

function start<M extends MachineLike>(
  ctx: Context,
  machine: M,
  options: MachineOptions<M>,
  { createActor }: typeof import('xstate'),
): void {
  const clock = ctx.timers as SystemTimers
  const instance = ctx.state
  const make = createActor as unknown as (machine: M, options: object) => MachineActor
  const restored = options.snapshot === undefined ? undefined : withoutDelays(options.snapshot)
  const actor = make(machine, {
    ...(options.input === undefined ? {} : { input: options.input }),
    ...(restored === undefined ? {} : { snapshot: restored.snapshot }),
    ...(options.inspect === undefined ? {} : { inspect: options.inspect }),
    clock: {
      setTimeout(run: () => void, ms: number) {
        const key = instance.key()
        // Read each time: the context of an ended instance refuses.
        const timers = ctx.timers as SystemTimers
        // A delay belongs to whoever sent the event that set it.
        const context = callersContext()
        timers.call(key, ms, () => context.runInAsyncScope(during, undefined, ctx, run))
        return key
      },
      clearTimeout: (key: string) => ctx.timers.cancel(key),
    },
  })
  instance.actor = actor
  actor.subscribe({
    error: (error) => {
      if (!instance.sending) whileAlive(() => ctx.fail(error))
    },
    // It ended between messages, through an invoked promise. It also completes when we stop it.
    complete: () => {
      if (!instance.sending && actor.getSnapshot().status === 'done') whileAlive(() => ctx.stopSelf())
    },
  })
  noteDueTimes(actor, () => clock.now())
  if (restored !== undefined) rearm(actor, restored.kept)
  during(ctx, () => actor.start())
}

/** Runs one step of the machine: its error is thrown here, and its end stops the actor. */
function during(ctx: Context, step: () => void): void {
  const instance = ctx.state
  instance.sending = true
  try {
    step()
  } finally {
    instance.sending = false
  }
  const snapshot = instance.actor?.getSnapshot()
  if (snapshot?.status === 'error') throw snapshot.error
  if (snapshot?.status === 'done') ctx.stopSelf()
}
