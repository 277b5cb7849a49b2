import type { Watchable } from '../behavior/ref.ts'
import { type Duration, milliseconds } from '../kernel/durations.ts'
import { InvalidArgumentError } from '../kernel/errors.ts'
import type { Kernel, RandomStream } from '../kernel/kernel.ts'
import type { DeadLetterReason } from '../ports/events.ts'
import type { ActorHandle } from '../system/actor/actor-handle.ts'
import type { ActorSystem } from '../system/actor-system.ts'
import type { SystemOptions } from '../system/system-options.ts'
import { amountOf } from './choices.ts'
import type { FaultKind } from './faults.ts'
import type { ModelSpec } from './models.ts'
import type { Run } from './run.ts'
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

/** Rounds of one loop. */
const ROUNDS_MAX = 65_536

/** The simulation as the scenario sees it; the run itself is behind it. */
export class SimulationHandle implements Simulation {
  readonly #run: Run
  #loops = 0

  constructor(run: Run) {
    this.#run = run
  }

  get seed(): number {
    return this.#run.seed
  }

  get now(): number {
    return this.#run.kernel.now
  }

  get kernel(): Kernel {
    return this.#run.kernel
  }

  get random(): RandomStream {
    return this.#run.kernel.random.stream('scenario')
  }

  system(options: Omit<SystemOptions, 'kernel' | 'inference'> = {}): ActorSystem {
    return this.#run.system(options)
  }

  model(name: string, spec: ModelSpec): void {
    this.#run.models.define(name, spec)
  }

  store(name = 'store'): SimulatedStore {
    return this.#run.store(name)
  }

  transport(name = 'transport'): SimulatedTransport {
    return this.#run.transport(name)
  }

  invariant(name: string, check: Check): void {
    this.#run.checks.push({ name, check })
  }

  always(name: string, check: Check): void {
    this.invariant(name, check)
  }

  sometimes(name: string, check: Check): void {
    this.#run.hopes.push({ name, check })
    this.#run.seen.set(name, this.#run.seen.get(name) ?? 0)
  }

  reachable(name: string): void {
    this.#run.seen.set(name, (this.#run.seen.get(name) ?? 0) + 1)
  }

  unreachable(name: string): never {
    throw this.#run.violate(name, 'a line that must not be reached was reached')
  }

  effect(key: string): void {
    this.#run.effect(key)
  }

  note(text: string): void {
    this.#run.recorder.add('note', '', '', text)
  }

  remote(...names: string[]): void {
    this.#run.network.remote(names)
  }

  at(when: Duration): AtTime {
    const run = this.#run
    const schedule = (at: Duration, what: string, action: () => void): void => {
      run.kernel.timers.after(
        Math.max(0, milliseconds(at, 'at') - run.kernel.now),
        () => {
          run.recorder.add('fault', '', '', what)
          action()
        },
        undefined,
      )
    }
    const builder: AtTime = {
      partition(from, to, { oneWay = false } = {}) {
        schedule(when, `partition ${from} | ${to}`, () => {
          run.network.cut(from, to)
          if (!oneWay) run.network.cut(to, from)
        })
        return builder
      },
      heal(at) {
        schedule(at, 'the network heals', () => run.network.heal())
        return builder
      },
      crash(name) {
        schedule(when, `crash ${name}`, () => run.crash(name))
        return builder
      },
      jump(ms) {
        schedule(when, `the wall clock jumps by ${ms} ms`, () => run.kernel.shiftWall(ms))
        return builder
      },
      run(action) {
        schedule(when, 'the scenario acts', action)
        return builder
      },
    }
    return builder
  }

  on(actor: string): OnActor {
    const { targets } = this.#run.chooser
    const aim = (kind: FaultKind, by?: Duration): OnActor => {
      targets.push({ about: actor, kind, value: by === undefined ? amountOf(kind) : milliseconds(by, 'by') })
      return builder
    }
    const crashes = { received: 'crashReceived', handled: 'crashHandled', flushed: 'crashFlushed' } as const
    const builder: OnActor = {
      crash: (point = 'received') => aim(crashes[point]),
      throw: () => aim('throw'),
      reject: () => aim('reject'),
      hang: () => aim('hang'),
      poison: () => aim('poison'),
      slow: (by) => aim('slow', by),
      drop: () => aim('drop'),
      duplicate: () => aim('duplicate'),
      delay: (by) => aim('delay', by),
      loseReply: () => aim('ackLost'),
    }
    return builder
  }

  maybe(point: string): boolean {
    return this.#run.network.strikes(point)
  }

  sleep(duration: Duration): Promise<void> {
    const ms = milliseconds(duration, 'sleep')
    return new Promise((resolve) => {
      this.#run.kernel.timers.after(ms, resolve, undefined)
    })
  }

  settle(options: { readonly within?: Duration } = {}): Promise<void> {
    return this.#run.settle(milliseconds(options.within ?? '10m', 'within'))
  }

  *times(count: number): Iterable<number> {
    if (!Number.isSafeInteger(count) || count < 0 || count >= ROUNDS_MAX) {
      throw new InvalidArgumentError(`times takes a whole number below ${ROUNDS_MAX}, not ${String(count)}`, {
        path: 'times',
        value: count,
        remedy: 'Give how many rounds there are',
      })
    }
    this.#loops += 1
    const loop = this.#loops
    const site = `times ${loop}`
    const { chooser, rounds } = this.#run
    rounds.set(site, count)
    for (let i = 0; i < count; i++) {
      if (chooser.skipped(site, i)) continue
      chooser.round(loop * ROUNDS_MAX + i)
      yield i
    }
    chooser.round(loop * ROUNDS_MAX + ROUNDS_MAX - 1)
  }

  pick<T>(items: readonly T[]): T {
    if (items.length === 0) {
      throw new InvalidArgumentError('there is nothing to pick from', {
        path: 'pick',
        value: items,
        remedy: 'Give at least one item',
      })
    }
    return items[this.random.integer(items.length)] as T
  }

  readonly expect = {
    conserved: (): void => this.#run.expectConserved(),
    quiescent: (): void => this.#run.expectQuiescent(),
  }
}

/** What checks see of a run. */
export function worldOf(run: Run): World {
  return {
    get now() {
      return run.kernel.now
    },
    systems: run.systems,
    effects: run.effects,
    state: <S>(ref: Watchable): S | undefined => (ref as ActorHandle)['~cell'].state as S | undefined,
    deadLetters(reason) {
      let count = 0
      for (const system of run.systems) {
        for (const [why, many] of Object.entries(system.ledger().deadLettered)) {
          if (reason === undefined || why === reason) count += many
        }
      }
      return count
    },
  }
}
