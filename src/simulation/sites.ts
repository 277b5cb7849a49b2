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

/** An actor, with what its path and its sites cost on each use. */
export interface Place {
  readonly path: string
  readonly name: string
  readonly sites: Partial<Record<FaultPoint, Site>>
}

/** One site per point and actor. */
export class Sites {
  readonly #apparatus: Apparatus
  readonly #places = new Map<object, Place>()
  readonly #sites = new Map<FaultPoint, Map<string, Site>>()

  constructor(apparatus: Apparatus) {
    this.#apparatus = apparatus
  }

  placeOf(actor: { readonly path: string }): Place {
    let place = this.#places.get(actor)
    if (place === undefined) {
      const { path } = actor
      place = { path, name: shortName(path), sites: {} }
      this.#places.set(actor, place)
    }
    return place
  }

  /** `except`: kinds that have nothing to strike here. */
  strikeAt<P extends FaultPoint>(
    place: Place,
    point: P,
    except?: readonly FaultKind[],
  ): Fault<P> | undefined {
    const { sites, name } = place
    // Made on first use: the order of sites is part of a guided exploration.
    sites[point] ??= this.#apparatus.chooser.site(point, [name])
    return this.#struck(sites[point] as Site<P>, name, except)
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
    return this.#struck(site, shortName(path), except)
  }

  #struck<P extends FaultPoint>(
    site: Site<P>,
    name: string,
    except: readonly FaultKind[] | undefined,
  ): Fault<P> | undefined {
    const fault = this.#apparatus.chooser.fault(site, except)
    if (fault !== undefined) {
      const { kind } = fault
      this.#apparatus.recorder.struck(kind, name, name, named(fault))
    }
    return fault
  }
}
