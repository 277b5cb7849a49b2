import { describe, test } from 'vitest'
import { MemoryTransport, platformKernel } from '../../src/index.ts'
import { transportContract } from '../../src/testkit/contracts/index.ts'

describe('the memory transport keeps the contract of the transport port', () => {
  const make = async () => new MemoryTransport(platformKernel())
  for (const { name, run } of transportContract(make)) test(name, run)
})
