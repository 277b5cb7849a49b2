import { type Duration, milliseconds } from '../kernel/durations.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { platformKernel } from '../kernel/platform-kernel.ts'
import type { EventStream } from '../ports/events.ts'
import type { Host, Runnable, StageSupervisor, SuperviseOptions } from '../ports/host.ts'
import type { InferencePort } from '../ports/inference.ts'
import { DeadLetters } from './dead-letters.ts'
import { Dispatcher } from './dispatcher.ts'
import { EventBus } from './event-bus.ts'
import { Ledger, type LedgerSnapshot } from './ledger.ts'
import { StageSupervision } from './stage-supervisor.ts'
import { cellSupport } from './support.ts'

export interface SystemOptions {
  readonly name?: string
  /** Time, randomness and ids; the platform's by default. */
  readonly kernel?: Kernel
  /** The model engine; by default the Piscina pool, made when a processor first calls a model. */
  readonly inference?: InferencePort
  /** Round-trip every message between processors through the msgpack codec. Default false. */
  readonly serializeMessages?: boolean
  /** Dead letters kept at most; the oldest go first. Default 1000. */
  readonly deadLetterCapacity?: number
}

export interface StopOptions {
  /** How long what is in flight may take to end. Default 5 s. */
  readonly drain?: Duration
}

/** A running actor system. */
export class ActorSystem implements Host, AsyncDisposable {
  readonly name: string
  readonly kernel: Kernel
  readonly events: EventStream = new EventBus()
  readonly serializeMessages: boolean
  readonly deadLetters: DeadLetters
  readonly #ledger = new Ledger()
  readonly #dispatcher: Dispatcher
  readonly #supervisors: StageSupervision[] = []
  #inference: Promise<InferencePort> | undefined
  #accepting = true
  #stopping: Promise<void> | undefined
  #drained: (() => void) | undefined

  constructor(options: SystemOptions = {}) {
    this.name = options.name ?? 'ganglion'
    this.kernel = options.kernel ?? platformKernel()
    this.serializeMessages = options.serializeMessages ?? false
    this.deadLetters = new DeadLetters(options.deadLetterCapacity ?? 1000)
    this.#dispatcher = new Dispatcher(this.kernel.clock, this.kernel.turns)
    if (options.inference !== undefined) this.#inference = Promise.resolve(options.inference)
  }

  get accepting(): boolean {
    return this.#accepting
  }

  /** Starts a pipeline. Rejects with what its plan has against it. */
  run<R>(runnable: Runnable<R>): Promise<R> {
    return runnable.start(this)
  }

  /** How every accepted envelope ended, at this moment. */
  ledger(): LedgerSnapshot {
    return this.#ledger.snapshot(this.#load())
  }

  supervise(name: string, options: SuperviseOptions): StageSupervisor {
    const supervision = new StageSupervision(`${this.name}/${name}`, options, {
      kernel: this.kernel,
      events: this.events,
      supportFor: (supervisor) =>
        cellSupport(this, {
          ledger: this.#ledger,
          dispatcher: this.#dispatcher,
          crashed: (stage, error) => supervisor.crashed(stage, error),
          idle: () => this.#idle(),
        }),
    })
    this.#supervisors.push(supervision)
    return supervision
  }

  inference(): Promise<InferencePort> {
    this.#inference ??= import('../inference/index.ts').then(({ createInference }) =>
      createInference({ kernel: this.kernel, events: this.events }),
    )
    return this.#inference
  }

  /** Stops intake, lets what is in flight end for up to `drain`, dead-letters the rest, ends the workers. */
  stop(options: StopOptions = {}): Promise<void> {
    this.#stopping ??= this.#stop(milliseconds(options.drain ?? '5s', 'drain'))
    return this.#stopping
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  async #stop(drainMs: number): Promise<void> {
    this.#accepting = false
    if (this.#load() > 0 && drainMs > 0) {
      await new Promise<void>((resolve) => {
        const timer = this.kernel.timers.after(drainMs, resolve, undefined, true)
        this.#drained = () => {
          timer.cancel()
          resolve()
        }
      })
    }
    for (const supervisor of [...this.#supervisors].reverse()) supervisor.stop()
    if (this.#inference !== undefined) await (await this.#inference).stop()
  }

  #load(): number {
    let load = 0
    for (const supervisor of this.#supervisors) load += supervisor.load
    return load
  }

  #idle(): void {
    if (this.#drained !== undefined && this.#load() === 0) this.#drained()
  }
}

/** Makes an actor system; nothing heavy loads until a pipeline or a model needs it. */
export function createSystem(options: SystemOptions = {}): ActorSystem {
  return new ActorSystem(options)
}
