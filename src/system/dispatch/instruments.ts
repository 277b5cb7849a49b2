import type { ActorDefinition } from '../../behavior/define-actor.ts'
import type { SupervisionPolicy } from '../../behavior/supervision-policy.ts'
import type { Envelope } from '../../mailbox/envelope.ts'
import type { Parcel, StageSpec } from '../../ports/host.ts'

/** The recipients of a network: an actor takes envelopes, a stage takes parcels. */
export interface Receiver<M> {
  readonly path: string
  /** A message from the network has arrived; there is no sender to throw at. */
  arrive(message: M): void
  /** The network delivers another copy of it. */
  repeat(message: M): void
  /** The network has lost it: the ledger knows, the sender does not. */
  lost(message: M, error: unknown): void
  /** The error that hands the message back when there is no room. */
  full(message: M): Error
}

/** Between senders and mailboxes, where messages can be lost in transit: under simulation. */
export interface Network {
  /** True when it takes the message over: it later calls the receiver's `arrive` or `lost` once. */
  carry(receiver: Receiver<Envelope>, envelope: Envelope): boolean
  /** The same for parcels from stage to stage. */
  carryParcel(receiver: Receiver<Parcel>, parcel: Parcel): boolean
  /** A named point in an actor's handler. Throws if a fault strikes. */
  maybe(path: string, point: string): void
}

/** An actor as a simulation sees it, to check its behavior against its promises. */
export interface Observed {
  readonly path: string
  readonly definition: ActorDefinition<unknown>
  readonly parent: Observed | undefined
  /** The supervision of its children. */
  readonly policy: SupervisionPolicy | undefined
  readonly load: number
  /** Messages in its mailbox. */
  readonly waiting: number
  /** Whether messages returned to the mailbox after leaving it, and may exceed its bound. */
  readonly tookBack: boolean
  /** Whether this message is set aside. */
  setAside(envelope: Envelope): boolean
  /** Whether this message is between two attempts. */
  resting(envelope: Envelope): boolean
  /** Crashes the instance. */
  kill(reason: string): void
}

/** A simulation's view: definitions before they start, and messages in transit. */
export interface Instruments {
  readonly network: Network
  definition<H>(definition: ActorDefinition<H>): ActorDefinition<H>
  /** `kill` crashes the stage made from it. */
  stage<S>(spec: StageSpec<S>, path: string, kill: (reason: string) => void): StageSpec<S>
}
