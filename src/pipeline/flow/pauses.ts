import { decideJoin } from '../../merge/join.ts'
import type { Parcel } from '../../ports/host.ts'
import type { Standing } from '../run/pause.ts'
import type { PipelineRun, Tag } from '../run/run.ts'
import type { Flow } from './flow.ts'
import type { KeyOrder } from './key-order.ts'
import { armJoin } from './merge-stage.ts'
import type { StationMaker } from './station-maker.ts'

/** Takes runs out of the stages in their current state, and puts them back. */
export class Pauses {
  readonly #flow: Flow
  readonly #keys: KeyOrder
  readonly #maker: StationMaker

  constructor(flow: Flow, keys: KeyOrder, maker: StationMaker) {
    this.#flow = flow
    this.#keys = keys
    this.#maker = maker
  }

  /**
   * Takes all parcels of a run out of the stages without ending them. Resolves once nothing is running: then
   * `run.pause.parcels` lists where each parcel is. A running attempt is abandoned and runs again later.
   */
  pause(run: PipelineRun): Promise<void> {
    return new Promise((resolve) => {
      run.pause = { parcels: [], ready: resolve }
      run.close()
      const waiting = [
        ...(run.asked ? this.#flow.people.take(run) : []),
        ...(run.orderKey === undefined ? [] : this.#keys.take(run.orderKey, run)),
      ]
      for (const parcel of waiting) {
        run.released(parcel.type)
        setAside(parcel)
      }
      this.#flow.cancelRest(run, false)
      if (run.holding.size === 0) resolve()
    })
  }

  /** Sends the parcels of a paused run; waiting joins get their timers again. */
  proceed(run: PipelineRun, standing: readonly Standing[]): void {
    run.pause = undefined
    const { matrix, stations } = run.layout
    for (const join of run.joins()) {
      const { merge, frame } = join
      const node = stations[matrix.indexOf(merge)]?.node
      if (node?.kind !== 'merge' || join.completedBy !== undefined || join.parts.size === 0) continue
      const verdict = decideJoin(join, join.policy ?? node.join, false)
      armJoin(this.#maker.wiring(node), join, { run, from: 0, signal: 'time-up', frame }, verdict)
    }
    for (const { to, from, weight, body, signal, frame, error } of standing) {
      if (run.settled) return
      const tag: Tag = { run, from: matrix.indexOf(from), signal, frame, error }
      this.#flow.send(matrix.indexOf(to), weight, body, tag)
    }
  }

  /** A checkpoint has failed: the run continues from where it was. */
  unpause(run: PipelineRun): void {
    const { pause } = run
    if (!run.settled && pause !== undefined) this.proceed(run, pause.parcels)
  }
}

/** A parcel of a run that is being paused has left its stage. */
export function setAside(parcel: Parcel): void {
  const tag = parcel.tag as Tag
  if (tag.shadow !== undefined) return
  const { run } = tag
  const node = run.layout.stations[run.layout.matrix.indexOf(parcel.type)]?.node
  const join = node?.kind === 'merge' ? run.join(node.name, tag.frame) : undefined
  // It was about to complete its join, and will when it is sent again.
  if (join?.completedBy === parcel) join.completedBy = undefined
  // Its timers are set again when the run continues.
  if (tag.signal === 'time-up') return
  run.pause?.parcels.push(standingAt(parcel.type, parcel.weight, parcel.body, tag))
}

export function standingAt(to: string, weight: number, body: unknown, tag: Tag): Standing {
  const { run, from, signal, error, frame } = tag
  return { to, from: run.layout.matrix.names[from] as string, weight, body, signal, frame, error }
}
