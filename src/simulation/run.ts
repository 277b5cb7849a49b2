import { ownLines } from '../kernel/own-frames.ts'
import { SimulatedKernel } from '../kernel/simulated-kernel.ts'
import type { ActorSystem } from '../system/actor-system.ts'
import type { Instruments } from '../system/dispatch/instruments.ts'
import type { SystemOptions } from '../system/system-options.ts'
import { AIMED, Aims, missedAim } from './aims.ts'
import { Checks } from './checks.ts'
import type { Choices } from './choices.ts'
import { Chooser } from './chooser.ts'
import { InvariantError } from './errors.ts'
import { pointOf } from './faults.ts'
import { SimulationHandle } from './handle.ts'
import { placeOf } from './identity.ts'
import { instrumentsFor } from './instruments.ts'
import { SimulatedModels } from './models.ts'
import { Monitor } from './monitor.ts'
import { shortName } from './names.ts'
import { SimulatedNetwork } from './network.ts'
import { SimulatedPorts } from './ports.ts'
import { Recorder } from './recorder.ts'
import { Agenda, inFlight, isQuiet, type Settling } from './rest.ts'
import type { RunSettings } from './settings.ts'
import type { Simulation } from './simulation.ts'
import type { Fault, Site } from './site.ts'
import { leftBehind, SimulatedSystem, unbalanced } from './systems.ts'
import { playedOut } from './unplayed.ts'
import { worldOf } from './world.ts'

/** Conservation is checked after this many steps, and at the end: a lost message stays lost. */
const STEPS_BETWEEN_LEDGERS = 32
/** How long the systems may take to stop, in virtual milliseconds. */
const STOP_MS = 60_000

type Phase = 'scenario' | 'settling' | 'stopping'

/**
 * One run of a scenario on virtual time.
 *
 *   step: a postponed job │ a message of one ready actor, by choice │ the clock jumps to the next timer
 *         then every promise job runs, then the invariants are checked
 */
export class Run {
  readonly seed: number
  readonly kernel: SimulatedKernel
  readonly chooser: Chooser
  readonly recorder: Recorder
  readonly monitor: Monitor
  readonly network: SimulatedNetwork
  readonly ports: SimulatedPorts
  readonly models: SimulatedModels
  readonly systems: SimulatedSystem[] = []
  readonly effects = new Map<string, number>()
  readonly aims: Aims
  readonly agenda: Agenda
  /** The scenario's claims. */
  readonly checks: Checks
  /** How many rounds each `times` of the scenario has. */
  readonly rounds = new Map<string, number>()
  failure: InvariantError | undefined
  /** The step at which it failed. */
  failedAt = 0
  readonly #settings: RunSettings
  readonly #instruments: Instruments
  readonly #step: Site<'step'>
  #phase: Phase = 'scenario'
  #stopped = 0
  #closing = false
  #rest: Settling | undefined

  constructor(settings: RunSettings, given: Choices | undefined, record: boolean) {
    const { seed, faults } = settings
    this.#settings = settings
    this.seed = seed
    const watcher = settings.search?.begin()
    this.kernel = new SimulatedKernel(seed, watcher)
    this.kernel.shiftWall(faults.skewMs)
    this.aims = new Aims()
    this.agenda = new Agenda(this.kernel, this.systems)
    this.chooser = new Chooser(this.kernel, settings, given)
    this.chooser.found = (point, about) => this.aims.metSite(point, about)
    for (const { label, kind, names } of faults.placed) this.aims.rate(label, pointOf(kind), names)
    this.recorder = new Recorder(() => this.kernel.now, record, settings.redact, settings.covers)
    this.chooser.outOfTurn = (goes, before) =>
      this.recorder.add('order', shortName(before), shortName(goes), 'goes first')
    this.monitor = new Monitor(this.kernel, this.recorder, (error) => this.fail(error), watcher)
    this.network = new SimulatedNetwork(
      this.kernel,
      this.chooser,
      faults,
      this.monitor,
      this.recorder,
      this.aims,
      watcher,
    )
    settings.search?.leads(this)
    this.ports = new SimulatedPorts(this)
    this.models = new SimulatedModels(this.kernel, this.chooser, this.recorder)
    this.#instruments = instrumentsFor(this)
    this.checks = new Checks(worldOf(this), settings.reachables ?? [], (name, what, cause) =>
      this.violate(name, what, cause),
    )
    this.#step = this.chooser.site('step', ['clock'])
  }

  system(options: Omit<SystemOptions, 'kernel' | 'inference'>): ActorSystem {
    const name = options.name ?? (this.systems.length === 0 ? 'sim' : `sim${this.systems.length + 1}`)
    const system = new SimulatedSystem(
      { ...options, name, kernel: this.kernel, inference: this.models },
      this.#instruments,
      this.network.watcher,
    )
    system.events.subscribe((event) => {
      if (event.type === 'lifecycle') this.aims.met(shortName(event.path))
      this.monitor.event(event)
    })
    this.systems.push(system)
    return system
  }

  effect(key: string): void {
    const times = (this.effects.get(key) ?? 0) + 1
    this.effects.set(key, times)
    this.recorder.mix(this.recorder.name(key))
    this.recorder.addHere('effect', key)
    this.network.watcher?.touch(`effect '${key}'`)
    if (times > 1) this.violateHere('one effect per idempotency key', `'${key}' took effect ${times} times`)
  }

  /** Kinds and places with a rate above 0. */
  get armed(): readonly string[] {
    return this.#settings.faults.armed
  }

