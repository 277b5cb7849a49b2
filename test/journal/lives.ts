import type { NamedLog } from '../../src/journal/actor/home.ts'
import type { MemoryDisk } from '../../src/journal/disk/memory-disk.ts'
import { SegmentedLog } from '../../src/journal/log/segmented-log.ts'
import { LogJournal } from '../../src/journal/open-journal.ts'
import type { Kernel } from '../../src/kernel/kernel.ts'
import { platformKernel } from '../../src/kernel/platform-kernel.ts'
import type { Disk } from '../../src/ports/disk.ts'
import { type ActorSystem, createSystem } from '../../src/system/actor-system.ts'

/** One process on a disk: its journal and its system. */
export interface Life {
  readonly system: ActorSystem
  readonly journal: LogJournal
  /** Ends in order. */
  end(): Promise<void>
}

/** What a build with a fault does otherwise. */
export interface Faulty {
  readonly through?: (disk: MemoryDisk) => Disk
  readonly log?: (log: NamedLog) => NamedLog
}

/** Where a process runs. */
export interface Surroundings extends Faulty {
  readonly kernel?: Kernel
  readonly system?: (journal: LogJournal) => ActorSystem
}

const OPTIONS = { bytesMax: Number.POSITIVE_INFINITY }

export async function live(
  disk: MemoryDisk,
  { through, log: faulty, kernel = platformKernel(), system: start }: Surroundings = {},
): Promise<Life> {
  const log = await SegmentedLog.open(kernel, through?.(disk) ?? disk, OPTIONS, true)
  const journal = new LogJournal(log, async () => {}, faulty?.(log))
  const system = start?.(journal) ?? createSystem({ journal, log: false })
  const end = async (): Promise<void> => {
    await system.stop()
    await journal.close()
  }
  return { system, journal, end }
}
