import type { Stage } from '../../ports/host.ts'
import type { Ledger } from '../dispatch/ledger.ts'
import type { Runtime } from '../dispatch/runtime.ts'

/** What a stage has around it. */
export interface StageHome {
  readonly runtime: Runtime
  /** Of its subtree. */
  readonly ledger: Ledger
  /** The instance is gone: the supervisor decides between restart and giving up. */
  crashed(stage: Stage, error: unknown): void
}
