import { type SupervisionPolicy, supervisionPolicy } from '../../behavior/supervision-policy.ts'
import { errorChain } from '../../kernel/errors.ts'
import type { Timer } from '../../kernel/kernel.ts'
import type { Stage, StageSpec, StageSupervisor, SuperviseOptions } from '../../ports/host.ts'
import { type Decision, decide, type FailureKind } from '../../supervision/decide.ts'
import { restartSet } from '../../supervision/restart-strategy.ts'
import type { Instruments } from '../dispatch/instruments.ts'
import { type Ledger, type LedgerSnapshot, PartLedger } from '../dispatch/ledger.ts'
import type { Runtime } from '../dispatch/runtime.ts'
import {
  recordEscalation,
  recordFailure,
  recordGivenUp,
  recordRestart,
} from '../dispatch/supervision-record.ts'
import { recordUnread } from '../dispatch/unread-record.ts'
import { NameTakenError } from '../errors.ts'
import { StageCell } from './stage-cell.ts'
import type { StageHome } from './stage-home.ts'

interface Child {
  readonly cell: StageCell<unknown>
  /** Times of restarts that still count, monotonic milliseconds. */
  window: readonly number[]
}

/**
 * Starts stages and restarts those that crash. Each stage has its own restart window, so that chaos in one does not use up the
 * restarts of another. Beyond it the whole subtree restarts; beyond that, it stops for good.
 */
export class StageSupervision implements StageSupervisor, StageHome {
  readonly path: string
  readonly runtime: Runtime
  readonly ledger: Ledger
  readonly #instruments: Instruments | undefined
  readonly #policy: SupervisionPolicy
  readonly #onStopped: (() => void) | undefined
  /** Its children have stopped for good. */
  stopped = false
  readonly #children: Child[] = []
  #breakdowns: readonly number[] = []
  /** Restarts waiting for their backoff. */
  readonly #restarts = new Set<Timer>()

  /** @throws InvalidArgumentError (`invalid-argument`) naming the option that is unknown or out of range. */
  constructor(
    path: string,
    options: SuperviseOptions,
    runtime: Runtime,
    instruments: Instruments | undefined,
  ) {
    const { stopped, ...given } = options
    this.path = path
    this.runtime = runtime
    this.ledger = new PartLedger(runtime.ledger)
    this.#instruments = instruments
    this.#onStopped = stopped
    this.#policy = supervisionPolicy(
      { ...given, intensity: { ...given.intensity, per: 'child' } },
      `${path}.supervision`,
    )
  }

  get load(): number {
    let load = 0
    for (const { cell } of this.#children) load += cell.load
    return load
  }

  counts(): LedgerSnapshot {
    return this.ledger.snapshot(this.load)
  }

  /** @throws NameTakenError (`name-taken`), or whatever `spec.start` throws. */
  stage<S>(given: StageSpec<S>): Stage {
    const path = `${this.path}/${given.name}`
    if (this.#children.some(({ cell }) => cell.path === path && cell.state !== 'stopped')) {
      throw new NameTakenError(path)
    }
    const spec = this.#instruments?.stage(given, path, (reason) => cell.kill(reason)) ?? given
    const cell: StageCell<S> = new StageCell(spec, path, this)
    cell.start()
    this.#children.push({ cell: cell as StageCell<unknown>, window: [] })
    return cell
  }

  unread(key: string, error: unknown): void {
    recordUnread(this.runtime, this, 'run', key, error)
  }

  /** Stops one stage; its messages are dead-lettered as `stopped`. */
  halt(stage: Stage): void {
    const at = this.#children.findIndex(({ cell }) => cell === stage)
    const cell = this.#children[at]?.cell
    cell?.halt()
    // Messages on their way to it count until they arrive and end there.
    if (cell?.load === 0) this.#children.splice(at, 1)
  }

  /** An instance is gone: the policy decides, and this acts. */
  crashed(crashed: Stage, error: unknown, kind: FailureKind = 'crash'): void {
    const child = this.#children.find(({ cell }) => cell === crashed)
    if (child === undefined) return
    recordFailure(this.runtime, crashed, kind, error)
    const decision = this.#decide(child.window, kind, error)
    child.window = decision.window
    if (decision.directive === 'escalate') {
      this.#escalate(error)
      return
    }
    recordRestart(this.runtime, crashed, decision.window.length, error)
    this.#restart(restartSet(this.#policy.strategy, this.#children, child), decision.delayMs, error)
  }

  #decide(window: readonly number[], kind: FailureKind, error: unknown): Decision {
    const { kernel } = this.runtime
    const [link] = errorChain(error, 1)
    const failure = { kind, tag: link?.code, name: link?.name, mode: 'permanent' } as const
    return decide(
      this.#policy,
      window,
      failure,
      kernel.clock.monotonic(),
      kernel.random.stream('restart').next(),
    )
  }

  #restart(together: readonly Child[], delayMs: number, error: unknown): void {
    for (const { cell } of [...together].reverse()) cell.breakDown(error)
    const begin = (): void => {
      for (const child of together) this.#begin(child)
    }
    if (delayMs === 0) {
      begin()
      return
    }
    const later = (): void => {
      this.#restarts.delete(timer)
      begin()
    }
    const timer: Timer = this.runtime.wheel.after(delayMs, later, undefined, true)
    this.#restarts.add(timer)
  }

  #begin({ cell }: Child): void {
    try {
      cell.start()
    } catch (error) {
      this.crashed(cell, error, 'start')
    }
  }

  /** One stage has used up its restarts: all stages restart, a limited number of times. */
  #escalate(error: unknown): void {
    recordEscalation(this.runtime, this, error)
    const decision = this.#decide(this.#breakdowns, 'crash', error)
    this.#breakdowns = decision.window
    if (decision.directive !== 'restart') {
      recordGivenUp(this.runtime, this, error)
      this.stop()
      return
    }
    recordRestart(this.runtime, this, decision.window.length, error)
    for (const child of this.#children) child.window = []
    this.#restart(this.#children, decision.delayMs, error)
  }

  /** Stops the children in reverse start order; their messages are dead-lettered as `stopped`. */
  stop(): void {
    if (this.stopped) return
    this.stopped = true
    for (const timer of this.#restarts) timer.cancel()
    this.#restarts.clear()
    for (const { cell } of [...this.#children].reverse()) cell.halt()
    this.#onStopped?.()
  }
}
