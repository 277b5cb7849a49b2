import { type LifecycleEvent, type LifecycleState, nextState } from '../../behavior/lifecycle.ts'
import { callersContext } from '../../kernel/async-context.ts'
import { errorChain } from '../../kernel/errors.ts'
import { isThenable, promiseOf } from '../../kernel/thenable.ts'
import { admission } from '../../mailbox/admission.ts'
import { MailboxFullError } from '../../mailbox/errors.ts'
import { Ring } from '../../mailbox/ring.ts'
import type { Hop, Message, Outcome } from '../../message/header.ts'
import type { DeadLetterReason } from '../../ports/events.ts'
import type { Loss, Parcel, Stage, StageSpec } from '../../ports/host.ts'
import { nextAttempt } from '../../supervision/attempts.ts'
import type { Drainable } from '../dispatch/dispatcher.ts'
import {
  ActorStoppedError,
  AttemptTimeoutError,
  CancelledError,
  ExpiredError,
  KilledError,
} from '../errors.ts'
import type { CellSupport } from './cell-support.ts'
import { OutcomeOrder } from './outcome-order.ts'
import { Attempt, type AttemptOwner, Delivery, type LogLevel, RunningList } from './stage-attempt.ts'

const STATES_KEPT = 32

/**
 * A stage: mailbox → attempt → outcome, under a supervisor.
 *
 *   send ─▶ waiting ─▶ running ─▶ done
 *              ▲          │ failed, attempts left
 *              └── backoff ┘          none left, expired, cancelled, stopped ─▶ lost
 */
export class StageCell<S> implements Stage, Drainable, AttemptOwner {
  readonly name: string
  readonly path: string
  ready = false
  more = false
  state: LifecycleState = 'starting'
  readonly states: LifecycleState[] = ['starting']
  readonly #spec: StageSpec<S>
  readonly #support: CellSupport
  readonly #capacity: number
  readonly #concurrency: number
  readonly #waiting = new Ring<Delivery>()
  readonly #running = new RunningList()
  readonly #resting = new Set<Delivery>()
  /** Only where one may overtake another: by order key, what has not ended yet, in order of arrival. */
  readonly #order = new OutcomeOrder<Delivery>()
  /** Several run at once, or one that rests before its next attempt lets others pass. */
  readonly #overtakes: boolean
  /** Accepted, and still with the network. */
  #onTheWay = 0
  #instance: S | undefined

  constructor(spec: StageSpec<S>, path: string, support: CellSupport) {
    this.name = spec.name
    this.path = path
    this.#spec = spec
    this.#support = support
    this.#capacity = spec.mailbox?.capacity ?? 1024
    this.#concurrency = spec.concurrency ?? 1
    this.#overtakes = this.#concurrency > 1 || (spec.attempts > 1 && spec.backoffMs.some((ms) => ms > 0))
  }

  get load(): number {
    return this.#waiting.size + this.#running.size + this.#resting.size + this.#onTheWay
  }

  /** Makes the instance. @throws whatever `spec.start` throws: the supervisor decides. */
  start(): void {
    if (this.state !== 'starting' && this.state !== 'restarting') return
    this.#instance = this.#spec.start()
    this.#become('STARTED')
    this.#support.dispatcher.wake(this)
  }

