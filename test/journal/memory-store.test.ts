import { MemoryStore } from '../../src/journal/memory-store.ts'
import { storeContract } from '../contracts/store-contract.ts'

storeContract('the memory store', async () => new MemoryStore())