  /** Waits until everything has come to rest: first with faults, and after half of the time without. */
  settle(withinMs: number, timers: boolean): Promise<readonly string[]> {
    return new Promise((resolve) => {
      const { now } = this.kernel
      this.#rest = { quietAt: now + withinMs / 2, by: now + withinMs, timers, resolve }
    })
  }

  violate(invariant: string, what: string, cause?: unknown): InvariantError {
    const error = new InvariantError(invariant, what, cause)
    this.fail(error)
    return error
  }

  /** The author's own line, which calls this, is the failure. */
  violateHere(invariant: string, what: string): InvariantError {
    const error = new InvariantError(invariant, what)
    error.place = ownLines(error).join(' < ')
    this.fail(error)
    return error
  }

  /** The first failure counts. */
  fail(error: InvariantError): void {
    if (this.failure !== undefined) return
    this.failure = error
    this.failedAt = this.recorder.step
    if (this.recorder.records)
      for (const [path, state] of this.monitor.working()) this.recorder.state(shortName(path), state)
    this.recorder.ended(`✗ ${error.invariant}: ${error.what}`, placeOf(error))
  }

  /** The wall clock jumps; monotonic time does not. */
  shiftWall(ms: number): void {
    this.recorder.mix(Math.round(ms))
    this.kernel.shiftWall(ms)
  }

  /** Begins the scenario. */
  begin(scenario: (sim: Simulation) => unknown): void {
    void playedOut(this, () => scenario(new SimulationHandle(this))).then(() => {
      if (this.#phase === 'scenario') this.#settleDown()
    })
  }

  #settleDown(): void {
    this.#phase = 'settling'
    const cut = this.agenda.cutOff()
    if (cut !== undefined) this.recorder.add('note', '', '', cut)
    void this.settle(600_000, false).then(() => {
      this.#phase = 'stopping'
      for (const system of this.systems) {
        void system.stop({ drain: STOP_MS }).then(() => {
          this.#stopped += 1
        })
      }
    })
  }

  /** One step; false when the run is over. */
  advance(): boolean {
    this.#check()
    if (this.failure !== undefined) return false
    const { kernel, recorder } = this
    recorder.mark()
    recorder.step += 1
    if (recorder.step > this.#settings.maxSteps) {
      this.violate('step limit', `${this.#settings.maxSteps} steps, and still in flight: ${this.pending()}`)
      return false
    }
    if (recorder.step >= this.chooser.forkAt) this.chooser.fork()
    if (kernel.turn()) return true
    this.#jumpWall()
    if (kernel.ready.length > 0) {
      const place = this.chooser.pick(recorder.step, kernel.ready)
      if (place < 0) return false
      recorder.mix(place)
      kernel.visit(place)
      return true
    }
    this.#settings.search?.rests()
    if (this.#rest !== undefined && isQuiet(this) && this.#settled(this.#rest)) return true
    if (this.#phase === 'stopping' && this.#stopped === this.systems.length) return this.#end()
    return this.#jump()
  }

  /** Nothing is in flight. False while it waits for timers. */
  #settled({ timers, by, resolve }: Settling): boolean {
    if (timers && this.agenda.hasUntil(by)) return false
    this.#rest = undefined
    this.chooser.quiet = false
    const left = this.#phase === 'scenario' ? this.agenda.told() : []
    if (left.length > 0) this.recorder.add('note', '', '', `at rest, and left: ${left.join(', ')}`)
    resolve(left)
    return true
  }

  #jump(): boolean {
    const { kernel } = this
    const due = kernel.nextTimer
    if (this.#rest !== undefined && due > this.#rest.quietAt) {
      this.chooser.quiet = true
      this.network.heal()
    }
    if (this.#rest !== undefined && due > this.#rest.by) {
      this.violate('it settles', `it does not come to rest: ${this.pending()}`)
      return false
    }
    if (due === Number.POSITIVE_INFINITY) {
      this.violate('it settles', `nothing can happen any more, but the run is not over: ${this.pending()}`)
      return false
    }
    if (due > this.#settings.timeLimitMs) {
      this.violate('time limit', `${this.#settings.timeLimitMs} ms are over: ${this.pending()}`)
      return false
    }
    this.recorder.coverage?.rest()
    this.recorder.mix(Math.round(due))
    this.#settings.search?.reaches(due)
    kernel.jump()
    return true
  }

  #jumpWall(): void {
    const fault: (Fault<'step'> & { readonly kind: 'clockJump' }) | undefined = this.chooser.fault(this.#step)
    if (fault === undefined) return
    this.recorder.struck('clockJump', '', '', `the wall clock jumps by ${fault.value} ms`)
    this.shiftWall(fault.value)
  }

  /** Everything has stopped: nothing may be left. */
  #end(): boolean {
    if (!this.#closing) {
      this.#closing = true
      return true
    }
    this.conserved()
    for (const [invariant, what] of leftBehind(this.systems)) this.violate(invariant, what)
    this.checks.end()
    const [missed] = this.aims.result().missed
    if (this.#settings.judgesAims === true && missed !== undefined) this.violate(AIMED, missedAim(missed))
    return false
  }

  #check(): void {
    if (this.recorder.step % STEPS_BETWEEN_LEDGERS === 0) this.conserved()
    if (!this.#closing) this.checks.look()
  }

  /** Whether every accepted message has ended or is in flight; if not, the violation. */
  conserved(): InvariantError | undefined {
    const ledger = unbalanced(this.systems)
    return ledger === undefined ? undefined : this.violate('conservation', JSON.stringify(ledger))
  }

  /** What it waits for, in words. */
  pending(): string {
    const scenario = this.#phase === 'scenario' ? ['the scenario'] : []
    return [...scenario, ...inFlight(this)].join(', ') || 'nothing known'
  }
}
