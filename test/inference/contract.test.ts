import { createInference } from '../../src/inference/index.ts'
import { platformKernel } from '../../src/kernel/platform-kernel.ts'
import { inferenceContract } from '../contracts/inference-contract.ts'

for (const isolation of ['thread', 'process'] as const) {
  inferenceContract(`the pool with isolation '${isolation}'`, async () => {
    const kernel = platformKernel()
    return { engine: createInference({ kernel, workers: 1, isolation }), now: () => kernel.clock.monotonic() }
  })
}
