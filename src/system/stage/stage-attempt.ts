import type { LogLevel } from '../../behavior/context.ts'
import { abortIn } from '../../kernel/async-context.ts'
import { containedController } from '../../kernel/contained-signal.ts'
import type { ErrorLink } from '../../kernel/errors.ts'
import type { Kernel, Timer } from '../../kernel/kernel.ts'
import { WheelEntry } from '../../kernel/timer-wheel.ts'
import type { InferenceHop } from '../../message/header.ts'
import type { DeadLetterReason } from '../../ports/events.ts'
import type { Parcel, StageRun } from '../../ports/host.ts'
import type { Runtime } from '../dispatch/runtime.ts'

const NO_ERRORS: readonly ErrorLink[] = []

/** A parcel in a stage: waiting, running, or between two attempts. */
export class Delivery {
  readonly parcel: Parcel
  readonly queuedAt: number
  attempt = 0
  /** The current attempt; results of any other are fenced off. */
  current: Attempt | undefined
  /** When the first attempt began, monotonic milliseconds. */
  startedAt = 0
  /** In its handlers, before they returned a value or a promise. */
  cpuMs = 0
  /** When the handler on the stack began; NaN without one. */
  onCpuSince = Number.NaN
  retryTimer: Timer | undefined
  errors: readonly ErrorLink[] = NO_ERRORS
  /** Made on first use: most handlers call no model. */
  inference: InferenceHop[] | undefined = undefined
  /** Its neighbours in the list of running deliveries. */
  previous: Delivery | undefined = undefined
  next: Delivery | undefined = undefined
  running = false
  /** It was forwarded or lost: it ends once. */
  ended = false

  constructor(parcel: Parcel, queuedAt: number) {
    this.parcel = parcel
    this.queuedAt = queuedAt
  }

  /** Its handler has returned, or ends now. Idempotent. */
  offCpu(now: number): void {
    if (Number.isNaN(this.onCpuSince)) return
    this.cpuMs += now - this.onCpuSince
    this.onCpuSince = Number.NaN
  }
}

export type { LogLevel }

const nothing = (): void => {}

/** The stage that an attempt belongs to. */
export interface AttemptOwner {
  /** The attempt's deadline has come. */
  timedOut(delivery: Delivery): void
  log(level: LogLevel, text: string, delivery: Delivery): void
  readonly home: { readonly runtime: Runtime }
}

/** One attempt: what the handler sees, and the fence around its result. It is the wheel entry of its own deadline. */
export class Attempt extends WheelEntry implements StageRun {
  readonly attempt: number
  readonly deadline: number
  maybe: (point: string) => void = nothing
  ending:
    | { readonly reason: DeadLetterReason; readonly error: unknown }
    | { readonly reason: undefined; readonly value: unknown }
    | undefined
  readonly #delivery: Delivery
  readonly #owner: AttemptOwner
  #controller: AbortController | undefined
  #aborted: { readonly reason: unknown } | undefined

  constructor(delivery: Delivery, deadline: number, owner: AttemptOwner) {
    super()
    this.attempt = delivery.attempt
    this.deadline = deadline
    this.#delivery = delivery
    this.#owner = owner
  }

  fire(): void {
    this.#owner.timedOut(this.#delivery)
  }

  /** Made on use: most handlers never read it. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = containedController()
      // Requested by a handler that was abandoned before.
      if (this.#aborted !== undefined) this.#fire(this.#controller, this.#aborted.reason)
    }
    return this.#controller.signal
  }

  abort(reason: unknown): void {
    this.#aborted = { reason }
    if (this.#controller !== undefined) this.#fire(this.#controller, reason)
  }

  #fire(controller: AbortController, reason: unknown): void {
    abortIn(this.#delivery.parcel.context, controller, reason)
  }

  deadLetter(reason: DeadLetterReason, error: unknown): void {
    this.ending = { reason, error }
  }

  finish(value: unknown): void {
    this.ending = { reason: undefined, value }
  }

  get kernel(): Kernel {
    return this.#owner.home.runtime.kernel
  }

  get over(): boolean {
    return this.#delivery.current !== this
  }

  account(hop: InferenceHop): void {
    this.#delivery.inference ??= []
    this.#delivery.inference.push(hop)
  }

  turn(): Promise<void> {
    return new Promise((resolve) => this.#owner.home.runtime.dispatcher.rests.add(resolve))
  }

  log(level: LogLevel, text: string): void {
    this.#owner.log(level, text, this.#delivery)
  }
}
