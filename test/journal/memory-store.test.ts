import { describe, test } from 'vitest'
import { MemoryStore } from '../../src/index.ts'
import { storeContract } from '../../src/testkit/contracts/index.ts'

describe('the memory store keeps the contract of the store port', () => {
  for (const { name, run } of storeContract(async () => new MemoryStore())) test(name, run)
})
