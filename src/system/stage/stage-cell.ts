import { type LifecycleEvent, type LifecycleState, nextState } from '../../behavior/lifecycle.ts'
import { isThenable, promiseOf } from '../../kernel/thenable.ts'
import { MailboxFullError } from '../../mailbox/errors.ts'
import { mailboxLimits } from '../../mailbox/mailbox.ts'
import type { Hop, Message } from '../../message/header.ts'
import type { DeadLetterReason } from '../../ports/events.ts'
import type { Parcel, Stage, StageSpec } from '../../ports/host.ts'
import type { Drainable } from '../dispatch/dispatcher.ts'
import type { Receiver } from '../dispatch/instruments.ts'
import { announceState, LifecycleRecord, writeLine } from '../dispatch/lifecycle-record.ts'
import { ActorStoppedError, AttemptTimeoutError, CancelledError, KilledError } from '../errors.ts'
import { afterFailure } from './after-failure.ts'
import { HeldDeliveries } from './held-deliveries.ts'
import { arrive, lostOnTheWay, send, unbegun } from './intake.ts'
import { StageOutcomes } from './outcomes.ts'
import { messageOf } from './parcel-view.ts'
import { Attempt, type AttemptOwner, type Delivery, type LogLevel } from './stage-attempt.ts'
import type { StageHome } from './stage-home.ts'

type Failure = { readonly error: unknown }

/**
 * A stage: mailbox → attempt → outcome, under a supervisor.
 *
 *   send ─▶ waiting ─▶ running ─▶ done
 *              ▲          │ failed, attempts left
 *              └── backoff ┘          none left, expired, cancelled, stopped ─▶ lost
 */
export class StageCell<S> implements Stage, Drainable, AttemptOwner, Receiver<Parcel> {
  readonly name: string
  readonly path: string
  ready = false
  more = false
  state: LifecycleState = 'starting'
  readonly home: StageHome
  /** Waiting, running and resting deliveries. */
  readonly held: HeldDeliveries
  /** Accepted, and still in the network. */
  onTheWay = 0
  readonly #spec: StageSpec<S>
  readonly #record = new LifecycleRecord('starting')
  readonly #concurrency: number
  readonly #unwanted: ((parcel: Parcel) => boolean) | undefined
  readonly outcomes: StageOutcomes
  #instance: S | undefined

  /** @throws InvalidArgumentError for a mailbox whose bounds are out of range. */
  constructor(spec: StageSpec<S>, path: string, home: StageHome) {
    this.name = spec.name
    this.path = path
    this.home = home
    this.held = new HeldDeliveries(mailboxLimits(spec.mailbox ?? {}, `${path}.mailbox`), spec)
    this.#spec = spec
    this.#concurrency = spec.concurrency ?? 1
    this.#unwanted = spec.unwanted
    this.outcomes = new StageOutcomes(this, spec as StageSpec<never>, home)
  }

  get load(): number {
    return this.held.size + this.onTheWay
  }

  get open(): boolean {
    return this.state !== 'stopping' && this.state !== 'stopped'
  }

  get states(): readonly LifecycleState[] {
    return this.#record.states
  }

  /** Makes the instance. @throws whatever `spec.start` throws: the supervisor decides. */
  start(): void {
    if (this.state !== 'starting' && this.state !== 'restarting') return
    this.#instance = this.#spec.start()
    this.#become('STARTED')
    this.#wake()
  }

  send(parcel: Parcel): void {
    send(this, parcel)
  }

  /** The error that hands the parcel back when there is no room. */
  full(parcel: Parcel): MailboxFullError {
    return new MailboxFullError(this.path, this.held.limits.capacity, parcel)
  }

  arrive(parcel: Parcel): void {
    arrive(this, parcel)
  }

  repeat(parcel: Parcel): void {
    this.home.ledger.accept()
    this.onTheWay += 1
    arrive(this, { ...parcel })
  }

  lost(parcel: Parcel, error: unknown): void {
    lostOnTheWay(this, parcel, error)
  }

  enter(delivery: Delivery): void {
    this.outcomes.expect(delivery)
    this.held.enter(delivery)
    this.#wake()
  }

  cancel(correlation: number): void {
    const concerned = ({ parcel }: Delivery) => parcel.correlation === correlation
    for (const one of this.held.takeOut(concerned)) this.lose(one, 'cancelled', new CancelledError(this.path))
    this.#wake()
  }

