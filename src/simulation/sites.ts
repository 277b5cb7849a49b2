import type { SimulatedKernel } from '../kernel/simulated-kernel.ts'
import type { Chooser } from './chooser.ts'
import { named } from './fault-words.ts'
import type { FaultKind, FaultPoint } from './faults.ts'
import type { Monitor } from './monitor.ts'
import { shortName } from './names.ts'
import type { SimulatedNetwork } from './network.ts'
import type { Recorder } from './recorder.ts'
import type { Fault, Site } from './site.ts'

/** What the parts of one simulated run share. */
export interface Apparatus {
  readonly kernel: SimulatedKernel
  readonly chooser: Chooser
  readonly monitor: Monitor
  readonly recorder: Recorder
  readonly network: SimulatedNetwork
}

/** One site per point and actor. */
export class Sites {
  readonly #apparatus: Apparatus
  readonly #sites = new Map<FaultPoint, Map<string, Site>>()

  constructor(apparatus: Apparatus) {
    this.#apparatus = apparatus
  }

  /** `except`: kinds that have nothing to strike here. */
  strike<P extends FaultPoint>(point: P, path: string, except?: readonly FaultKind[]): Fault<P> | undefined {
    let at = this.#sites.get(point)
    if (at === undefined) {
      at = new Map()
      this.#sites.set(point, at)
    }
    let site = at.get(path) as Site<P> | undefined
    if (site === undefined) {
      site = this.#apparatus.chooser.site(point, [shortName(path)])
      at.set(path, site)
    }
    const fault = this.#apparatus.chooser.fault(site, except)
    if (fault !== undefined) {
      const { kind } = fault
      const name = shortName(path)
      this.#apparatus.recorder.struck(kind, name, name, named(fault))
    }
    return fault
  }
}
