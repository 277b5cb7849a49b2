import { SimulatedKernel } from '../../src/kernel/simulated-kernel.ts'
import { Chooser } from '../../src/simulation/choices.ts'
import { faultPlan } from '../../src/simulation/faults.ts'
import { SimulatedModels } from '../../src/simulation/models.ts'
import { Recorder } from '../../src/simulation/recorder.ts'
import { SimulatedStore } from '../../src/simulation/store.ts'
import { SimulatedTransport } from '../../src/simulation/transport.ts'
import { inferenceContract } from '../contracts/inference-contract.ts'
import { storeContract } from '../contracts/store-contract.ts'
import { transportContract } from '../contracts/transport-contract.ts'

function parts() {
  const kernel = new SimulatedKernel(1)
  // Time goes on by itself here: the contract's tests wait as for a real one.
  const run = setInterval(() => {
    while (kernel.turn() || kernel.jump());
  }, 1)
  run.unref()
  const strategy = { kind: 'fifo', depth: 1, steps: 1, variation: 0 } as const
  const chooser = new Chooser(kernel, faultPlan({}), strategy, undefined)
  return { kernel, chooser, recorder: new Recorder(() => kernel.now, false) }
}

inferenceContract('the simulated pool', async () => {
  const { kernel, chooser, recorder } = parts()
  const engine = new SimulatedModels(kernel, chooser, recorder)
  engine.define('all-minilm-l6-v2', {})
  return { engine, now: () => kernel.now }
})

storeContract('the simulated store', async () => {
  const { kernel, chooser, recorder } = parts()
  return new SimulatedStore(kernel, chooser, recorder, 'store')
})

transportContract('the simulated transport', async () => {
  const { kernel, chooser, recorder } = parts()
  return new SimulatedTransport(kernel, chooser, recorder, 'transport', () => {})
})
