import type { ActorDefinition } from '../behavior/define-actor.ts'
import type { Watchable } from '../behavior/ref.ts'
import type { Duration } from '../kernel/durations.ts'
import type { Kernel, RandomStream } from '../kernel/kernel.ts'
import type { DeadLetterReason } from '../ports/events.ts'
import type { ActorSystem } from '../system/actor-system.ts'
import type { SystemOptions } from '../system/system-options.ts'
import type { DiskOptions, SimulatedDisk } from './disk.ts'
import type { History, SequentialModel } from './linearizability.ts'
import type { ModelSpec } from './models.ts'
import type { SimulatedStore } from './store.ts'
import type { SimulatedTransport } from './transport.ts'

/** What an invariant can see: everything, at one moment of virtual time. */
export interface World {
  /** Virtual milliseconds since the beginning. */
  readonly now: number
  readonly systems: readonly ActorSystem[]
  /** How often `sim.effect(key)` was called, by key. */
  readonly effects: ReadonlyMap<string, number>
  /**
   * The state of an actor's instance, or of an entity in memory; undefined without one. It has the type of the definition.
   *
   * @throws InvalidArgumentError (`invalid-argument`) for an actor of another definition.
   */
  state<S>(ref: Watchable, definition: ActorDefinition<unknown, S>): S | undefined
  /** The same, with a type that nothing checks. */
  state<S>(ref: Watchable): S | undefined
  /** Dead letters of all systems, by reason. */
  deadLetters(reason?: DeadLetterReason): number
}

/** True or nothing: it holds. False, zero, an empty text, null or a throw: it does not. */
export type Check = (world: World) => unknown

/** Schedules something for a certain time. Each method returns the same object, so calls chain. */
export interface AtTime {
  /** Blocks the link between the two, both ways (or only from the first to the second), until it heals. */
  partition(from: string, to: string, options?: { readonly oneWay?: boolean }): AtTime
  /** Ends all partitions at this time. */
  heal(when: Duration): AtTime
  /** Crashes the instance of an actor or processor. */
  crash(name: string): AtTime
  /** Makes the wall clock jump by this many milliseconds, either way. */
  jump(ms: number): AtTime
  /** Does anything else. */
  run(action: () => void): AtTime
}

/** Faults for one actor, each at its next opportunity. */
export interface OnActor {
  /** Its instance crashes before the handler (default), before the reply, or after the reply. */
  crash(point?: 'received' | 'handled' | 'flushed'): OnActor
  /** Its handler throws. */
  throw(): OnActor
  /** Its handler rejects. */
  reject(): OnActor
  /** Its handler never settles. */
  hang(): OnActor
  /** The message fails at every attempt. */
  poison(): OnActor
  /** Its handler begins late. */
  slow(by?: Duration): OnActor
  /** The next message to it is lost. */
  drop(): OnActor
  /** The next message to it arrives twice. */
  duplicate(): OnActor
  /** The next message to it arrives late, and later ones wait for it. */
  delay(by?: Duration): OnActor
  /** Its next reply is lost, after the work is done. */
  loseReply(): OnActor
}

/** How long `settle` waits, and for what. */
export interface SettleOptions {
  /** Most virtual time. Default 10 minutes. */
  readonly within?: Duration
  /** Whether it waits for timers, scheduled messages, sleeps and aims too. Default true. */
  readonly timers?: boolean
}

/** What a scenario works with. All its randomness comes from the seed. */
export interface Simulation {
  readonly seed: number
  /** Virtual milliseconds since the beginning. */
  readonly now: number
  /** For code that needs a kernel: the clock, timers, ids and random streams of this run. */
  readonly kernel: Kernel
  readonly random: RandomStream
  /** An actor system on virtual time. Stopped at the end of the run, if not before. */
  system(options?: Omit<SystemOptions, 'kernel' | 'inference'>): ActorSystem
  /** How a model behaves: by its name in the repository, part of that name, or `*` for all others. */
  model(name: string, spec: ModelSpec): void
  /** A store that loses unflushed writes in a crash. */
  store(name?: string): SimulatedStore
  /** A disk under the real journal, whose power can be cut. */
  disk(name?: string, options?: DiskOptions): SimulatedDisk
  /** A transport that loses, repeats and pauses. */
  transport(name?: string): SimulatedTransport
  /** Must hold after every step. */
  invariant(name: string, check: Check): void
  /** The same as `invariant`. */
  always(name: string, check: Check): void
  /** Must hold at some time in some run; otherwise the exploration missed its purpose. */
  sometimes(name: string, check: Check): void
  /** This line must be reached in some run. */
  reachable(name: string): void
  /** This line must not be reached. @throws InvariantError */
  unreachable(name: string): never
  /** Records an effect on the outside world under this idempotency key: twice is a violation. */
  effect(key: string): void
  /**
   * Records the operations of several clients on one object, and checks at the end of the run that they are linearizable: some order
   * of them, each at one moment between its begin and its end, gives every answer.
   */
  linearizable<S, I, O>(name: string, model: SequentialModel<S, I, O>): History<I, O>
  /** Adds a line to the story. */
  note(text: string): void
  /** Only edges from or to these actors lose messages. Default: every edge between two actors. */
  remote(...names: string[]): void
  /** Schedules something for this virtual time. */
  at(when: Duration): AtTime
  /** Aims faults at one actor, by its name. */
  on(actor: string): OnActor
  /** Whether the named fault point strikes here, for code that gets the simulation as an argument. */
  maybe(point: string): boolean
  /** Waits for virtual time to pass. */
  sleep(duration: Duration): Promise<void>
  /**
   * Waits until nothing is in flight: no message, ask, run, model call, redelivery or slow flush. It also waits for timers (durable
   * ones too), scheduled messages, sleeps and aims that are due `within` (virtual time, default 10 minutes), unless `timers` is false. Faults continue for
   * half of the time; then they stop and partitions heal. The run fails if it does not come to rest.
   *
   * Returns what it left, in words: timers that repeat, are due later, or whose actor does not run. The story says so too.
   */
  settle(options?: SettleOptions): Promise<readonly string[]>
  /** 0 … count−1; shrinking leaves out rounds that the failure does not need. */
  times(count: number): Iterable<number>
  /** One of them, chosen by the seed. */
  pick<T>(items: readonly T[]): T
  readonly expect: {
    /** Every accepted message has ended or is in flight. @throws InvariantError */
    conserved(): void
    /** Nothing is in flight. @throws InvariantError */
    quiescent(): void
  }
}
