import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Store } from '../../src/ports/store.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

async function entries(
  store: Store,
  prefix: string,
  options?: { after?: string; limit?: number },
): Promise<string[]> {
  const found: string[] = []
  for await (const { key, value } of store.list(prefix, options))
    found.push(`${key}=${new TextDecoder().decode(value)}`)
  return found
}

/** What every store must do, whatever it is made of. `make` gives a new, empty one. */
export function storeContract(name: string, make: () => Promise<Store>): void {
  describe(`${name} keeps the store contract`, () => {
    test('what is committed is read back, overwritten and deleted', async () => {
      const store = await make()
      expect(await store.get('a')).toBeUndefined()
      await store.commit([{ key: 'a', value: bytes('1') }])
      expect(await store.get('a')).toEqual(bytes('1'))
      await store.commit([{ key: 'a', value: bytes('2') }])
      expect(await store.get('a')).toEqual(bytes('2'))
      await store.commit([{ key: 'a', value: undefined }])
      expect(await store.get('a')).toBeUndefined()
      await store.close()
    })

    test('a batch is all or nothing', async () => {
      const store = await make()
      await store.commit([{ key: 'state', value: bytes('1') }])
      const batch = [
        { key: 'effect', value: bytes('x') },
        { key: 'state', value: bytes('2'), expect: { value: bytes('0') } },
      ]
      await expect(store.commit(batch)).rejects.toMatchObject({ code: 'store-conflict', path: 'state' })
      expect(await store.get('effect')).toBeUndefined()
      expect(await store.get('state')).toEqual(bytes('1'))
      await store.commit([{ key: 'state', value: bytes('2'), expect: { value: bytes('1') } }])
      await store.commit([{ key: 'new', value: bytes('1'), expect: { value: undefined } }])
      await expect(
        store.commit([{ key: 'new', value: bytes('2'), expect: { value: undefined } }]),
      ).rejects.toMatchObject({
        code: 'store-conflict',
      })
      await store.close()
    })

    test('lists by prefix in the order of UTF-8 bytes, after a key, up to a limit', async () => {
      const store = await make()
      const keys = ['q/b', 'q/a', 'q/é', 'q/z', 'r/a', 'q', 'q/10', 'q/9']
      await store.commit(keys.map((key) => ({ key, value: bytes(key) })))
      expect(await entries(store, 'q/')).toEqual([
        'q/10=q/10',
        'q/9=q/9',
        'q/a=q/a',
        'q/b=q/b',
        'q/z=q/z',
        'q/é=q/é',
      ])
      expect(await entries(store, 'q/', { after: 'q/9', limit: 2 })).toEqual(['q/a=q/a', 'q/b=q/b'])
      expect(await entries(store, 'nothing')).toEqual([])
      await store.close()
    })

    test('behaves like a sorted map under any sequence of writes', async () => {
      const write = fc.record({
        key: fc.string({ minLength: 1, maxLength: 3 }),
        value: fc.option(fc.uint8Array({ maxLength: 4 }), { nil: undefined }),
      })
      await fc.assert(
        fc.asyncProperty(fc.array(write, { maxLength: 30 }), async (writes) => {
          const store = await make()
          const model = new Map<string, Uint8Array>()
          for (const { key, value } of writes) {
            await store.commit([{ key, value }])
            if (value === undefined) model.delete(key)
            else model.set(key, value)
          }
          const found: [string, Uint8Array][] = []
          for await (const { key, value } of store.list('')) found.push([key, value])
          const sorted = [...model].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
          expect(found).toEqual(sorted)
          await store.close()
        }),
        { numRuns: 50 },
      )
    })

    test('values are copies: changing one outside changes nothing inside', async () => {
      const store = await make()
      const value = bytes('abc')
      await store.commit([{ key: 'a', value }])
      value[0] = 0
      const read = (await store.get('a')) as Uint8Array
      read[1] = 0
      expect(await store.get('a')).toEqual(bytes('abc'))
      await store.close()
    })

    test('an empty key and a closed store are refused', async () => {
      const store = await make()
      await expect(store.commit([{ key: '', value: bytes('x') }])).rejects.toMatchObject({
        code: 'store-key',
      })
      await store.flushed()
      await store.close()
      await expect(store.get('a')).rejects.toMatchObject({ code: 'store-closed' })
      await expect(store.flushed()).rejects.toMatchObject({ code: 'store-closed' })
    })
  })
}
