import { demand, methods } from '../../kernel/demand.ts'
import { onlyOptions } from '../../kernel/only-options.ts'
import type { Store } from '../../ports/store.ts'
import { CheckpointError } from '../errors.ts'

/** A checkpoint under a key of a store. */
export interface Stored {
  readonly store: Store
  readonly key: string
}

/** Resolves once the bytes are durable. Rejects with the store's error. */
export async function storeCheckpoint({ store, key }: Stored, bytes: Uint8Array): Promise<void> {
  await store.commit([{ key, value: bytes }])
  await store.flushed()
}

/**
 * Writes in place of what is there (undefined: nothing), and resolves once that is durable. Rejects with the store's error:
 * `store-conflict` where somebody else has written there meanwhile.
 */
export async function replaceStored(
  { store, key }: Stored,
  before: Uint8Array | undefined,
  after: Uint8Array | undefined,
): Promise<void> {
  await store.commit([{ key, value: after, expect: { value: before } }])
  await store.flushed()
}

/** @throws InvalidArgumentError (`invalid-argument`): before the run is taken out of anything */
export function checkStored(stored: Stored): void {
  onlyOptions(stored ?? null, 'stored', ['store', 'key'])
  const { store, key } = stored
  demand(key, 'stored.key', 'a string', (given) => typeof given === 'string')
  methods(store, 'stored.store', 'a store', ['get', 'commit', 'flushed'])
}

/** Takes a checkpoint out of its store. Of several that try, one gets it; the others get `store-conflict`. */
export async function takeCheckpoint(
  stored: Stored,
  check: (bytes: Uint8Array) => void,
): Promise<Uint8Array> {
  const { store, key } = stored
  const bytes = await store.get(key)
  if (bytes === undefined) {
    throw new CheckpointError('checkpoint-damaged', `the store holds nothing under '${key}'`, {
      path: 'key',
      value: key,
      remedy: 'Use the key of the stored checkpoint; the first to resume it removes it',
    })
  }
  check(bytes)
  await replaceStored(stored, bytes, undefined)
  return bytes
}
