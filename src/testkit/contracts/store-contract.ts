import assert from 'node:assert/strict'
import type { RandomStream } from '../../kernel/kernel.ts'
import { SeededRandomness } from '../../kernel/random.ts'
import type { Store, StoreWrite } from '../../ports/store.ts'
import { type ContractCheck, checkOf, refused } from './contract.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

/** Bytes as plain data: a store may return a Buffer or any other kind of Uint8Array. */
const plain = (value: Uint8Array | undefined) => (value === undefined ? undefined : [...value])

async function entries(
  store: Store,
  prefix: string,
  options?: { readonly after?: string; readonly limit?: number },
): Promise<[key: string, value: readonly number[]][]> {
  const found: [string, readonly number[]][] = []
  for await (const { key, value } of store.list(prefix, options)) found.push([key, [...value]])
  return found
}

/** One, two, three and four bytes in UTF-8: their order is not that of UTF-16. */
const LETTERS = ['a', 'b', '/', '\0', 'é', 'ÿ', '￼', '😀', '𝄞']
const SEQUENCES = 50
const WRITES = 30

const letters = (random: RandomStream, most: number) =>
  Array.from({ length: random.integer(most + 1) }, () => LETTERS[random.integer(LETTERS.length)]).join('')

function writeOf(random: RandomStream): StoreWrite {
  const key = `${LETTERS[random.integer(LETTERS.length)]}${letters(random, 2)}`
  const value = Uint8Array.from({ length: random.integer(5) }, () => random.integer(256))
  return { key, value: random.integer(4) === 0 ? undefined : value }
}

const byBytes = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) =>
  Buffer.compare(Buffer.from(a), Buffer.from(b))

/** Writes at random, and compares the listing with a map that got the same writes. */
async function likeAMap(store: Store, random: RandomStream, what: string): Promise<void> {
  const model = new Map<string, number[]>()
  for (let left = random.integer(WRITES + 1); left > 0; left--) {
    const write = writeOf(random)
    await store.commit([write])
    if (write.value === undefined) model.delete(write.key)
    else model.set(write.key, [...write.value])
  }
  const sorted = [...model].sort(byBytes)
  assert.deepEqual(await entries(store, ''), sorted, what)
  const [prefix, after, limit] = [letters(random, 1), letters(random, 2), random.integer(10)]
  const some = sorted.filter(([key]) => key.startsWith(prefix) && byBytes([key, 0], [after, 0]) > 0)
  assert.deepEqual(await entries(store, prefix, { after, limit }), some.slice(0, limit), what)
}

/** By name: what to check on a new, empty store. */
const EXAMPLES: Readonly<Record<string, (store: Store) => Promise<void>>> = {
  'committed values are read back, overwritten and deleted': async (store) => {
    assert.equal(await store.get('a'), undefined)
    await store.commit([{ key: 'a', value: bytes('1') }])
    assert.deepEqual(plain(await store.get('a')), plain(bytes('1')))
    await store.commit([{ key: 'a', value: bytes('2') }])
    assert.deepEqual(plain(await store.get('a')), plain(bytes('2')))
    await store.commit([{ key: 'a', value: undefined }])
    assert.equal(await store.get('a'), undefined)
  },

  'a batch is all or nothing': async (store) => {
    await store.commit([{ key: 'state', value: bytes('1') }])
    const batch = [
      { key: 'effect', value: bytes('x') },
      { key: 'state', value: bytes('2'), expect: { value: bytes('0') } },
    ]
    const conflict = await refused(store.commit(batch), 'store-conflict')
    assert.equal((conflict as { path?: unknown }).path, 'state')
    assert.equal(await store.get('effect'), undefined)
    assert.deepEqual(plain(await store.get('state')), plain(bytes('1')))
    await store.commit([{ key: 'state', value: bytes('2'), expect: { value: bytes('1') } }])
    const fresh = { key: 'new', value: bytes('1'), expect: { value: undefined } }
    await store.commit([fresh])
    await refused(store.commit([fresh]), 'store-conflict')
  },

  'lists by prefix in the order of UTF-8 bytes, after a key, up to a limit': async (store) => {
    const keys = ['q/b', 'q/a', 'q/é', 'q/z', 'r/a', 'q', 'q/10', 'q/9']
    await store.commit(keys.map((key) => ({ key, value: bytes(key) })))
    const listed = async (prefix: string, options?: { after?: string; limit?: number }) =>
      (await entries(store, prefix, options)).map(([key]) => key)
    assert.deepEqual(await listed('q/'), ['q/10', 'q/9', 'q/a', 'q/b', 'q/z', 'q/é'])
    assert.deepEqual(await listed('q/', { after: 'q/9', limit: 2 }), ['q/a', 'q/b'])
    assert.deepEqual(await listed('nothing'), [])
  },

  'values are copies: changing one does not change the store': async (store) => {
    // `slice` of a Buffer is no copy.
    for (const value of [bytes('abc'), Buffer.from('abc')]) {
      await store.commit([{ key: 'a', value }])
      value[0] = 0
      const read = await store.get('a')
      if (read !== undefined) read[1] = 0
      for await (const entry of store.list('')) entry.value[2] = 0
      assert.deepEqual(plain(await store.get('a')), plain(bytes('abc')))
    }
  },

  'an empty key is refused': async (store) => {
    await refused(store.commit([{ key: '', value: bytes('x') }]), 'store-key')
    await store.flushed()
  },
}

/**
 * What every store must do, whatever its implementation.
 *
 * @param make opens a new, empty store; each check closes its own.
 * @param seed of the random sequences of writes; a failure names it. Default 1.
 */
export function storeContract(make: () => Promise<Store>, seed = 1): readonly ContractCheck[] {
  const check = (name: string, look: (store: Store) => Promise<void>) =>
    checkOf(name, make, (store) => store.close(), look)
  return [
    ...Object.entries(EXAMPLES).map(([name, look]) => check(name, look)),
    {
      name: 'behaves like a sorted map under any sequence of writes',
      run: async () => {
        const random = new SeededRandomness(seed).stream('store-contract')
        for (let i = 1; i <= SEQUENCES; i++) {
          const what = `sequence ${i} of seed ${seed}`
          await check(what, (store) => likeAMap(store, random, what)).run()
        }
      },
    },

    {
      name: 'a closed store is refused',
      run: async () => {
        const store = await make()
        await store.close()
        await refused(store.get('a'), 'store-closed')
        await refused(store.commit([{ key: 'a', value: bytes('x') }]), 'store-closed')
        await refused(store.flushed(), 'store-closed')
        await refused(entries(store, ''), 'store-closed')
      },
    },
  ]
}
