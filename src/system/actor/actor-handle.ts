import type {
  ActorRef,
  AnyRef,
  AskOptions,
  OfferOptions,
  TellOptions,
  Watchable,
} from '../../behavior/ref.ts'
import { callersContext } from '../../kernel/async-context.ts'
import { InvalidArgumentError, text } from '../../kernel/errors.ts'
import { Envelope } from '../../mailbox/envelope.ts'
import { HANDLE, type Recipient, type Runtime } from '../dispatch/runtime.ts'
import { SystemStoppedError } from '../errors.ts'
import type { ActorCell } from './actor-cell.ts'
import { address, ask, offer, undelivered } from './ask.ts'

/** The public `ActorRef`. Its types are checked at the interface; here message types are plain `string`. */
export class ActorHandle implements AnyRef {
  readonly [HANDLE] = true
  declare readonly '~cell': ActorCell

  constructor(cell: ActorCell) {
    this['~cell'] = cell
  }

  get '~recipient'(): Recipient {
    return this['~cell']
  }

  get path(): string {
    return this['~cell'].path
  }

  get state(): string {
    return this['~cell'].lifecycle
  }

  get states(): readonly string[] {
    const { lifecycle, extra } = this['~cell']
    return extra?.states ?? (lifecycle === 'starting' ? ['starting'] : ['starting', lifecycle])
  }

  get load(): number {
    return this['~cell'].load
  }

  tell(type: string, body?: unknown, options?: TellOptions): void {
    const cell = this['~cell']
    const envelope = rootCall(cell.runtime, type, body)
    if (!cell.runtime.accepting) throw refusedBy(cell, envelope)
    if (options !== undefined) address(cell.runtime, envelope, options)
    if (!cell.trySend(envelope)) throw cell.full(envelope)
  }

  ask(type: string, body?: unknown, options?: AskOptions): Promise<unknown> {
    const cell = this['~cell']
    const envelope = rootCall(cell.runtime, type, body)
    if (!cell.runtime.accepting) return Promise.reject(refusedBy(cell, envelope))
    return ask(cell, envelope, options, undefined)
  }

  offer(type: string, body?: unknown, options?: OfferOptions): Promise<void> {
    const cell = this['~cell']
    const envelope = rootCall(cell.runtime, type, body)
    if (!cell.runtime.accepting) return Promise.reject(refusedBy(cell, envelope))
    return offer(cell, envelope, options)
  }

  stop(): Promise<void> {
    const cell = this['~cell']
    return new Promise((resolve) => {
      if (cell.lifecycle === 'stopped') {
        resolve()
        return
      }
      const extra = cell.extras()
      extra.onStopped ??= []
      extra.onStopped.push(resolve)
      cell.stop(undefined)
    })
  }

  kill(reason: string): void {
    this['~cell'].kill(reason)
  }

  suspend(): void {
    this['~cell'].suspend()
  }

  resume(): void {
    this['~cell'].resume()
  }

  toString(): string {
    return this.path
  }
}

function refusedBy({ runtime }: ActorCell, envelope: Envelope): SystemStoppedError {
  return new SystemStoppedError(runtime.name, undelivered(envelope))
}

/** A message from outside every handler. */
export function rootCall(runtime: Runtime, type: string, body: unknown): Envelope {
  const envelope = new Envelope(type, body, undefined, undefined, 0)
  if (runtime.keepsContexts) envelope.context = callersContext()
  return envelope
}

/** A message from inside a handler: it inherits context and trace of `from`, the handler's message. */
export function innerCall(
  cell: ActorCell,
  from: Envelope | undefined,
  type: string,
  body: unknown,
  deadline: number,
): Envelope {
  const envelope = new Envelope(type, body, cell.ref, undefined, deadline)
  if (from === undefined) return envelope
  envelope.context = from.context
  if (from.extra !== undefined) envelope.inherit(from.extra)
  return envelope
}

/** @throws InvalidArgumentError if the value is not an actor's handle. */
export function recipientOf(ref: Watchable): Recipient {
  return recipientIn(ref) ?? notARef(ref)
}

function recipientIn(ref: unknown): Recipient | undefined {
  try {
    return (ref as Partial<ActorHandle> | null | undefined)?.['~recipient']
  } catch {
    return undefined
  }
}

function notARef(given: unknown): never {
  throw new InvalidArgumentError(`not an actor's ref: ${text(given)}`, {
    path: 'to',
    value: given,
    remedy: 'Use a ref returned by system.spawn, ctx.spawn or system.find',
  })
}

/** A part of a handle; undefined where there is none, or the value can't be read. */
export function looked<K extends '~recipient' | '~cell'>(ref: unknown, part: K): ActorHandle[K] | undefined {
  try {
    return (ref as Partial<ActorHandle> | null | undefined)?.[part]
  } catch {
    return undefined
  }
}

/** The handle as its typed interface. */
export function typed<H>(handle: ActorHandle): ActorRef<H> {
  return handle as unknown as ActorRef<H>
}
