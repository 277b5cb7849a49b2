import type { SpawnOptions } from '../../behavior/context.ts'
import type { ActorDefinition } from '../../behavior/define-actor.ts'
import type { ActorRef } from '../../behavior/ref.ts'
import type { Kernel } from '../../kernel/kernel.ts'
import type { TimerWheel } from '../../kernel/timer-wheel.ts'
import type { Envelope } from '../../mailbox/envelope.ts'
import type { Message } from '../../message/header.ts'
import type { EventStream } from '../../ports/events.ts'
import type { DeadLetters } from './dead-letters.ts'
import type { Dispatcher } from './dispatcher.ts'
import type { Network } from './instruments.ts'
import type { Ledger } from './ledger.ts'
import type { SystemLog } from './system-log.ts'
import type { Walks } from './walks.ts'

/** Marks the representative of an actor: it may be part of a message even if messages become frames. */
export const HANDLE: unique symbol = Symbol.for('ganglion.handle')

/** Turns a message into a frame and back. */
export interface MessageCodec {
  encode(message: Message): Uint8Array
  decode(frame: Uint8Array): Message
}

/** What every cell shares with its system. */
export interface Runtime {
  readonly name: string
  readonly kernel: Kernel
  readonly events: EventStream
  readonly ledger: Ledger
  readonly dispatcher: Dispatcher
  readonly wheel: TimerWheel
  readonly walks: Walks
  /** Undefined if logging is off. */
  readonly log: SystemLog | undefined
  readonly deadLetters: DeadLetters
  readonly askTimeoutMs: number
  /** Whether a message carries its sender's asynchronous context to the handler. */
  readonly keepsContexts: boolean
  /** Set if every message makes a round trip through it. */
  readonly codec: MessageCodec | undefined
  readonly network: Network | undefined
  /** Messages accepted for actors and still in the network. */
  onTheWay: number
  /** False once the system drains; calls from outside are then refused. */
  accepting: boolean
  /** Passed in, not imported: a cell's context starts children, which are cells with contexts. */
  readonly spawn: <H>(parent: Answerer, definition: ActorDefinition<H>, options?: SpawnOptions) => ActorRef<H>
  /** Something has ended, off the hot path or while the system drains. */
  idle(): void
}

/** The recipient of the question. */
export interface Answerer {
  readonly path: string
  readonly runtime: Runtime
  /** Nobody wants the result of this message any more. */
  cancel(envelope: Envelope, reason: unknown): void
}

/** Anything that takes envelopes: an actor, or a router in front of many. */
export interface Recipient extends Answerer {
  /** False when there is no room and the sender must wait or give up. @throws ActorStoppedError */
  trySend(envelope: Envelope): boolean
  /** The error that hands the message back when there is no room. */
  full(envelope: Envelope): Error
  /** Whether a sender may wait for room. */
  readonly backpressure: boolean
  /** Of a durable recipient: resolves once what it has accepted by now is durable. */
  accepted?(): Promise<void>
  /** Calls `admitted` once there was room, or `refused` when there never will be. */
  wait(envelope: Envelope, admitted: () => void, refused: (error: unknown) => void): void
  /** Ends a message that could not be delivered and has no sender to throw at. */
  refuse(envelope: Envelope, error: unknown): void
  /** Whether `envelope`'s handler waits now, so that another ask to this actor could never be served. */
  waitsIn(envelope: object): boolean
}