  sweep(): void {
    const now = this.now()
    for (const one of this.held.sweep((parcel) => this.#unwanted?.(parcel) === true)) unbegun(this, one, now)
  }

  kill(reason: string): void {
    const error = new KilledError(this.path, reason)
    if (this.breakDown(error)) this.home.crashed(this, error)
  }

  /** Ends the instance; `start` makes the next. Running deliveries fail an attempt, waiting ones stay. False if there was none. */
  breakDown(error: unknown): boolean {
    if (this.state !== 'running' && this.state !== 'suspended') return false
    this.#become('CRASHED')
    this.#instance = undefined
    for (const delivery of this.held.running.list()) this.#failed(delivery, error, true)
    return true
  }

  /** Called by its supervisor: accepts nothing more, and ends everything it holds as `stopped`. */
  halt(): void {
    this.#become('STOP')
    for (const delivery of this.held.takeOut(() => true))
      this.lose(delivery, 'stopped', new ActorStoppedError(this.path, delivery.parcel))
    this.#become('STOPPED')
  }

  drain(messages: number): number {
    let taken = 0
    const { dispatcher } = this.home.runtime
    const { now } = dispatcher
    while (taken < messages && this.#mayRun() && (taken === 0 || !dispatcher.late)) {
      const delivery = this.held.next()
      if (delivery === undefined) break
      taken += 1
      const { parcel } = delivery
      const { deadline, context } = parcel
      if (deadline <= now || this.#unwanted?.(parcel) === true) unbegun(this, delivery, now)
      else if (context === undefined) this.#run(delivery)
      else context.runInAsyncScope(this.#run, this, delivery)
    }
    this.more = this.held.waiting > 0 && this.#mayRun()
    return taken
  }

  describe(parcel: Parcel, hops: readonly Hop[]): Message {
    return messageOf(this.home.runtime, this.path, parcel, hops)
  }

  #mayRun(): boolean {
    return this.state === 'running' && this.held.running.size < this.#concurrency
  }

  /** The attempt is counted before the handler runs, so that a crash of the process counts it too. */
  #run(delivery: Delivery): void {
    const now = this.now()
    delivery.attempt += 1
    if (delivery.attempt === 1) {
      delivery.startedAt = now
      this.#spec.retries?.first(now)
    }
    delivery.onCpuSince = now
    const { timeoutMs } = this.#spec
    const limit = timeoutMs === undefined ? Number.POSITIVE_INFINITY : now + timeoutMs
    const deadline = Math.min(delivery.parcel.deadline, limit)
    const attempt = new Attempt(delivery, deadline, this)
    delivery.current = attempt
    this.held.running.add(delivery)
    let value: unknown
    let followed: Promise<unknown> | undefined
    try {
      value = this.#spec.run(this.#instance as S, delivery.parcel, attempt)
      if (isThenable(value)) followed = promiseOf(value)
    } catch (error) {
      this.#settled(delivery, attempt, { error }, undefined)
      return
    }
    if (followed !== undefined) this.#await(delivery, attempt, followed)
    else this.#settled(delivery, attempt, undefined, value)
  }

  /** Only an asynchronous attempt waits for its deadline: nothing else could time out. */
  #await(delivery: Delivery, attempt: Attempt, value: Promise<unknown>): void {
    delivery.offCpu(this.now())
    if (attempt.deadline !== Number.POSITIVE_INFINITY && delivery.current === attempt)
      this.home.runtime.wheel.add(attempt, attempt.deadline)
    value.then(
      (result) => this.#settled(delivery, attempt, undefined, result),
      (error: unknown) => this.#settled(delivery, attempt, { error }, undefined),
    )
  }

  timedOut(delivery: Delivery): void {
    const { timeoutMs = 0 } = this.#spec
    if (!delivery.running) return
    const now = this.now()
    if (delivery.parcel.deadline <= now) unbegun(this, delivery, now)
    else this.#failed(delivery, new AttemptTimeoutError(this.path, timeoutMs))
  }

  #settled(delivery: Delivery, attempt: Attempt, failure: Failure | undefined, value: unknown): void {
    // Another attempt is running, or the parcel has ended: this result is too late and is ignored.
    if (delivery.current !== attempt) return
    const { ending } = attempt
    if (ending !== undefined) {
      if (ending.reason === undefined) this.#finish(delivery, ending.value)
      else this.lose(delivery, ending.reason, ending.error)
    } else if (failure !== undefined) this.#failed(delivery, failure.error)
    else this.#finish(delivery, value)
  }

  #finish(delivery: Delivery, value: unknown): void {
    delivery.ended = true
    this.#release(delivery)
    this.outcomes.done(delivery, value, this.now())
    this.afterwards()
  }

  /** `crashed`: the instance is gone, which is no fault of the attempt. */
  #failed(delivery: Delivery, error: unknown, crashed = false): void {
    if (delivery.ended) return
    delivery.current?.abort(error)
    const next = afterFailure(this, this.#spec, delivery, error, crashed)
    if (typeof next !== 'number') {
      this.lose(delivery, next.reason, next.error)
      return
    }
    this.#release(delivery)
    if (next === 0) this.held.putBack(delivery)
    else this.held.rest(delivery, this.home.runtime.wheel.after(next, this.#rested, delivery))
    this.#wake()
  }

  readonly #rested = (delivery: Delivery): void => {
    if (this.held.rise(delivery)) this.held.putBack(delivery)
    this.#wake()
  }

  lose(delivery: Delivery, reason: DeadLetterReason, error: unknown): void {
    if (reason === 'expired' && !delivery.ended) this.outcomes.expires(delivery.parcel)
    // Losing one may settle its run, which cancels others that this walk is about to reach.
    if (delivery.ended) return
    delivery.ended = true
    delivery.current?.abort(error)
    this.#release(delivery)
    this.outcomes.lost(delivery, reason, error, this.now())
    this.afterwards()
  }

  #release(delivery: Delivery): void {
    const { current } = delivery
    if (current !== undefined && current.slot !== -1) this.home.runtime.wheel.remove(current)
    delivery.current = undefined
    this.held.running.remove(delivery)
  }

  afterwards(): void {
    if (this.held.waiting > 0) this.#wake()
    if (this.load === 0) this.home.runtime.idle()
  }

  #become(event: LifecycleEvent): void {
    const from = this.state
    this.state = nextState(from, event)
    if (this.state === from) return
    this.#record.add(this.state)
    announceState(this.home.runtime, this, from, this.state)
  }

  log(level: LogLevel, text: string, { parcel, attempt }: Delivery): void {
    writeLine(this.home.runtime, this, level, text, { run: parcel.correlation, trace: parcel.trace, attempt })
  }

  now(): number {
    const { dispatcher, kernel } = this.home.runtime
    dispatcher.now = kernel.clock.monotonic()
    return dispatcher.now
  }

  #wake(): void {
    this.home.runtime.dispatcher.wake(this)
  }
}
