import type { Stage } from '../../ports/host.ts'
import type { Ledger } from '../dispatch/ledger.ts'
import type { Runtime } from '../dispatch/runtime.ts'

/** The surroundings of a stage. */
export interface StageHome {
  readonly runtime: Runtime
  /** The supervisor of its subtree. */
  readonly ledger: Ledger
  /** The instance is gone: the supervisor decides whether to restart it. */
  crashed(stage: Stage, error: unknown): void
}
