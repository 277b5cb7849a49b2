import type { SpawnOptions } from '../behavior/context.ts'
import { type ActorDefinition, defineActor } from '../behavior/define-actor.ts'
import type { Processor } from '../behavior/define-processor.ts'
import type { ActorRef, AnyRef, EntityRef, Ref, RefOf } from '../behavior/ref.ts'
import { type AsyncContext, callersContext } from '../kernel/async-context.ts'
import { demand, flag } from '../kernel/demand.ts'
import { milliseconds } from '../kernel/durations.ts'
import { text } from '../kernel/errors.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { oneOf } from '../kernel/one-of.ts'
import { onlyOptions } from '../kernel/only-options.ts'
import { platformKernel } from '../kernel/platform-kernel.ts'
import { TimerWheel } from '../kernel/timer-wheel.ts'
import type { EventStream } from '../ports/events.ts'
import type { Host, Runnable, StageSupervisor, SuperviseOptions } from '../ports/host.ts'
import type { InferencePort } from '../ports/inference.ts'
import { ActorCell } from './actor/actor-cell.ts'
import { cellAt } from './actor/cell-at.ts'
import { type Durability, durabilityOf, entityOf, type Waits } from './actor/durability.ts'
import { type ActorKind, inFlightBelow, kindsBelow, pathsBelow } from './actor/in-flight.ts'
import { checkName, familyOf, spawn } from './actor/spawn.ts'
import { DeadLetters } from './dispatch/dead-letters.ts'
import { Dispatcher } from './dispatch/dispatcher.ts'
import { EventBus } from './dispatch/event-bus.ts'
import { CODEC, copyOf } from './dispatch/frames.ts'
import type { Instruments } from './dispatch/instruments.ts'
import { Ledger, type LedgerSnapshot } from './dispatch/ledger.ts'
import type { Runtime } from './dispatch/runtime.ts'
import { logOf } from './dispatch/system-log.ts'
import { Walks } from './dispatch/walks.ts'
import { SystemStoppedError, UnknownActorError } from './errors.ts'
import { type RouterOptions, type RouterRef, routerOf, spawnRouter } from './router.ts'
import { type ProcessorRef, spawnProcessor } from './stage/processor-ref.ts'
import { StageSupervision } from './stage/stage-supervisor.ts'
import { SystemInference } from './system-inference.ts'
import {
  aKernel,
  CONTEXTS,
  ownSupervision,
  type StopOptions,
  SYSTEM_OPTIONS,
  type SystemOptions,
} from './system-options.ts'
import { Topics } from './topics.ts'

const hasKind = ({ kind }: { readonly kind: string }): boolean => kind !== undefined

