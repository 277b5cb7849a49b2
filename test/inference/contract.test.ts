import { createInference } from '../../src/inference/index.ts'
import { platformKernel } from '../../src/kernel/platform-kernel.ts'
import { inferenceContract } from '../contracts/inference-contract.ts'

inferenceContract('the Piscina pool', async () => {
  const kernel = platformKernel()
  return { engine: createInference({ kernel, workers: 1 }), now: () => kernel.clock.monotonic() }
})
