import { basename } from 'node:path'
import { watch } from 'chokidar'
import type { Kernel, Timer } from '../../../src/kernel/kernel.ts'

/** An editor saves a file in several steps, and a checkout changes many files: each counts as one change. */
const QUIET_MS = 200

/** A watched folder. */
export interface Watch {
  close(): Promise<void>
}

/**
 * Calls `changed` when files below a folder (or the file `path` itself) were added, changed or removed, once for all
 * changes within 0.2 s of each other. Resolves once it watches the folder.
 *
 * Rejects with the system's error, such as too few inotify watches (`ENOSPC`).
 */
export async function watchFolder(path: string, kernel: Kernel, changed: () => void): Promise<Watch> {
  let timer: Timer | undefined
  const seen = (): void => {
    timer?.cancel()
    timer = kernel.timers.after(QUIET_MS, changed, undefined)
  }
  const watcher = watch(path, {
    ignoreInitial: true,
    // What `walk` leaves out; the folder itself may have any name.
    ignored: (one) => one !== path && /^(?:\..*|node_modules)$/u.test(basename(one)),
  })
  await new Promise<void>((resolve, reject) => {
    watcher.once('ready', resolve)
    watcher.once('error', reject)
  })
  watcher.on('all', seen)
  // If a folder disappears while it is watched, the next reading reports it.
  watcher.on('error', seen)
  return {
    async close() {
      timer?.cancel()
      await watcher.close()
    },
  }
}
