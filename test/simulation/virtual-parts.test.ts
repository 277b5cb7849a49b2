import { describe, test } from 'vitest'
import { SimulatedKernel } from '../../src/kernel/simulated-kernel.ts'
import { Chooser } from '../../src/simulation/chooser.ts'
import { SimulatedModels } from '../../src/simulation/models.ts'
import { Recorder } from '../../src/simulation/recorder.ts'
import { settingsOf } from '../../src/simulation/settings.ts'
import { SimulatedStore } from '../../src/simulation/store.ts'
import { SimulatedTransport } from '../../src/simulation/transport.ts'
import { inferenceContract, storeContract, transportContract } from '../../src/testkit/contracts/index.ts'

function parts() {
  const kernel = new SimulatedKernel(1)
  // Time continues by itself here: the contract's tests wait as for a real one.
  const run = setInterval(() => {
    while (kernel.turn() || kernel.jump());
  }, 1)
  run.unref()
  const chooser = new Chooser(kernel, settingsOf({ seed: 1, strategy: 'fifo' }), undefined)
  return { kernel, chooser, recorder: new Recorder(() => kernel.now, false) }
}

const engine = async () => {
  const { kernel, chooser, recorder } = parts()
  const models = new SimulatedModels(kernel, chooser, recorder)
  models.define('all-minilm-l6-v2', {})
  return { engine: models, now: () => kernel.now }
}
const store = async () => {
  const { kernel, chooser, recorder } = parts()
  return new SimulatedStore(kernel, chooser, recorder, 'store')
}
const transport = async () => {
  const { kernel, chooser, recorder } = parts()
  return new SimulatedTransport(kernel, chooser, recorder, 'transport', () => {})
}

describe.each([
  ['pool', inferenceContract(engine)],
  ['store', storeContract(store)],
  ['transport', transportContract(transport)],
])('the simulated %s keeps the contract of its port', (_part, contract) => {
  for (const { name, run } of contract) test(name, run)
})
