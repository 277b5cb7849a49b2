import { expect, test } from 'vitest'
import {
  MemoryStore,
  MemoryTransport,
  platformKernel,
  type StoreEntry,
  type StoreWrite,
} from '../../src/index.ts'
import {
  type ContractCheck,
  mailboxContract,
  storeContract,
  transportContract,
} from '../../src/testkit/contracts/index.ts'

/** Names of the checks that an adapter fails, with what they say. */
async function broken(contract: readonly ContractCheck[]): Promise<Record<string, string>> {
  const failed: Record<string, string> = {}
  for (const { name, run } of contract) await run().catch((error: Error) => (failed[name] = error.message))
  return failed
}

test('a store in the order of UTF-16 is found, and the sequence of writes named', async () => {
  class ByUtf16 extends MemoryStore {
    override async *list(prefix: string, options: { after?: string; limit?: number } = {}) {
      const all: StoreEntry[] = []
      for await (const entry of super.list(prefix)) all.push(entry)
      const { after = '', limit = all.length } = options
      yield* all
        .sort((a, b) => (a.key < b.key ? -1 : 1))
        .filter(({ key }) => key > after)
        .slice(0, limit)
    }
  }
  const failed = await broken(storeContract(async () => new ByUtf16(), 7))
  expect(failed).toEqual({
    'behaves like a sorted map under any sequence of writes':
      expect.stringMatching(/^sequence \d+ of seed 7/),
  })
})

test('a store that writes half a batch, or hands out its own bytes, is found', async () => {
  class Hasty extends MemoryStore {
    override async commit(batch: readonly StoreWrite[]) {
      for (const write of batch) await super.commit([write])
    }
  }
  const shared = new WeakMap<Sharing, Map<string, Uint8Array>>()
  class Sharing extends MemoryStore {
    override async commit(batch: readonly StoreWrite[]) {
      await super.commit(batch)
      const own = shared.get(this) ?? new Map<string, Uint8Array>()
      for (const { key, value } of batch) if (value !== undefined) own.set(key, value)
      shared.set(this, own)
    }
    override async get(key: string) {
      return (await super.get(key)) && shared.get(this)?.get(key)
    }
  }
  expect(Object.keys(await broken(storeContract(async () => new Hasty())))).toEqual([
    'a batch is all or nothing',
  ])
  expect(Object.keys(await broken(storeContract(async () => new Sharing())))).toEqual([
    'values are copies: changing one does not change the store',
  ])
})

test('a transport that reads a frame only after it has taken it is found', async () => {
  class Lazy extends MemoryTransport {
    override async send(destination: string, frame: Uint8Array) {
      setImmediate(() => void super.send(destination, frame).catch(() => undefined))
    }
  }
  const failed = await broken(transportContract(async () => new Lazy(platformKernel())))
  expect(Object.keys(failed)).toEqual([
    'the frame is a copy: changing it after sending changes nothing',
    'a closed transport hands the frame back',
  ])
})

test('a mailbox without a bound is found', async () => {
  const failed = await broken(
    mailboxContract(async (_options, handle) => {
      let last: Promise<unknown> = Promise.resolve()
      const ask = (n: number) => {
        const reply = last.then(() => handle(n))
        last = reply
        return reply
      }
      return { ask, tell: (n) => void ask(n), stop: () => last }
    }),
  )
  // All that it does as it should is to let every ask wait for its turn.
  expect(Object.keys(failed)).toHaveLength(mailboxContract(async () => expect.unreachable()).length - 1)
  expect(failed).not.toHaveProperty(["with 'backpressure' four asks of a mailbox of one end as 0, 1, 2, 3"])
})
