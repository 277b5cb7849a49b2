import type { Parcel } from '../../ports/host.ts'
import type { PipelineRun } from '../run/run.ts'
import type { Station } from '../run/station.ts'

interface Held {
  readonly station: Station
  readonly run: PipelineRun
  readonly parcel: Parcel
  readonly send: () => void
}

/**
 * Keeps the order of a key across a replacement: a later run's parcel for the new station waits while an earlier run of the
 * same key may still reach the old one.
 *
 *     key k   [ run 1 (old station) | run 2 (new) | run 3 (new) ]    2 waits for 1 to settle, 3 follows 2
 *
 * Bounded by the runs in flight. Runs without a key are not listed.
 */
export class KeyOrder {
  readonly #runs = new Map<string, PipelineRun[]>()
  readonly #held = new Map<string, Held[]>()

  began(key: string, run: PipelineRun): void {
    const runs = this.#runs.get(key)
    if (runs === undefined) this.#runs.set(key, [run])
    else runs.push(run)
  }

  /** True when it will be sent later. */
  holds(station: Station, run: PipelineRun, parcel: Parcel, send: () => void): boolean {
    const key = parcel.orderKey as string
    if (!this.#mustWait(key, run, station)) return false
    const held = this.#held.get(key)
    if (held === undefined) this.#held.set(key, [{ station, run, parcel, send }])
    else held.push({ station, run, parcel, send })
    return true
  }

  /** Takes out the held parcels of a run that is being paused. */
  take(key: string, run: PipelineRun): Parcel[] {
    const held = this.#held.get(key) ?? []
    const rest = held.filter((one) => one.run !== run)
    if (rest.length === 0) this.#held.delete(key)
    else this.#held.set(key, rest)
    return held.filter((one) => one.run === run).map(({ parcel }) => parcel)
  }

  settled(key: string, run: PipelineRun): void {
    const runs = (this.#runs.get(key) ?? []).filter((one) => one !== run)
    if (runs.length === 0) this.#runs.delete(key)
    else this.#runs.set(key, runs)
    const held = this.#held.get(key)
    if (held === undefined) return
    const open = held.filter((one) => !one.run.settled)
    const waiting = open.filter((one) => this.#mustWait(key, one.run, one.station))
    if (waiting.length === 0) this.#held.delete(key)
    else this.#held.set(key, waiting)
    for (const one of open) if (!waiting.includes(one)) one.send()
  }

  #mustWait(key: string, run: PipelineRun, station: Station): boolean {
    for (const earlier of this.#runs.get(key) ?? []) {
      if (earlier === run) return false
      if (mayComeToOther(earlier, station)) return true
    }
    return false
  }
}

/** Whether the run uses another station of that name; one that began before the step existed never reaches it. */
function mayComeToOther({ layout }: PipelineRun, station: Station): boolean {
  return layout.matrix.has(station.name) && layout.stations[layout.indexOf(station)] !== station
}
