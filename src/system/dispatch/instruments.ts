import type { ActorDefinition } from '../../behavior/define-actor.ts'
import type { Envelope } from '../../mailbox/envelope.ts'
import type { Parcel, StageSpec } from '../../ports/host.ts'
import type { SupervisionPolicy } from '../../supervision/policy.ts'

/** Whoever a network delivers to: an actor takes envelopes, a stage takes parcels. */
export interface Receiver<M> {
  readonly path: string
  /** A message that the network took over has come; nobody is left to throw at. */
  arrive(message: M): void
  /** The network delivers a copy of it once more. */
  repeat(message: M): void
  /** The network has lost it: the ledger knows, the sender does not. */
  lost(message: M, error: unknown): void
  /** The error that hands the message back when there is no room. */
  full(message: M): Error
}

/** What stands between senders and mailboxes where messages can be lost on the way: under simulation. */
export interface Network {
  /** True when it takes the message over: the receiver's `arrive` or `lost` is then called once, later. */
  carry(receiver: Receiver<Envelope>, envelope: Envelope): boolean
  /** The same for what goes from stage to stage. */
  carryParcel(receiver: Receiver<Parcel>, parcel: Parcel): boolean
  /** A named point in an actor's handler. Throws where a fault strikes. */
  maybe(path: string, point: string): void
}

/** An actor as a simulation sees it, to hold what it does against what it promises. */
export interface Observed {
  readonly path: string
  readonly definition: ActorDefinition<unknown>
  readonly parent: Observed | undefined
  /** Of its children. */
  readonly policy: SupervisionPolicy | undefined
  readonly load: number
  /** Messages in its mailbox. */
  readonly waiting: number
  /** Whether messages came back to the mailbox that had left it, and may exceed its bound. */
  readonly tookBack: boolean
  /** Whether this message is set aside. */
  setAside(envelope: Envelope): boolean
  /** Whether this message is between two attempts. */
  resting(envelope: Envelope): boolean
  /** Crashes the instance. */
  kill(reason: string): void
}

/** What a simulation looks through: definitions before they start, messages on their way. */
export interface Instruments {
  readonly network: Network
  definition<H>(definition: ActorDefinition<H>): ActorDefinition<H>
  /** `kill` crashes the stage that is made of it. */
  stage<S>(spec: StageSpec<S>, path: string, kill: (reason: string) => void): StageSpec<S>
}
