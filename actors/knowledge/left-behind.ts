import { stat } from 'node:fs/promises'
import { join } from 'node:path'

/** A running indexing writes far more often. */
const DAY_MS = 86_400_000

/** Whether a file that was being written was left behind by a process that ended, on this machine or on another one. */
export async function isLeftBehind(folder: string, name: string, now: number): Promise<boolean> {
  const mtimeMs = await stat(join(folder, name)).then(
    (entry) => entry.mtimeMs,
    () => Number.POSITIVE_INFINITY,
  )
  return now - mtimeMs > DAY_MS
}