/** A running actor system. */
export class ActorSystem implements Host, AsyncDisposable {
  readonly name: string
  readonly kernel: Kernel
  readonly events: EventStream = new EventBus()
  readonly deadLetters: DeadLetters
  readonly #runtime: Runtime
  readonly #root: ActorCell
  readonly #ledger = new Ledger()
  #supervisors: StageSupervision[] = []
  readonly #topics = new Topics()
  readonly #inference: SystemInference
  readonly #instruments: Instruments | undefined
  readonly #durability: Durability | undefined
  #solo: StageSupervision | undefined
  #stopping: Promise<void> | undefined
  #drained: (() => void) | undefined
  #timersLeft = 0
  /** What waits for its time: a simulation waits for timers too. */
  readonly '~waits' = (): Waits => ({ wheel: this.#runtime.wheel, durable: this.#durability })

  /**
   * `instruments` are for a simulation, which sees every definition and message.
   *
   * @throws InvalidArgumentError (`invalid-argument`) naming the option that is out of range.
   */
  constructor(options: SystemOptions = {}, instruments?: Instruments) {
    onlyOptions(options, 'createSystem', SYSTEM_OPTIONS)
    this.name = checkName(options.name ?? 'ganglion')
    this.#instruments = instruments
    this.kernel = options.kernel === undefined ? platformKernel() : aKernel(options.kernel)
    this.deadLetters = new DeadLetters(
      options.deadLetterCapacity ?? 1000,
      options.deadLetterBytes ?? 64 * 2 ** 20,
    )
    this.#inference = new SystemInference(options.inference ?? {}, this.kernel, this.events)
    this.#runtime = {
      name: this.name,
      kernel: this.kernel,
      events: this.events,
      ledger: this.#ledger,
      dispatcher: new Dispatcher(this.kernel.clock, this.kernel.turns, this.kernel.schedule),
      wheel: new TimerWheel(this.kernel),
      log: logOf(options.log, this.kernel.clock),
      walks: new Walks(this.kernel.turns),
      deadLetters: this.deadLetters,
      askTimeoutMs: milliseconds(options.askTimeout ?? '30s', 'askTimeout'),
      keepsContexts: oneOf(CONTEXTS, options.context ?? 'caller', 'context') === 'caller',
      codec: flag(options.serializeMessages, 'serializeMessages') ? CODEC : undefined,
      network: instruments?.network,
      onTheWay: 0,
      accepting: true,
      spawn: (parent, definition, options) =>
        spawn(
          parent as ActorCell,
          instruments?.definition(definition) ?? definition,
          options,
          this.#durability,
        ),
      idle: () => {
        if (this.#drained !== undefined && this.#ledger.open === 0) this.#drained()
      },
    }
    this.#durability = durabilityOf(options.journal, this.#runtime)
    const supervision = ownSupervision(options.supervision, `${this.name}.supervision`)
    const root = defineActor({ name: this.name, supervision })
    this.#root = new ActorCell(this.#runtime, root, undefined, this.name)
    familyOf(this.#root)
    this.#root.begin()
  }

  get accepting(): boolean {
    return this.#runtime.accepting
  }

  /**
   * Starts an actor, or a processor as a separate actor.
   *
   * @throws NameTakenError (`name-taken`), InvalidArgumentError (`invalid-argument`), SystemStoppedError (`system-stopped`)
   */
  spawn<H>(definition: ActorDefinition<H>, options?: SpawnOptions): ActorRef<H>
  spawn<I, O>(processor: Processor<I, O>, options?: { readonly name?: string }): ProcessorRef<I, O>
  spawn(definition: ActorDefinition<unknown> | Processor<never, unknown>, options?: SpawnOptions): unknown {
    if (!this.#runtime.accepting) throw new SystemStoppedError(this.name, definition)
    demand(definition, 'definition', 'an actor or a processor', hasKind)
    if (definition.kind !== 'processor') return this.#runtime.spawn(this.#root, definition, options)
    this.#solo ??= this.#supervision(this.name, {})
    onlyOptions(options, 'spawn', ['name'])
    return spawnProcessor(this, this.#runtime, this.#solo, definition, options?.name)
  }

  /**
   * The actor of this name, or path below the system: `'parent/child'`. With its definition, `find('clerk', Clerk)`, the ref is
   * typed, and an actor of another definition is refused; the names of the definitions are compared.
   *
   * @throws UnknownActorError (`unknown-actor`)
   */
  find(path: string): AnyRef
  find<H>(path: string, definition: ActorDefinition<H>): ActorRef<H>
  /** Typed by its definition's type alone: `find<typeof Clerk>('clerk')`. */
  find<D extends ActorDefinition<unknown>>(path: string): RefOf<D>
  find(path: string, definition?: ActorDefinition<unknown>): unknown {
    const cell = cellAt(this.#root, path, definition)
    return routerOf(cell) ?? cell.ref
  }

  /** Paths of all running actors, parents before children, without the stages of pipelines. */
  paths(): string[] {
    return pathsBelow(this.#root)
  }

  /** The running actors by the name of their definition, with their messages. */
  kinds(): ActorKind[] {
    return kindsBelow(this.#root)
  }

  /**
   * Starts replicas of an actor behind one handle.
   *
   * @throws InvalidArgumentError (`invalid-argument`), NameTakenError (`name-taken`)
   */
  router<H>(definition: ActorDefinition<H>, options: RouterOptions): RouterRef<H> {
    if (!this.#runtime.accepting) throw new SystemStoppedError(this.name, definition)
    return spawnRouter(this.#root, definition, options)
  }

  /**
   * The entity of a durable definition with this key: a message activates it, with its state from the journal. Those that an earlier
   * process has left with messages or timers go on once the first entity of their definition is asked for.
   *
   * @throws NoJournalError (`no-journal`), NotDurableError (`not-durable`), InvalidArgumentError (`invalid-argument`)
   */
  entity<H>(definition: ActorDefinition<H>, key: string): EntityRef<H> {
    if (!this.#runtime.accepting) throw new SystemStoppedError(this.name, definition)
    return entityOf(this.#durability, this.#root, definition, key)
  }

  /** Sends everything published under `topic` to `ref`, as messages of type `type`. Returns the unsubscribe function. */
  subscribe<H, K extends keyof H & string>(topic: string, ref: Ref<H>, type: K): () => void {
    return this.#topics.subscribe(topic, ref, type)
  }

  /** Sends `body` to every subscriber of `topic`; returns how many there were. */
  publish(topic: string, body?: unknown): number {
    if (!this.#runtime.accepting) throw new SystemStoppedError(this.name, body)
    return this.#topics.publish(topic, body)
  }

  /** Leftovers, for tests that look for leaks: actors, timers (also those that a stop cancelled), open asks. */
  pending(): { readonly actors: readonly string[]; readonly timers: number; readonly asks: number } {
    const { holding, size } = this.#runtime.wheel
    return { actors: this.paths(), timers: this.#timersLeft + size - holding, asks: holding }
  }

  /** Whether no message is in flight and nobody waits for a reply. It costs less than `ledger` and `pending`. */
  get isQuiet(): boolean {
    const { onTheWay, wheel } = this.#runtime
    return onTheWay === 0 && wheel.holding === 0 && this.#load() === 0
  }

  /** Starts a pipeline. Rejects with the problems of its plan. */
  async run<R>(runnable: Runnable<R>): Promise<R> {
    if (!this.#runtime.accepting) throw new SystemStoppedError(this.name, runnable)
    return demand(runnable, 'pipeline', 'a pipeline', ({ start }) => typeof start === 'function').start(this)
  }

  /**
   * How every accepted envelope has ended so far: of the whole system, or of one pipeline.
   *
   * @throws UnknownActorError (`unknown-actor`) when no such pipeline is running.
   */
  ledger(pipeline?: string): LedgerSnapshot {
    if (pipeline === undefined) return this.#ledger.snapshot(this.#load())
    const named = text(pipeline)
    const supervision = this.#supervisors.findLast(({ path }) => path === `${this.name}/${named}`)
    if (supervision !== undefined) return supervision.counts()
    throw new UnknownActorError(named, `no pipeline '${named}' runs in '${this.name}'`)
  }

  supervise(name: string, options: SuperviseOptions): StageSupervisor {
    return this.#supervision(`${this.name}/${name}`, options)
  }

  callersContext(): AsyncContext | undefined {
    return this.#runtime.keepsContexts ? callersContext() : undefined
  }

  copyOf(answer: unknown, from: string): unknown {
    return copyOf(this.#runtime, answer, from)
  }

  inference(): Promise<InferencePort> {
    return this.#inference.engine()
  }

  /** Stops intake, lets messages in flight end for up to `drain`, dead-letters the rest, settles every ask, ends the workers. */
  stop(options: StopOptions = {}): Promise<void> {
    onlyOptions(options, 'stop', ['drain'])
    this.#stopping ??= this.#stop(milliseconds(options.drain ?? '5s', 'drain'))
    return this.#stopping
  }

  /** `await using`: stops the system. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  async #stop(drainMs: number): Promise<void> {
    this.#runtime.accepting = false
    if (this.#ledger.open > 0 && drainMs > 0) {
      await new Promise<void>((resolve) => {
        const timer = this.kernel.timers.after(drainMs, resolve, undefined, true)
        this.#drained = () => {
          timer.cancel()
          resolve()
        }
      })
    }
    for (const supervisor of [...this.#supervisors].reverse()) supervisor.stop()
    if (this.#ledger.open === 0) this.#root.stop(undefined)
    // The drain is over: remaining messages are fenced off, and their callers get an error.
    this.#root.terminate(undefined)
    await this.#root.ref.stop()
    // Messages an actor scheduled for others outlive it, but not its system.
    this.#timersLeft = this.pending().timers
    this.#runtime.wheel.clear()
    await this.#durability?.detach()
    await this.#inference.stop()
  }

  #supervision(path: string, options: SuperviseOptions): StageSupervision {
    const supervision = new StageSupervision(path, options, this.#runtime, this.#instruments)
    // Stopped pipelines count until the last message on its way to them has ended.
    this.#supervisors = [...this.#supervisors.filter((one) => !one.stopped || one.load > 0), supervision]
    return supervision
  }

  #load(): number {
    let load = this.#runtime.onTheWay + inFlightBelow(this.#root)
    for (const supervisor of this.#supervisors) load += supervisor.load
    return load
  }
}

/**
 * Creates an actor system. Nothing heavy loads until a pipeline or a model needs it.
 *
 * @throws InvalidArgumentError (`invalid-argument`) naming the option that is out of range.
 */
export function createSystem(options: SystemOptions = {}): ActorSystem {
  return new ActorSystem(options)
}
