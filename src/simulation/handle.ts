import { type Duration, milliseconds } from '../kernel/durations.ts'
import { InvalidArgumentError, messageOfError } from '../kernel/errors.ts'
import type { Kernel, RandomStream } from '../kernel/kernel.ts'
import { onlyOptions } from '../kernel/only-options.ts'
import type { ActorSystem } from '../system/actor-system.ts'
import type { SystemOptions } from '../system/system-options.ts'
import { amountOf } from './chance.ts'
import type { DiskOptions, SimulatedDisk } from './disk.ts'
import type { FaultKind } from './faults.ts'
import { type History, Linearizability, type SequentialModel } from './linearizability.ts'
import type { ModelSpec } from './models.ts'
import { isQuiet, SLEEP } from './rest.ts'
import type { Run } from './run.ts'
import type { AtTime, Check, OnActor, SettleOptions, Simulation } from './simulation.ts'
import type { SimulatedStore } from './store.ts'
import { crash } from './systems.ts'
import type { SimulatedTransport } from './transport.ts'

/** Most rounds of one loop. */
const ROUNDS_MAX = 65_536

/** The simulation as the scenario sees it; the run is behind it. */
export class SimulationHandle implements Simulation {
  readonly #run: Run
  #loops = 0
  #aims = 0

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
    return this.#run.ports.store(name)
  }

  disk(name = 'disk', options?: DiskOptions): SimulatedDisk {
    return this.#run.ports.disk(name, options)
  }

  transport(name = 'transport'): SimulatedTransport {
    return this.#run.ports.transport(name)
  }

  invariant(name: string, check: Check): void {
    this.#run.checks.always(name, check)
  }

  always(name: string, check: Check): void {
    this.invariant(name, check)
  }

  sometimes(name: string, check: Check): void {
    this.#run.checks.sometimes(name, check)
  }

  reachable(name: string): void {
    this.#run.checks.reached(name)
  }

  unreachable(name: string): never {
    throw this.#run.violateHere(name, 'a line that must not be reached was reached')
  }

  effect(key: string): void {
    this.#run.effect(key)
  }

  linearizable<S, I, O>(name: string, model: SequentialModel<S, I, O>): History<I, O> {
    const { watcher } = this.#run.network
    const history = new Linearizability(model, () => watcher?.touch(`history '${name}'`))
    this.#run.checks.atEnd(name, () => history.problem())
    return history
  }

  note(text: string): void {
    this.#run.recorder.addHere('note', text)
  }

  remote(...names: string[]): void {
    for (const name of names) this.#run.network.remote(name)
  }

  at(when: Duration): AtTime {
    const run = this.#run
    const schedule = (
      at: Duration,
      what: string,
      names: readonly string[],
      action: (struck: () => void) => void,
    ): void => {
      const struck = run.aims.aim(`${what} at ${String(at)}`, names)
      run.agenda.after(Math.max(0, milliseconds(at, 'at') - run.kernel.now), what, () => {
        run.recorder.struck('at', '', '', what)
        action(struck)
      })
    }
    const builder: AtTime = {
      partition(from, to, { oneWay = false } = {}) {
        schedule(when, `partition ${from} | ${to}`, [from, to], (struck) => {
          run.network.cut(from, to, struck)
          if (!oneWay) run.network.cut(to, from, struck)
        })
        return builder
      },
      heal(at) {
        schedule(at, 'the network heals', [], (struck) => {
          struck()
          run.network.heal()
        })
        return builder
      },
      crash(name) {
        schedule(when, `crash ${name}`, [name], (struck) => {
          if (crash(run.systems, name)) struck()
        })
        return builder
      },
      jump(ms) {
        schedule(when, `the wall clock jumps by ${ms} ms`, [], (struck) => {
          struck()
          run.shiftWall(ms)
        })
        return builder
      },
      run(action) {
        schedule(when, 'the scenario acts', [], (struck) => {
          struck()
          // What it throws, now or later, fails the run.
          new Promise((resolve) => resolve(action())).catch((error: unknown) => {
            run.violate('the scenario', messageOfError(error), error)
          })
        })
        return builder
      },
    }
    return builder
  }

  on(actor: string): OnActor {
    const { aims, chooser } = this.#run
    const aim = (kind: FaultKind, by?: Duration): OnActor => {
      this.#aims += 1
      const struck = aims.aim(`${kind} at '${actor}' (aim ${this.#aims})`, [actor])
      const value = by === undefined ? amountOf(kind) : milliseconds(by, 'by')
      chooser.targets.push({ about: actor, kind, value, struck })
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
      this.#run.agenda.after(ms, SLEEP, resolve)
    })
  }

  settle(options: SettleOptions = {}): Promise<readonly string[]> {
    onlyOptions(options, 'settle', ['within', 'timers'])
    return this.#run.settle(milliseconds(options.within ?? '10m', 'within'), options.timers ?? true)
  }

  *times(count: number): Iterable<number> {
    if (!Number.isSafeInteger(count) || count < 0 || count >= ROUNDS_MAX) {
      throw new InvalidArgumentError(`times takes a whole number below ${ROUNDS_MAX}, not ${String(count)}`, {
        path: 'times',
        value: count,
        remedy: 'Pass the number of rounds',
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
        remedy: 'Pass at least one item',
      })
    }
    return items[this.random.integer(items.length)] as T
  }

  readonly expect = {
    conserved: (): void => {
      this.#run.network.watcher?.everything()
      const error = this.#run.conserved()
      if (error !== undefined) throw error
    },
    quiescent: (): void => {
      const run = this.#run
      run.network.watcher?.everything()
      if (!isQuiet(run)) throw run.violate('quiescence', `still in flight: ${run.pending()}`)
    },
  }
}