  send(parcel: Parcel): void {
    if (this.state === 'stopping' || this.state === 'stopped') throw new ActorStoppedError(this.path, parcel)
    this.#keepContext(parcel)
    if (this.#support.network?.carryParcel(this as StageCell<unknown>, parcel) === true) {
      this.#support.ledger.accept()
      this.#onTheWay += 1
      return
    }
    const room = this.#room(parcel)
    if (room === 'refuse') throw this.full(parcel)
    if (room === 'take') this.#support.transfer(this, parcel)
    this.#support.ledger.accept()
    const { handingOn } = this.#support.dispatcher
    const delivery = new Delivery(parcel, Number.isNaN(handingOn) ? this.#now() : handingOn)
    if (room === 'shed-newest') this.#lose(delivery, 'shed', this.full(parcel))
    else this.#enter(delivery)
  }

  /** The error that hands the parcel back when there is no room. */
  full(parcel: Parcel): MailboxFullError {
    return new MailboxFullError(this.path, this.#capacity, parcel)
  }

  /** Comes out of the network, where nobody is left to throw at. */
  arrive(parcel: Parcel): void {
    this.#onTheWay -= 1
    const delivery = new Delivery(parcel, this.#now())
    if (this.state === 'stopping' || this.state === 'stopped')
      this.#lose(delivery, 'stopped', new ActorStoppedError(this.path, parcel))
    else if (this.#room(parcel) !== 'take') this.#lose(delivery, 'shed', this.full(parcel))
    else this.#enter(delivery)
  }

  /** The network delivers it once more. */
  repeat(parcel: Parcel): void {
    this.#support.ledger.accept()
    this.#onTheWay += 1
    this.arrive(parcel)
  }

  /** The network has lost it: the ledger knows, the sender does not. */
  lostOnTheWay(parcel: Parcel, error: unknown): void {
    this.#onTheWay -= 1
    const delivery = new Delivery(parcel, this.#now())
    delivery.errors = errorChain(error)
    this.#support.lost(this, delivery, 'lost-by-fault')
    this.#afterwards()
  }

  #enter(delivery: Delivery): void {
    const { parcel } = delivery
    if (this.#ordered(delivery) && parcel.orderKey !== undefined)
      this.#order.expect(parcel.orderKey, delivery)
    this.#waiting.push(delivery)
    this.#support.dispatcher.wake(this)
  }

  cancel(correlation: number): void {
    const concerned = (delivery: Delivery) => delivery.parcel.correlation === correlation
    for (const delivery of this.#held(concerned))
      this.#lose(delivery, 'cancelled', new CancelledError(this.path))
    this.#support.dispatcher.wake(this)
  }

  kill(reason: string): void {
    const error = new KilledError(this.path, reason)
    if (this.breakDown(error)) this.#support.crashed(this, error)
  }

  /** Ends the instance; `start` makes the next. What it ran has failed an attempt, what waits stays. False: there was none. */
  breakDown(error: unknown): boolean {
    if (this.state !== 'running' && this.state !== 'suspended') return false
    this.#become('CRASHED')
    this.#instance = undefined
    for (const delivery of this.#running.list()) this.#failed(delivery, error)
    return true
  }

  /** Called by its supervisor: takes nothing more, and ends everything that is still held as `stopped`. */
  halt(): void {
    this.#become('STOP')
    for (const delivery of this.#held(() => true)) {
      this.#lose(delivery, 'stopped', new ActorStoppedError(this.path, delivery.parcel))
    }
    this.#become('STOPPED')
  }

  drain(messages: number): number {
    let taken = 0
    const { now } = this.#support.dispatcher
    while (taken < messages && this.#mayRun()) {
      const delivery = this.#waiting.shift()
      if (delivery === undefined) break
      taken += 1
      if (delivery.parcel.deadline <= now) {
        this.#lose(delivery, 'expired', new ExpiredError(this.path, now - delivery.parcel.deadline))
      } else {
        this.#runInContext(delivery)
      }
    }
    this.more = this.#waiting.size > 0 && this.#mayRun()
    return taken
  }

  describe(parcel: Parcel, hops: readonly Hop[]): Message {
    return this.#support.describe(this, parcel, hops)
  }

  #mayRun(): boolean {
    return this.state === 'running' && this.#running.size < this.#concurrency
  }

  #keepContext(parcel: Parcel): void {
    const { keepsContexts, dispatcher } = this.#support
    if (keepsContexts) parcel.context ??= dispatcher.context ?? callersContext()
  }

  #runInContext(delivery: Delivery): void {
    const { context } = delivery.parcel
    if (context === undefined) this.#run(delivery)
    else context.runInAsyncScope(this.#run, this, delivery)
  }

  /** The attempt is counted before the handler runs, so that a crash of the process counts it too. */
  #run(delivery: Delivery): void {
    const now = this.#now()
    delivery.attempt += 1
    if (delivery.attempt === 1) delivery.startedAt = now
    const { timeoutMs } = this.#spec
    const limit = timeoutMs === undefined ? Number.POSITIVE_INFINITY : now + timeoutMs
    const deadline = Math.min(delivery.parcel.deadline, limit)
    const attempt = new Attempt(delivery, deadline, this)
    delivery.current = attempt
    this.#running.add(delivery)
    let value: unknown
    try {
      value = this.#spec.run(this.#instance as S, delivery.parcel, attempt)
      if (isThenable(value)) value = promiseOf(value)
    } catch (error) {
      this.#settled(delivery, attempt, { error }, undefined)
      return
    }
    if (value instanceof Promise) this.#await(delivery, attempt, value)
    else this.#settled(delivery, attempt, undefined, value)
  }

  /** Only what does not end at once waits for its deadline: nothing else could be timed out. */
  #await(delivery: Delivery, attempt: Attempt, value: Promise<unknown>): void {
    if (attempt.deadline !== Number.POSITIVE_INFINITY && delivery.current === attempt)
      this.#support.wheel.add(attempt, attempt.deadline)
    value.then(
      (result) => this.#settled(delivery, attempt, undefined, result),
      (error: unknown) => this.#settled(delivery, attempt, { error }, undefined),
    )
  }

  timedOut(delivery: Delivery): void {
    const { timeoutMs = 0 } = this.#spec
    if (!delivery.running) return
    const lateMs = this.#now() - delivery.parcel.deadline
    if (lateMs >= 0) this.#lose(delivery, 'expired', new ExpiredError(this.path, lateMs))
    else this.#failed(delivery, new AttemptTimeoutError(this.path, timeoutMs))
  }

  #settled(
    delivery: Delivery,
    attempt: Attempt,
    failure: { error: unknown } | undefined,
    value: unknown,
  ): void {
    // Another attempt is under way, or the parcel has ended: this result comes too late and is ignored.
    if (delivery.current !== attempt) return
    const { ending } = attempt
    if (ending !== undefined) {
      if (ending.reason === undefined) this.#finish(delivery, ending.value)
      else this.#lose(delivery, ending.reason, ending.error)
    } else if (failure !== undefined) this.#failed(delivery, failure.error)
    else this.#finish(delivery, value)
  }

  #finish(delivery: Delivery, value: unknown): void {
    delivery.ended = true
    this.#release(delivery)
    const outcome = this.#spec.ends(value)
    this.#support.ledger.end(outcome)
    const now = this.#now()
    const hop = this.#hop(delivery, outcome, now)
    if (this.#ordered(delivery)) this.#doneInOrder(delivery, value, hop)
    else this.#handOn(delivery.parcel, value, hop, now)
    this.#afterwards()
  }

  /** A function of its own: a closure in `#finish` would cost every parcel a context. */
  #doneInOrder(delivery: Delivery, value: unknown, hop: Hop): void {
    this.#inOrder(delivery, () => this.#handOn(delivery.parcel, value, hop, Number.NaN))
  }

  #handOn(parcel: Parcel, value: unknown, hop: Hop, now: number): void {
    const { dispatcher } = this.#support
    const before = dispatcher.context
    dispatcher.handingOn = now
    dispatcher.context = parcel.context
    try {
      this.#spec.done(parcel, value, hop)
    } finally {
      dispatcher.handingOn = Number.NaN
      dispatcher.context = before
    }
  }

