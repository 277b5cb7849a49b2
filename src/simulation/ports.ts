import type { Run } from './run.ts'
import { SimulatedStore } from './store.ts'
import { SimulatedTransport } from './transport.ts'

/** The stores and transports of a run. */
export class SimulatedPorts {
  readonly #run: Run
  readonly #stores: SimulatedStore[] = []

  constructor(run: Run) {
    this.#run = run
  }

  store(name: string): SimulatedStore {
    const { kernel, chooser, recorder, aims } = this.#run
    aims.met(name)
    const store = new SimulatedStore(kernel, chooser, recorder, name)
    this.#stores.push(store)
    return store
  }

  /** Before it acknowledges a delivery, all that was written for it must be flushed. */
  transport(name: string): SimulatedTransport {
    const { kernel, chooser, recorder, aims } = this.#run
    aims.met(name)
    return new SimulatedTransport(kernel, chooser, recorder, name, (delivery) => {
      const open = this.#stores.filter((store) => store.open.has(delivery)).map((store) => store.name)
      if (open.length === 0) return
      const what = `what was written for it in '${open.join("', '")}' is not flushed`
      this.#run.violate('nothing acknowledged before durable', what)
    })
  }
}
