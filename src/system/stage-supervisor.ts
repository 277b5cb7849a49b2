import { milliseconds } from '../kernel/durations.ts'
import { errorChain } from '../kernel/errors.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { EventSink } from '../ports/events.ts'
import type { Stage, StageSpec, StageSupervisor, SuperviseOptions } from '../ports/host.ts'
import { addRestart, DEFAULT_INTENSITY, type RestartIntensity } from '../supervision/restart-intensity.ts'
import { type RestartStrategy, restartSet } from '../supervision/restart-strategy.ts'
import type { CellSupport } from './cell-support.ts'
import { StageCell } from './stage-cell.ts'

interface Child {
  readonly name: string
  readonly cell: StageCell<unknown>
}

/** Starts stages, restarts those that crash, and gives up beyond its restart intensity. */
export class StageSupervision implements StageSupervisor {
  readonly path: string
  readonly #kernel: Kernel
  readonly #events: EventSink
  readonly #supportFor: (supervision: StageSupervision) => CellSupport
  readonly #strategy: RestartStrategy
  readonly #intensity: RestartIntensity
  readonly #children: Child[] = []
  #restarts: readonly number[] = []
  #support: CellSupport | undefined

  constructor(
    path: string,
    options: SuperviseOptions,
    system: { kernel: Kernel; events: EventSink; supportFor: (supervision: StageSupervision) => CellSupport },
  ) {
    this.path = path
    this.#kernel = system.kernel
    this.#events = system.events
    this.#supportFor = system.supportFor
    this.#strategy = options.strategy ?? 'one-for-one'
    this.#intensity =
      options.intensity === undefined
        ? DEFAULT_INTENSITY
        : {
            restarts: options.intensity.restarts,
            withinMs: milliseconds(options.intensity.within, `${path}.intensity.within`),
          }
  }

  get load(): number {
    let load = 0
    for (const { cell } of this.#children) load += cell.load
    return load
  }

  stage<S>(spec: StageSpec<S>): Stage {
    this.#support ??= this.#supportFor(this)
    const cell = new StageCell(spec, `${this.path}/${spec.name}`, this.#support)
    cell.start()
    this.#children.push({ name: spec.name, cell: cell as StageCell<unknown> })
    return cell
  }

  /** One restart is one entry of the window, whatever it takes along. */
  crashed(crashed: Stage, error: unknown): void {
    const now = this.#kernel.clock.monotonic()
    const verdict = addRestart(this.#restarts, now, this.#intensity)
    this.#restarts = verdict.window
    const errors = this.#events.active ? errorChain(error) : []
    if (!verdict.allowed) {
      if (this.#events.active) this.#events.emit({ type: 'escalate', at: now, path: this.path, errors })
      this.stop()
      return
    }
    if (this.#events.active) {
      this.#events.emit({
        type: 'restart',
        at: now,
        path: crashed.path,
        restarts: verdict.window.length,
        errors,
      })
    }
    const names = restartSet(
      this.#strategy,
      this.#children.map((child) => child.name),
      crashed.name,
    )
    for (const { name, cell } of this.#children) {
      if (name === crashed.name) this.#revive(cell)
      else if (names.includes(name)) cell.recycle(`restarted with ${crashed.name}`)
    }
  }

  #revive(cell: StageCell<unknown>): void {
    try {
      cell.restart()
    } catch (error) {
      this.crashed(cell, error)
    }
  }

  /** Children stop in reverse start order; what they hold is dead-lettered as `stopped`. */
  stop(): void {
    for (const { cell } of [...this.#children].reverse()) cell.halt()
  }
}
