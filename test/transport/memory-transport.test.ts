import { platformKernel } from '../../src/kernel/platform-kernel.ts'
import { MemoryTransport } from '../../src/transport/memory-transport.ts'
import { transportContract } from '../contracts/transport-contract.ts'

transportContract('the memory transport', async () => new MemoryTransport(platformKernel()))
