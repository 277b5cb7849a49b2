import type { AskOptions, OfferOptions, TellOptions } from '../../behavior/ref.ts'
import { forgetAbort, whenAborted } from '../../kernel/abort-listeners.ts'
import { milliseconds } from '../../kernel/durations.ts'
import { WheelEntry } from '../../kernel/timer-wheel.ts'
import type { CallChain, Envelope, ReplyTo } from '../../mailbox/envelope.ts'
import { ASK_OPTIONS, checkCall, label, TELL_OPTIONS } from '../dispatch/call-options.ts'
import type { Answerer, Recipient, Runtime } from '../dispatch/runtime.ts'
import { AskCancelledError, AskTimeoutError, CallCycleError, ExpiredError } from '../errors.ts'
import type { InnerCall, InnerCalls } from './inner-calls.ts'

/** `startedAt` of a message that no handler has seen. */
export const NOT_STARTED = -1

const ignore = (): void => {}

/** A handler's promise, which it may await later or never: its rejection must not end the process. */
export function held<T>(promise: Promise<T>): Promise<T> {
  promise.catch(ignore)
  return promise
}

type Settle = (value: unknown) => void

// One executor for all promises, instead of a closure for each.
let resolveNext: Settle = () => {}
let rejectNext: Settle = () => {}
const capture = (resolve: Settle, reject: Settle): void => {
  resolveNext = resolve
  rejectNext = reject
}

/** One ask in flight: its promise, its timer (it is itself a wheel entry), and the data for its errors. */
export class Ask extends WheelEntry implements ReplyTo, InnerCall {
  settled = false
  startedAt = NOT_STARTED
  declare readonly chain: CallChain | undefined
  within: InnerCalls | undefined = undefined
  previousCall: InnerCall | undefined = undefined
  nextCall: InnerCall | undefined = undefined
  /** For a handler's call: if it is never awaited, its failure must not end the process. */
  held: Promise<unknown> | undefined = undefined
  declare private readonly recipient: Answerer
  declare private readonly envelope: Envelope
  declare private readonly sentAt: number
  declare private readonly timeoutMs: number
  declare private readonly fulfil: Settle
  declare private readonly refuse: Settle
  /** Forgets the caller's signal. */
  private unfollow: (() => void) | undefined = undefined

  constructor(
    recipient: Answerer,
    envelope: Envelope,
    chain: CallChain | undefined,
    sentAt: number,
    timeoutMs: number,
    resolve: Settle,
    reject: Settle,
  ) {
    super()
    this.holds = true
    this.chain = chain
    this.recipient = recipient
    this.envelope = envelope
    this.sentAt = sentAt
    this.timeoutMs = timeoutMs
    this.fulfil = resolve
    this.refuse = reject
  }

  resolve(value: unknown): boolean {
    if (!this.close()) return false
    this.fulfil(value)
    return true
  }

  reject(error: unknown): boolean {
    if (!this.close()) return false
    this.held?.catch(ignore)
    this.refuse(error)
    return true
  }

  /** The timeout: says where the time went. */
  fire(now: number): void {
    const { startedAt } = this
    const error = new AskTimeoutError({
      recipient: this.recipient.path,
      message: this.envelope.type,
      timeoutMs: this.timeoutMs,
      queueMs: (startedAt === NOT_STARTED ? now : startedAt) - this.sentAt,
      runMs: startedAt === NOT_STARTED ? 0 : now - startedAt,
    })
    if (this.reject(error)) this.recipient.cancel(this.envelope, error)
  }

  follow(signal: AbortSignal): void {
    const onAbort = (): void => this.abandon(signal.reason)
    if (signal.aborted) {
      onAbort()
      return
    }
    this.unfollow = () => forgetAbort(signal, onAbort)
    whenAborted(signal, onAbort)
  }

  /** The reply is no longer wanted: the recipient's work ends too. */
  abandon(reason: unknown): void {
    const error = new AskCancelledError(this.recipient.path, this.envelope.type, reason)
    if (this.reject(error)) this.recipient.cancel(this.envelope, error)
  }

  private close(): boolean {
    if (this.settled) return false
    this.settled = true
    this.within?.remove(this)
    this.recipient.runtime.wheel.remove(this)
    if (this.unfollow === undefined) return true
    this.unfollow()
    this.unfollow = undefined
    return true
  }
}

/** Sends `envelope` as a question. The promise always settles. */
export function ask(
  recipient: Recipient,
  envelope: Envelope,
  options: AskOptions | undefined,
  chain: CallChain | undefined,
  within?: InnerCalls,
): Promise<unknown> {
  const { runtime } = recipient
  const now = runtime.kernel.clock.monotonic()
  let timeoutMs = runtime.askTimeoutMs
  try {
    if (options !== undefined) {
      checkCall(options, ASK_OPTIONS)
      if (options.timeout !== undefined) timeoutMs = milliseconds(options.timeout, 'timeout')
      label(envelope, options)
    }
    // A call never outlives its caller's deadline.
    if (envelope.deadline !== 0 && envelope.deadline - now < timeoutMs)
      timeoutMs = Math.max(0, envelope.deadline - now)
    const cycle = cycleTo(recipient, chain, envelope.type)
    if (cycle !== undefined) throw cycle
  } catch (error) {
    return within === undefined ? Promise.reject(error) : held(Promise.reject(error))
  }
  const promise = new Promise<unknown>(capture)
  const pending = new Ask(recipient, envelope, chain, now, timeoutMs, resolveNext, rejectNext)
  envelope.replyTo = pending
  envelope.deadline = deadlineAt(now + timeoutMs)
  runtime.wheel.add(pending, now + timeoutMs)
  if (options?.signal !== undefined) pending.follow(options.signal)
  if (pending.settled) return promise
  if (within !== undefined) {
    pending.held = promise
    within.add(pending)
  }
  deliver(recipient, envelope, pending)
  return promise
}

