import type { LifecycleState } from '../../behavior/lifecycle.ts'
import type { Kernel } from '../../kernel/kernel.ts'
import type { TimerWheel } from '../../kernel/timer-wheel.ts'
import type { Hop, Message } from '../../message/header.ts'
import type { DeadLetterReason, EventSink } from '../../ports/events.ts'
import type { Parcel, Stage } from '../../ports/host.ts'
import type { Dispatcher } from '../dispatch/dispatcher.ts'
import type { Ledger } from '../dispatch/ledger.ts'
import type { Network } from '../dispatch/runtime.ts'
import type { SystemLog } from '../dispatch/system-log.ts'
import type { Delivery } from './stage-attempt.ts'

/** What a cell needs of its system and its supervisor. */
export interface CellSupport {
  readonly kernel: Kernel
  readonly events: EventSink
  readonly ledger: Ledger
  readonly dispatcher: Dispatcher
  readonly wheel: TimerWheel
  readonly network: Network | undefined
  readonly keepsContexts: boolean
  readonly log: SystemLog | undefined
  /** Round-trips the parcel's body through the codec where the system says so. */
  transfer(stage: Stage, parcel: Parcel): void
  describe(stage: Stage, parcel: Parcel, hops: readonly Hop[]): Message
  transitioned(stage: Stage, from: LifecycleState): void
  retried(stage: Stage, delivery: Delivery, delayMs: number): void
  lost(stage: Stage, delivery: Delivery, reason: DeadLetterReason): void
  /** The instance is gone: the supervisor decides between restart and giving up. */
  crashed(stage: Stage, error: unknown): void
  /** A stage holds nothing any more. */
  idle(): void
}
