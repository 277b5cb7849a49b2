import { resolve } from 'node:path'
import { demand, flag } from '../kernel/demand.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { onlyOptions } from '../kernel/only-options.ts'
import { platformKernel } from '../kernel/platform-kernel.ts'
import { wholeNumber } from '../kernel/whole-number.ts'
import type { DurableHome } from '../ports/durable-home.ts'
import type { LogFigures } from '../ports/log.ts'
import type { Store } from '../ports/store.ts'
import type { Runtime } from '../system/dispatch/runtime.ts'
import { ActorsHome, type NamedLog } from './actor/home.ts'
import { isActorsSpace } from './actor/spaces.ts'
import { madeFolder, removeEmpty } from './disk/folders.ts'
import { isFull } from './disk/full.ts'
import { mustBeLocal } from './disk/network-disk.ts'
import { NodeDisk } from './disk/node-disk.ts'
import { told } from './file-errors.ts'
import { FolderLock, hasForeignLock } from './lock.ts'
import { isName, NAME } from './log/change.ts'
import { mustBeUsable } from './log/first-block.ts'
import type { RecoveryReport } from './log/recovery.ts'
import { SegmentedLog, type SegmentedLogOptions } from './log/segmented-log.ts'
import { LogStore } from './log-store.ts'

/** How a journal is opened. */
export interface JournalOptions {
  /** Whether a missing or empty folder becomes a journal. Default true; false: it is refused with `journal-missing`. */
  readonly create?: boolean
  /** Beyond this many bytes that are still needed, more are refused with `journal-full`. Default: no bound but the disk. */
  readonly bytesMax?: number
  /**
   * Bytes of the disk that are set aside, so that what was accepted can end when the disk is full. Default 8 MiB; 0: none.
   */
  readonly reserveBytes?: number
  /** Whether the folder may be on a disk of another machine (NFS, SMB, …). Default false: refused with `journal-network`. */
  readonly networkDisk?: boolean
}

const RESERVE_BYTES = 8 * 2 ** 20
const OPTIONS = [
  'create',
  'bytesMax',
  'reserveBytes',
  'networkDisk',
] as const satisfies readonly (keyof JournalOptions)[]

/** State in a folder of this machine. What was flushed survives the process and a power cut. */
export interface Journal extends DurableHome, AsyncDisposable {
  /** The folder, absolute. */
  readonly path: string
  /** What was found when it was opened. */
  readonly report: RecoveryReport
  /**
   * A store in it; another name gives another store. Names under which the actors are kept are refused: `states`, `dead-letters`, and what
   * begins with `timers/`, `events/` or `keys/`. Closing a store does not close the journal.
   */
  store(name?: string): Store
  figures(): LogFigures
  /** Releases the disk space of whatever is no longer needed. It also happens by itself as the journal is written. */
  compact(): Promise<void>
  /** Flushes, and lets other processes open the folder. */
  close(): Promise<void>
}

/**
 * Opens the journal in a folder, and makes it there if the folder is missing or empty. One process at a time has it open.
 *
 * Rejects with JournalError: `journal-missing`, `journal-foreign` (the folder holds other files), `journal-version`,
 * `journal-damaged`, `journal-locked` (another process has it open), `journal-full` (the disk has no room to open it),
 * `journal-network`, `journal-unwritable`. The folder is then as it was.
 */
export async function openJournal(folder: string, options: JournalOptions = {}): Promise<Journal> {
  demand(folder, 'folder', 'a path', (given) =>
    typeof given === 'string' ? given !== '' && !given.includes('\0') : false,
  )
  const { create, networkDisk, ...bounds } = journalBound(options)
  const { log, release } = await openLog(resolve(folder), bounds, create, networkDisk)
  return new LogJournal(log, release)
}

/** The options, checked and with defaults filled in. @throws InvalidArgumentError (`invalid-argument`) */
export function journalBound(options: JournalOptions): Required<JournalOptions> {
  onlyOptions(options, 'openJournal', OPTIONS)
  const { bytesMax, reserveBytes = RESERVE_BYTES } = options
  const create = flag(options.create, 'create', true)
  const networkDisk = flag(options.networkDisk, 'networkDisk')
  const most = bytesMax === undefined ? Number.POSITIVE_INFINITY : wholeNumber(bytesMax, 'bytesMax', 1)
  return { create, networkDisk, bytesMax: most, reserveBytes: wholeNumber(reserveBytes, 'reserveBytes', 0) }
}

/** The log of a folder that no other process may open now. Rejects as `openJournal` does. */
export async function openLog(
  path: string,
  bounds: SegmentedLogOptions,
  create: boolean,
  networkDisk = true,
): Promise<{ readonly log: SegmentedLog; release(): Promise<void> }> {
  const made = create ? await told(path, () => madeFolder(path)) : undefined
  try {
    return await told(path, async () => {
      if (!networkDisk) await mustBeLocal(path)
      return lockedLog(new NodeDisk(path), bounds, create)
    })
  } catch (error) {
    await removeEmpty(path, made)
    throw error
  }
}

async function lockedLog(
  disk: NodeDisk,
  bounds: SegmentedLogOptions,
  create: boolean,
): Promise<{ readonly log: SegmentedLog; release(): Promise<void> }> {
  const kernel = platformKernel()
  await mustBeUsable(disk, await disk.list(), create, await hasForeignLock(disk.path))
  const lock = await lockOf(disk, kernel)
  try {
    const log = await SegmentedLog.open(kernel, disk, bounds, create)
    return { log, release: () => lock.release() }
  } catch (error) {
    await lock.release()
    throw error
  }
}

/** On a full disk the lock itself finds its room in what was set aside. */
async function lockOf(disk: NodeDisk, kernel: Kernel): Promise<FolderLock> {
  try {
    return await FolderLock.take(disk.path, kernel)
  } catch (error) {
    if (!isFull(error) || (await disk.reserved()) === 0) throw error
    await disk.reserve(0)
    return FolderLock.take(disk.path, kernel)
  }
}

/** A journal on a log, wherever its disk is. */
export class LogJournal implements Journal {
  readonly #log: SegmentedLog
  readonly #home: ActorsHome
  readonly #release: () => Promise<void>
  #closing: Promise<void> | undefined

  /** `actors` is what its actors see of the log. */
  constructor(log: SegmentedLog, release: () => Promise<void>, actors: NamedLog = log) {
    this.#log = log
    this.#home = new ActorsHome(actors)
    this.#release = release
  }

  '~attach'(runtime: object): object {
    return this.#home.attach(runtime as Runtime)
  }

  get path(): string {
    return this.#log.path
  }

  get report(): RecoveryReport {
    return this.#log.report
  }

  store(name = 'store'): Store {
    demand(name, 'name', NAME, isName)
    demand(
      name,
      'name',
      'a name other than those under which the actors are kept',
      (given) => !isActorsSpace(given),
    )
    return new LogStore(this.#log, name)
  }

  figures(): LogFigures {
    return this.#log.figures()
  }

  compact(): Promise<void> {
    return this.#log.compact()
  }

  close(): Promise<void> {
    this.#closing ??= this.#log.close().finally(this.#release)
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
