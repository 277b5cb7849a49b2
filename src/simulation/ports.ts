import { type DiskOptions, SimulatedDisk } from './disk.ts'
import type { Run } from './run.ts'
import { SimulatedStore } from './store.ts'
import { SimulatedTransport } from './transport.ts'

/** The stores, disks and transports of a run. */
export class SimulatedPorts {
  readonly #run: Run
  readonly #stores: SimulatedStore[] = []
  readonly #disks: SimulatedDisk[] = []
  readonly #transports: SimulatedTransport[] = []

  constructor(run: Run) {
    this.#run = run
  }

  store(name: string): SimulatedStore {
    this.#run.network.watcher?.always()
    const { kernel, chooser, recorder, aims } = this.#run
    aims.met(name)
    const store = new SimulatedStore(kernel, chooser, recorder, name)
    this.#stores.push(store)
    return store
  }

  disk(name: string, options?: DiskOptions): SimulatedDisk {
    this.#run.network.watcher?.always()
    const { kernel, chooser, recorder, aims } = this.#run
    aims.met(name)
    const disk = new SimulatedDisk(kernel, chooser, recorder, name, options)
    this.#disks.push(disk)
    return disk
  }

  /** Frames that come again, and flushes that take their time. */
  get underWay(): number {
    let sum = 0
    for (const { underWay } of this.#stores) sum += underWay
    for (const { underWay } of this.#disks) sum += underWay
    for (const { underWay } of this.#transports) sum += underWay
    return sum
  }

  /** Before it acknowledges a delivery, all that was written for it must be flushed. */
  transport(name: string): SimulatedTransport {
    this.#run.network.watcher?.always()
    const { kernel, chooser, recorder, aims } = this.#run
    aims.met(name)
    const transport = new SimulatedTransport(kernel, chooser, recorder, name, (delivery) => {
      const open = this.#stores.filter((store) => store.open.has(delivery)).map((store) => store.name)
      if (open.length === 0) return
      const what = `what was written for it in '${open.join("', '")}' is not flushed`
      this.#run.violate('nothing acknowledged before durable', what)
    })
    this.#transports.push(transport)
    return transport
  }
}
