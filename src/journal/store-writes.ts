import { demand } from '../kernel/demand.ts'
import type { StoreWrite } from '../ports/store.ts'

/** The batch, if every write of it can be made: otherwise nothing is written. */
export function writes(batch: readonly StoreWrite[]): readonly StoreWrite[] {
  const bytes = (value: unknown): boolean =>
    value === undefined || (value instanceof Uint8Array && value.length >= 0)
  return demand(batch, 'batch', 'a list of { key, value, expect }, with bytes as values', (given) =>
    Array.isArray(given)
      ? given.every(
          (write) => bytes(write.value) && (write.expect === undefined || bytes(write.expect.value)),
        )
      : false,
  )
}
