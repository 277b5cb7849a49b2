import type { Store } from '../../ports/store.ts'
import type { CheckpointError } from '../errors.ts'
import { decodeRun, type RunRecord } from './run-record.ts'
import type { UnreadRun } from './running-pipeline.ts'

/** A run that an earlier process left open, with the bytes of its record. */
interface OpenRecord {
  readonly key: string
  readonly value: Uint8Array
  readonly record: RunRecord
}

/** What a store holds of the durable runs of one pipeline. */
interface FoundRuns {
  readonly open: readonly OpenRecord[]
  /** Keys of those that have ended, oldest first. */
  readonly ended: readonly string[]
  readonly unread: readonly UnreadRun[]
}

/** Reads every record below the prefix; one that can't be read does not keep the others from being found. */
export async function foundRuns(store: Store, prefix: string): Promise<FoundRuns> {
  const open: OpenRecord[] = []
  const ended: { readonly key: string; readonly at: number }[] = []
  const unread: UnreadRun[] = []
  for await (const { key: full, value } of store.list(prefix)) {
    const key = full.slice(prefix.length)
    try {
      const record = decodeRun(full, value)
      if (record.state === 'open') open.push({ key, value, record })
      else ended.push({ key, at: record.endedAt ?? 0 })
    } catch (error) {
      unread.push({ key, error: error as CheckpointError })
    }
  }
  ended.sort((a, b) => a.at - b.at)
  return { open, ended: ended.map(({ key }) => key), unread }
}
