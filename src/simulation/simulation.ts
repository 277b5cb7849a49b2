import type { Watchable } from '../behavior/ref.ts'
import type { Duration } from '../kernel/durations.ts'
import type { Kernel, RandomStream } from '../kernel/kernel.ts'
import type { DeadLetterReason } from '../ports/events.ts'
import type { ActorSystem } from '../system/actor-system.ts'
import type { SystemOptions } from '../system/system-options.ts'
import type { ModelSpec } from './models.ts'
import type { SimulatedStore } from './store.ts'
import type { SimulatedTransport } from './transport.ts'

/** What an invariant may look at: everything, at one moment of virtual time. */
export interface World {
  /** Virtual milliseconds since the beginning. */
  readonly now: number
  readonly systems: readonly ActorSystem[]
  /** How often `sim.effect(key)` was called: by key. */
  readonly effects: ReadonlyMap<string, number>
  /** The state of an actor's instance; undefined while it has none. */
  state<S>(ref: Watchable): S | undefined
  /** Dead letters of all systems, by reason. */
  deadLetters(reason?: DeadLetterReason): number
}

/** True or nothing: it holds. False, or a throw: it does not. */
export type Check = (world: World) => unknown

/** Something that the scenario lets happen at a certain time. Each returns the same, so that they chain. */
export interface AtTime {
  /** Nothing gets through between the two, either way (or from the first to the second only), until it heals. */
  partition(from: string, to: string, options?: { readonly oneWay?: boolean }): AtTime
  /** At this time all partitions end. */
  heal(when: Duration): AtTime
  /** Crashes the instance of an actor or processor. */
  crash(name: string): AtTime
  /** The wall clock jumps by so many milliseconds, either way. */
  jump(ms: number): AtTime
  /** Does anything else. */
  run(action: () => void): AtTime
}

/** Faults for one actor, each at its next opportunity. */
export interface OnActor {
  /** Its instance crashes before the handler (default), after it, or after its reply. */
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
  /** The next message to it comes late, and what follows it waits. */
  delay(by?: Duration): OnActor
  /** Its next reply is lost, after it has done its work. */
  loseReply(): OnActor
}

/** What a scenario works with. Everything random in it comes from the seed. */
export interface Simulation {
  readonly seed: number
  /** Virtual milliseconds since the beginning. */
  readonly now: number
  /** For code that wants a kernel: the clock, timers, ids and random streams of this run. */
  readonly kernel: Kernel
  readonly random: RandomStream
  /** An actor system on virtual time. Stopped at the end of the run, if the scenario has not. */
  system(options?: Omit<SystemOptions, 'kernel' | 'inference'>): ActorSystem
  /** How a model behaves: by its name in the repository, part of that name, or `*` for all others. */
  model(name: string, spec: ModelSpec): void
  /** A store whose unflushed writes a crash loses. */
  store(name?: string): SimulatedStore
  /** A transport that loses, repeats and pauses. */
  transport(name?: string): SimulatedTransport
  /** Must hold after every step. */
  invariant(name: string, check: Check): void
  /** The same as `invariant`. */
  always(name: string, check: Check): void
  /** Must hold at some time in some run: otherwise the exploration has not seen what it was for. */
  sometimes(name: string, check: Check): void
  /** This line must be reached in some run. */
  reachable(name: string): void
  /** This line must not be reached. @throws InvariantError */
  unreachable(name: string): never
  /** Something was done to the world outside under this idempotency key: twice is a violation. */
  effect(key: string): void
  /** A line in the story. */
  note(text: string): void
  /** Only edges from or to these actors lose messages; by default every edge between two actors may. */
  remote(...names: string[]): void
  /** Lets something happen at this virtual time. */
  at(when: Duration): AtTime
  /** Aims faults at one actor, by its name. */
  on(actor: string): OnActor
  /** Whether the named fault point strikes here: for code that gets a simulation handed in. */
  maybe(point: string): boolean
  /** Virtual time passes. */
  sleep(duration: Duration): Promise<void>
  /**
   * Until nothing is under way any more. Faults go on for half of the time; then they stop and partitions heal, and the
   * run fails if it still does not come to rest within `within` (virtual time, default 10 minutes).
   */
  settle(options?: { readonly within?: Duration }): Promise<void>
  /** 0 … count−1; shrinking leaves out the rounds that the failure does not need. */
  times(count: number): Iterable<number>
  /** One of them, by the seed. */
  pick<T>(items: readonly T[]): T
  readonly expect: {
    /** Every accepted message has ended, or is in flight. @throws InvariantError */
    conserved(): void
    /** Nothing is in flight. @throws InvariantError */
    quiescent(): void
  }
}