function deliver(recipient: Recipient, envelope: Envelope, pending: Ask): void {
  try {
    if (recipient.trySend(envelope)) return
    if (!recipient.backpressure) pending.reject(recipient.full(envelope))
    else
      recipient.wait(
        envelope,
        () => {},
        (error) => pending.reject(error),
      )
  } catch (error) {
    pending.reject(error)
  }
}

/** The error of an ask that `recipient` could never serve: its handler is part of the chain, and waits. */
export function cycleTo(
  recipient: Recipient,
  chain: CallChain | undefined,
  type: string,
): CallCycleError | undefined {
  for (let link = chain; link !== undefined; link = link.before) {
    if (link.party !== recipient || !recipient.waitsIn(link.envelope)) continue
    const paths = [recipient.path]
    for (let on = chain; on !== undefined && on !== link && on.before !== undefined; on = on.before)
      paths.unshift((on.party as Recipient).path)
    paths.unshift(recipient.path)
    return new CallCycleError(paths, type)
  }
  return undefined
}

/** Sends `envelope` and waits until the mailbox has taken it. */
export function offer(
  recipient: Recipient,
  envelope: Envelope,
  options: OfferOptions | undefined,
  within?: InnerCalls,
): Promise<void> {
  try {
    if (options !== undefined) address(recipient.runtime, envelope, options, ASK_OPTIONS)
    if (options?.signal?.aborted === true) {
      throw new AskCancelledError(recipient.path, envelope.type, options.signal.reason)
    }
    if (recipient.trySend(envelope)) return recipient.accepted?.() ?? Promise.resolve()
    if (!recipient.backpressure) throw recipient.full(envelope)
  } catch (error) {
    return Promise.reject(error)
  }
  return waitForRoom(recipient, envelope, options?.signal, within)
}

function waitForRoom(
  recipient: Recipient,
  envelope: Envelope,
  signal: AbortSignal | undefined,
  within: InnerCalls | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const { kernel, wheel } = recipient.runtime
    const waiting: ReplyTo = {
      settled: false,
      startedAt: NOT_STARTED,
      chain: undefined,
      resolve: () => false,
      reject: () => false,
    }
    const close = (settle: () => void): void => {
      if (waiting.settled) return
      ;(waiting as { settled: boolean }).settled = true
      timer.cancel()
      forgetAbort(signal, onAbort)
      within?.remove(call)
      settle()
    }
    const giveUp = (error: Error): void =>
      close(() => {
        recipient.cancel(envelope, error)
        reject(error)
      })
    const late = (): void => giveUp(new ExpiredError(recipient.path, 0))
    const abandon = (reason: unknown): void =>
      giveUp(new AskCancelledError(recipient.path, envelope.type, reason))
    const onAbort = (): void => abandon(signal?.reason)
    const call: InnerCall = { within: undefined, previousCall: undefined, nextCall: undefined, abandon }
    within?.add(call)
    // Without a deadline too it holds the process: whoever waits for room has a message that nobody else has.
    const inMs = envelope.deadline === 0 ? Infinity : envelope.deadline - kernel.clock.monotonic()
    const timer = wheel.after(inMs, late, undefined, true)
    whenAborted(signal, onAbort)
    // While it waits, `replyTo` tells the mailbox whether the sender still waits for room.
    envelope.replyTo = waiting
    recipient.wait(
      envelope,
      () => {
        envelope.replyTo = undefined
        close(() => resolve(recipient.accepted?.()))
      },
      (error) => close(() => reject(error)),
    )
  })
}

/** Whole milliseconds, as in an envelope. There 0 means none, so a deadline at time 0 becomes an earlier moment. */
function deadlineAt(due: number): number {
  return Math.ceil(due) || -1
}

/** Writes a tell's options on its envelope. @throws InvalidArgumentError */
export function address(
  runtime: Runtime,
  envelope: Envelope,
  options: TellOptions,
  known = TELL_OPTIONS,
): void {
  checkCall(options, known)
  if (options.timeout !== undefined) {
    const due = deadlineAt(runtime.kernel.clock.monotonic() + milliseconds(options.timeout, 'timeout'))
    if (envelope.deadline === 0 || due < envelope.deadline) envelope.deadline = due
  }
  label(envelope, options)
}

/** What an error hands back of an envelope. */
export interface UndeliveredMessage {
  readonly type: string
  readonly body: unknown
}

export function undelivered(envelope: Envelope): UndeliveredMessage {
  return { type: envelope.type, body: envelope.body }
}
