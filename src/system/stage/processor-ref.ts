import type { Processor } from '../../behavior/define-processor.ts'
import type { AskOptions, TellOptions } from '../../behavior/ref.ts'
import { milliseconds } from '../../kernel/durations.ts'
import { Envelope } from '../../mailbox/envelope.ts'
import { checkPriority } from '../../mailbox/mailbox.ts'
import { checkTraceParent } from '../../message/trace-parent.ts'
import type { Host, Loss, Parcel, Stage, StageSpec } from '../../ports/host.ts'
import { Ask, NOT_STARTED } from '../actor/ask.ts'
import { checkName } from '../actor/spawn.ts'
import { ASK_OPTIONS, checkCall } from '../dispatch/call-options.ts'
import { HANDLE, type Runtime } from '../dispatch/runtime.ts'
import {
  AskCancelledError,
  HandlerFailedError,
  MessageLostError,
  NobodyToAskError,
  SystemStoppedError,
} from '../errors.ts'
import { replyFrame } from './parcel-view.ts'
import { runProcessor } from './processor-attempt.ts'
import type { StageSupervision } from './stage-supervisor.ts'

/** A processor as a separate actor, without a pipeline. */
export interface ProcessorRef<I, O> {
  readonly path: string
  readonly state: string
  readonly states: readonly string[]
  readonly load: number
  /** @throws MailboxFullError, ActorStoppedError, SystemStoppedError: each holds the message. */
  tell(input: I, options?: TellOptions): void
  /** Always settles. Rejects with `HandlerFailedError` (its cause is the processor's error), or like an actor's ask. */
  ask(input: I, options?: AskOptions): Promise<O>
  /** Ends it; what it has not done becomes dead letters, `stopped`. */
  stop(): Promise<void>
  /** Crashes it as a fault would; its supervisor restarts it. */
  kill(reason: string): void
}

/** Made here, not by a caller, so nothing in it needs a check. */
const NO_OPTIONS: AskOptions = {}

export function spawnProcessor<I, O>(
  host: Host,
  runtime: Runtime,
  supervision: StageSupervision,
  processor: Processor<I, O>,
  given: string | undefined,
): ProcessorRef<I, O> {
  const name = given === undefined ? `${processor.name}#${runtime.kernel.ids.next()}` : checkName(given)
  const stage = supervision.stage(specOf(host, runtime, name, processor as Processor<never, unknown>))
  return new Handle<I, O>(runtime, supervision, stage)
}

function specOf(
  host: Host,
  runtime: Runtime,
  name: string,
  processor: Processor<never, unknown>,
): StageSpec<undefined> {
  const { concurrency, mailbox, attempts, backoffMs, timeoutMs } = processor
  return {
    name,
    concurrency,
    mailbox,
    attempts,
    backoffMs,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    replays: true,
    ends: () => 'answered',
    unwanted: ({ tag }) => (tag as Ask | undefined)?.settled === true,
    start: () => undefined,
    run: (_state, parcel, run) => {
      const asked = parcel.tag as Ask | undefined
      if (asked?.startedAt === NOT_STARTED) asked.startedAt = host.kernel.clock.monotonic()
      const reply = runProcessor(
        {
          name,
          owner: name,
          processor,
          parcel,
          run,
          idempotencyKey: parcel.idempotencyKey,
          priority: parcel.priority ?? 0,
          inference: () => host.inference(),
          emit: () => undefined,
          human: () => Promise.reject(new NobodyToAskError(name)),
        },
        parcel.body,
      )
      return replyFrame(runtime, `${runtime.name}/${name}`, parcel, reply)
    },
    done: (parcel, value) => {
      ;(parcel.tag as Ask | undefined)?.resolve(value)
    },
    lost: (parcel, loss) => {
      ;(parcel.tag as Ask | undefined)?.reject(replyFor(name, parcel, loss))
    },
  }
}

function replyFor(name: string, parcel: Parcel, { reason, error, hop }: Loss): unknown {
  if (reason === 'failed') return new HandlerFailedError(name, parcel.type, hop.attempt, error)
  return reason === 'stopped' ? error : new MessageLostError(name, parcel.type, reason, error)
}

class Handle<I, O> implements ProcessorRef<I, O> {
  readonly [HANDLE] = true
  readonly #runtime: Runtime
  readonly #supervision: StageSupervision
  readonly #stage: Stage

  constructor(runtime: Runtime, supervision: StageSupervision, stage: Stage) {
    this.#runtime = runtime
    this.#supervision = supervision
    this.#stage = stage
  }

  get path(): string {
    return this.#stage.path
  }

  get state(): string {
    return this.#stage.state
  }

  get states(): readonly string[] {
    return this.#stage.states
  }

  get load(): number {
    return this.#stage.load
  }

  tell(input: I, options: TellOptions = NO_OPTIONS): void {
    if (options !== NO_OPTIONS) checkCall(options)
    const { timeout } = options
    const timeoutMs = timeout === undefined ? Number.POSITIVE_INFINITY : milliseconds(timeout, 'timeout')
    this.#refuseWhenStopped(input)
    this.#stage.send(this.#parcel(input, options, this.#now() + timeoutMs))
  }

  async ask(input: I, options: AskOptions = NO_OPTIONS): Promise<O> {
    if (options !== NO_OPTIONS) checkCall(options, ASK_OPTIONS)
    const { timeout } = options
    const timeoutMs = timeout === undefined ? this.#runtime.askTimeoutMs : milliseconds(timeout, 'timeout')
    this.#refuseWhenStopped(input)
    const now = this.#now()
    const parcel = this.#parcel(input, options, now + timeoutMs)
    return new Promise<O>((resolve, reject) => {
      const answerer = {
        path: this.path,
        runtime: this.#runtime,
        cancel: (_envelope: Envelope, reason: unknown) => {
          const begun = asked.startedAt !== NOT_STARTED
          if (begun && reason instanceof AskCancelledError) this.#stage.cancel(parcel.correlation)
          else this.#stage.sweep()
        },
      }
      const envelope = new Envelope(parcel.type, input, undefined, undefined, 0)
      const asked = new Ask(
        answerer,
        envelope,
        undefined,
        now,
        timeoutMs,
        resolve as (value: unknown) => void,
        reject,
      )
      parcel.tag = asked
      this.#runtime.wheel.add(asked, parcel.deadline)
      if (options.signal !== undefined) asked.follow(options.signal)
      if (asked.settled) return
      try {
        this.#stage.send(parcel)
      } catch (error) {
        asked.reject(error)
      }
    })
  }

  async stop(): Promise<void> {
    this.#supervision.halt(this.#stage)
  }

  kill(reason: string): void {
    this.#stage.kill(reason)
  }

  #refuseWhenStopped(input: I): void {
    if (!this.#runtime.accepting) throw new SystemStoppedError(this.#runtime.name, input)
  }

  #parcel(input: I, options: TellOptions, deadline: number): Parcel & { tag: unknown } {
    const id = this.#runtime.kernel.ids.next()
    const { priority, idempotencyKey, trace } = options
    return {
      id,
      type: this.#stage.name,
      body: input,
      correlation: id,
      weight: 1,
      deadline,
      orderKey: options.orderKey,
      source: { path: this.#runtime.name, state: 'running' },
      next: 'reply',
      tag: undefined,
      context: undefined,
      ...(priority === undefined || priority === 0 ? {} : { priority: checkPriority(priority) }),
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      ...(trace === undefined ? {} : { trace: checkTraceParent(trace) }),
    }
  }

  #now(): number {
    return this.#runtime.kernel.clock.monotonic()
  }
}
