import { expect, test } from 'vitest'
import { MemoryStore } from '../../src/index.ts'
import { MemoryDisk } from '../../src/journal/disk/memory-disk.ts'
import { openJournal } from '../../src/journal/index.ts'
import type { Store } from '../../src/ports/store.ts'
import { live } from './lives.ts'

const one = new Uint8Array([1])
const taken = new Uint8Array(8)
structuredClone(taken, { transfer: [taken.buffer] })
const held = new Uint8Array([7])
const STORES: Readonly<Record<string, (run: (store: Store) => Promise<void>) => Promise<void>>> = {
  memory: (run) => run(new MemoryStore()),
  journal: async (run) => {
    const life = await live(new MemoryDisk())
    await run(life.journal.store())
    await life.end()
  },
}

const BATCHES: readonly (readonly [what: string, batch: unknown, path: string])[] = [
  ['a condition that is none', [{ key: 'a', value: one, expect: 5 }], 'batch'],
  ['a misspelt condition', [{ key: 'a', value: one, exepct: { value: undefined } }], 'batch[0].exepct'],
  [
    'a misspelt value in a condition',
    [{ key: 'a', value: one, expect: { valeu: one } }],
    'batch[0].expect.valeu',
  ],
  [
    'a misspelt value, which would delete',
    [
      { key: 'b', value: one },
      { key: 'a', valeu: one },
    ],
    'batch[1].valeu',
  ],
  // biome-ignore lint/suspicious/noSparseArray: the hole is the point
  ['a hole', [, { key: 'a', value: one }], 'batch'],
  ['bytes that were given away', [{ key: 'a', value: taken }], 'batch'],
]

for (const [kind, withStore] of Object.entries(STORES)) {
  for (const [what, batch, path] of BATCHES)
    test(`[G227] ${kind}: a batch with ${what} is refused by its path, and nothing of it is written`, () =>
      withStore(async (store) => {
        await store.commit([{ key: 'a', value: held }])
        await expect(store.commit(batch as never)).rejects.toMatchObject({ code: 'invalid-argument', path })
        expect(await store.get('a')).toEqual(held)
        expect(await store.get('b')).toBeUndefined()
      }))

  test(`[G227] ${kind}: a limit that is no number of entries is refused`, () =>
    withStore(async (store) => {
      for (const limit of ['5', 1.5, 10n, Number.NaN, -1])
        await expect(
          store
            .list('', { limit: limit as number })
            [Symbol.asyncIterator]()
            .next(),
        ).rejects.toMatchObject({ code: 'invalid-argument', path: 'limit' })
    }))
}

test('[G227] what opens no journal is refused by its path before a folder is made', async () => {
  for (const folder of ['a\0b', '', [], null, 5])
    await expect(openJournal(folder as never)).rejects.toMatchObject({
      code: 'invalid-argument',
      path: 'folder',
    })
  for (const option of ['create', 'networkDisk'])
    for (const value of ['false', 0, {}])
      await expect(openJournal('/nowhere/at-all', { [option]: value })).rejects.toMatchObject({
        code: 'invalid-argument',
        path: option,
        value,
      })
})
