import { SegmentedLog } from '../../src/journal/log/segmented-log.ts'
import { LogJournal } from '../../src/journal/open-journal.ts'
import { platformKernel } from '../../src/kernel/platform-kernel.ts'
import type { Disk } from '../../src/ports/disk.ts'
import { type ActorSystem, createSystem } from '../../src/system/actor-system.ts'
import type { MemoryDisk } from './memory-disk.ts'

/** One process on a disk: its journal and its system. */
export interface Life {
  readonly system: ActorSystem
  readonly journal: LogJournal
  /** Ends in order. */
  end(): Promise<void>
}

const OPTIONS = { bytesMax: Number.POSITIVE_INFINITY }

export async function live(disk: MemoryDisk, through: Disk = disk): Promise<Life> {
  const log = await SegmentedLog.open(platformKernel(), through, OPTIONS, true)
  const journal = new LogJournal(log, async () => {})
  const system = createSystem({ journal, log: false })
  const end = async (): Promise<void> => {
    await system.stop()
    await journal.close()
  }
  return { system, journal, end }
}
