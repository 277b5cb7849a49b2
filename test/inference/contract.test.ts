import { describe, test } from 'vitest'
import { createInference } from '../../src/inference/index.ts'
import { platformKernel } from '../../src/kernel/platform-kernel.ts'
import { inferenceContract } from '../../src/testkit/contracts/index.ts'

describe.each(['thread', 'process'] as const)(
  'the pool with isolation %j keeps the contract of the inference port',
  (isolation) => {
    const make = async () => {
      const kernel = platformKernel()
      return {
        engine: createInference({ kernel, workers: 1, isolation }),
        now: () => kernel.clock.monotonic(),
      }
    }
    for (const { name, run } of inferenceContract(make)) test(name, run)
  },
)