  #failed(delivery: Delivery, error: unknown): void {
    if (delivery.ended) return
    delivery.errors = [...delivery.errors, ...errorChain(error)]
    delivery.current?.abort(error)
    const { attempts, backoffMs } = this.#spec
    const delay = nextAttempt(
      delivery.attempt,
      attempts,
      backoffMs,
      this.#now(),
      delivery.parcel.deadline,
      this.#support.kernel.random.stream('backoff'),
    )
    if (typeof delay === 'string') {
      this.#lose(delivery, delay, error)
      return
    }
    this.#release(delivery)
    this.#support.retried(this, delivery, delay)
    if (delay === 0) {
      this.#waiting.unshift(delivery)
    } else {
      this.#resting.add(delivery)
      delivery.retryTimer = this.#support.wheel.after(delay, this.#rested, delivery)
    }
    this.#support.dispatcher.wake(this)
  }

  readonly #rested = (delivery: Delivery): void => {
    if (!this.#resting.delete(delivery)) return
    this.#waiting.unshift(delivery)
    this.#support.dispatcher.wake(this)
  }

  #lose(delivery: Delivery, reason: DeadLetterReason, error: unknown): void {
    if (reason === 'expired' && !delivery.ended) this.#spec.expires?.(delivery.parcel)
    // Losing one may settle its run, which cancels the others that this very walk is about to reach.
    if (delivery.ended) return
    delivery.ended = true
    if (delivery.errors.length === 0) delivery.errors = errorChain(error)
    delivery.current?.abort(error)
    this.#release(delivery)
    this.#support.lost(this, delivery, reason)
    const hop = this.#hop(delivery, 'dead-lettered')
    const { errors } = delivery
    this.#inOrder(delivery, () => this.#tellLost(delivery.parcel, { reason, errors, error, hop }))
    this.#afterwards()
  }

  #tellLost(parcel: Parcel, loss: Loss): void {
    const { dispatcher } = this.#support
    const before = dispatcher.context
    dispatcher.context = parcel.context
    try {
      this.#spec.lost(parcel, loss)
    } finally {
      dispatcher.context = before
    }
  }

  /** An outcome waits for those that came before it with the same order key. */
  #inOrder(delivery: Delivery, outcome: () => void): void {
    if (this.#ordered(delivery)) this.#order.ended(delivery.parcel.orderKey as string, delivery, outcome)
    else outcome()
  }

  #ordered(delivery: Delivery): boolean {
    return this.#overtakes && delivery.parcel.orderKey !== undefined
  }

  #release(delivery: Delivery): void {
    const { current } = delivery
    if (current !== undefined && current.slot !== -1) this.#support.wheel.remove(current)
    delivery.current = undefined
    this.#running.remove(delivery)
  }

  #afterwards(): void {
    if (this.#waiting.size > 0) this.#support.dispatcher.wake(this)
    if (this.load === 0) this.#support.idle()
  }

  /** Takes everything concerned out of the mailbox, the running and the resting. */
  #held(concerned: (delivery: Delivery) => boolean): Delivery[] {
    const running = this.#running.list().filter(concerned)
    const resting = [...this.#resting].filter(concerned)
    for (const delivery of resting) {
      delivery.retryTimer?.cancel()
      this.#resting.delete(delivery)
    }
    return [...running, ...resting, ...this.#waiting.removeWhere(concerned)]
  }

  /**
   * Whether the parcel may come in, once the oldest has gone where that is the strategy. What rests between two attempts
   * takes room too. Somebody waits for a parcel with a tag, so under backpressure it waits here: there are never more of
   * them than callers.
   */
  #room(parcel: Parcel): 'take' | 'refuse' | 'shed-newest' {
    const full = this.#waiting.size + this.#resting.size >= this.#capacity
    const overflow = this.#spec.mailbox?.overflow ?? 'reject'
    const rule = admission(full, overflow, parcel.tag !== undefined)
    if (rule === 'wait') return 'take'
    if (rule !== 'shed-oldest') return rule
    const oldest = this.#waiting.shift()
    if (oldest === undefined) return 'shed-newest'
    this.#lose(oldest, 'shed', this.full(oldest.parcel))
    return 'take'
  }

  #hop(delivery: Delivery, outcome: Outcome, now = this.#now()): Hop {
    const { parcel, attempt, errors, inference } = delivery
    const ran = attempt > 0
    const hop: { -readonly [K in keyof Hop]: Hop[K] } = {
      processor: this.name,
      weight: parcel.weight,
      attempt,
      queueMs: (ran ? delivery.startedAt : now) - delivery.queuedAt,
      runMs: ran ? now - delivery.startedAt : 0,
      outcome,
    }
    if (errors.length > 0) hop.errors = errors
    if (inference !== undefined) hop.inference = inference
    if (parcel.frameBytes !== undefined) hop.frameBytes = parcel.frameBytes
    return hop
  }

  #become(event: LifecycleEvent): void {
    const from = this.state
    this.state = nextState(from, event)
    if (this.state === from) return
    this.states.push(this.state)
    if (this.states.length > STATES_KEPT) this.states.shift()
    this.#support.transitioned(this, from)
  }

  log(level: LogLevel, text: string): void {
    const { events } = this.#support
    this.#support.log?.write(level, { path: this.path }, text)
    if (events.active) events.emit({ type: 'log', at: this.#now(), path: this.path, level, text })
  }

  #now(): number {
    return this.#support.kernel.clock.monotonic()
  }
}
