import { type Damage, MemoryDisk } from '../journal/disk/memory-disk.ts'
import { JournalError } from '../journal/errors.ts'
import { SegmentedLog } from '../journal/log/segmented-log.ts'
import { type Journal, type JournalOptions, journalBound, LogJournal } from '../journal/open-journal.ts'
import { type Duration, milliseconds } from '../kernel/durations.ts'
import { onlyOptions } from '../kernel/only-options.ts'
import type { SimulatedKernel } from '../kernel/simulated-kernel.ts'
import type { Disk, DiskFile } from '../ports/disk.ts'
import type { Chooser } from './chooser.ts'
import { named } from './fault-words.ts'
import type { Recorder } from './recorder.ts'
import type { Fault, Site } from './site.ts'
import { SimulatedStoreError } from './store.ts'

/** How long a flush of a simulated disk takes. */
export interface DiskOptions {
  /** Default `['0ms', '10ms']`. */
  readonly sync?: readonly [Duration, Duration]
}

/**
 * A disk in memory under the real code of the journal: what is not flushed when its power is cut is lost, torn at 512 bytes, or there,
 * sector by sector. Faults: `diskFull` and `ioError` at a write, `slowFlush` and `storeCrash` (its power is cut) at a flush,
 * `corruptRecord` at a read.
 */
export class SimulatedDisk {
  readonly name: string
  /** Flushes that take their time. */
  underWay = 0
  readonly #kernel: SimulatedKernel
  readonly #recorder: Recorder
  readonly #chooser: Chooser
  readonly #sync: readonly [number, number]
  readonly #sites: { readonly [P in 'commit' | 'flush' | 'read']: Site<P> }
  #memory: MemoryDisk
  /** What runs on it: another after each end of its process. */
  #life: Life = newLife()

  constructor(
    kernel: SimulatedKernel,
    chooser: Chooser,
    recorder: Recorder,
    name: string,
    options: DiskOptions = {},
  ) {
    onlyOptions(options, 'disk', ['sync'])
    const { sync = ['0ms', '10ms'] } = options
    this.name = name
    this.#kernel = kernel
    this.#recorder = recorder
    this.#chooser = chooser
    this.#sync = [milliseconds(sync[0], 'disk.sync'), milliseconds(sync[1], 'disk.sync')]
    this.#memory = new MemoryDisk(name)
    this.#sites = {
      commit: chooser.site('commit', [name]),
      flush: chooser.site('flush', [name]),
      read: chooser.site('read', [name]),
    }
  }

  /** Resolves at the next end of its process: a power cut or `kill`, by the scenario or by a fault. */
  get ended(): Promise<void> {
    return this.#life.ended
  }

  /** Bytes that fit; below those that are there, nothing more does. What a journal sets aside counts. Default: no bound. */
  get capacity(): number {
    return this.#memory.capacity
  }

  set capacity(bytes: number) {
    this.#memory.capacity = bytes
  }

  /** Bytes that are taken. */
  get bytes(): number {
    return this.#memory.bytes
  }

  /** Opens the journal on it, or makes one. Rejects as `openJournal` does. */
  async openJournal(options: JournalOptions = {}): Promise<Journal> {
    const life = this.#life
    const { create, networkDisk: _, ...bounds } = journalBound(options)
    if (life.open) {
      throw new JournalError('journal-locked', `the journal on '${this.name}' is open`, {
        path: this.name,
        remedy: 'Close it, or end its process: disk.cutPower(), disk.kill()',
      })
    }
    life.open = true
    try {
      const log = await SegmentedLog.open(this.#kernel, this.#disk(life), bounds, create)
      return new LogJournal(log, async () => {
        life.open = false
      })
    } catch (error) {
      life.open = false
      throw error instanceof SimulatedStoreError ? unwritable(this.name, error) : error
    }
  }

  /** The machine loses its power. Of what was not flushed each sector is there or not. Whoever waits for a flush gets an error. */
  cutPower(): void {
    const before = this.#memory
    this.#end(`the power is cut: ${before.waiting} sectors are not flushed`)
    this.#memory = before.afterPowerCut(this.#kernel.random.stream(`disk ${this.name}`))
    this.#memory.capacity = before.capacity
  }

  /** Its process is killed. What it has written is there, flushed or not. */
  kill(): void {
    const before = this.#memory
    this.#end('kill -9')
    this.#memory = before.copy()
    this.#memory.capacity = before.capacity
  }

  /**
   * Damages what is there, and says where; undefined where it changed nothing. A journal that is opened afterwards names the damage, or
   * does not need what was damaged.
   */
  damage(kind: Damage = 'bit'): { readonly file: string; readonly at: number } | undefined {
    const done = this.#memory.damage(kind, this.#kernel.random.stream(`disk ${this.name}`))
    if (done !== undefined)
      this.#recorder.add('fault', this.name, this.name, `damage (${kind}) of ${done.file} at ${done.at}`)
    return done
  }

  #end(what: string): void {
    const { end } = this.#life
    this.#life = newLife()
    this.#recorder.add('fault', this.name, this.name, what)
    end()
  }

  /** The disk as one life sees it: after its end every call fails. */
  #disk(life: Life): Disk {
    const memory = this.#memory
    const mustLive = (): void => {
      if (life !== this.#life) throw new SimulatedStoreError('store-crashed', 'the process has ended')
    }
    return {
      path: this.name,
      list: () => memory.list(),
      open: async (name, make) => {
        mustLive()
        return this.#file(await memory.open(name, make), life, mustLive)
      },
      remove: async (name) => {
        mustLive()
        await memory.remove(name)
      },
      syncNames: async () => {
        mustLive()
        await memory.syncNames()
      },
      room: () => memory.room(),
      reserved: () => memory.reserved(),
      reserve: (bytes) => memory.reserve(bytes),
    }
  }

  #file(file: DiskFile, life: Life, mustLive: () => void): DiskFile {
    return {
      get size() {
        return file.size
      },
      write: async (at, parts) => {
        mustLive()
        const fault = this.#strike(this.#sites.commit)
        if (fault?.kind === 'diskFull') throw new SimulatedStoreError('store-full', 'no space left')
        if (fault?.kind === 'ioError') throw new SimulatedStoreError('store-io', 'an input/output error')
        await file.write(at, parts)
      },
      sync: () => this.#flush(file, mustLive),
      read: (at, length) => {
        const bytes = file.read(at, length)
        if (life === this.#life && bytes.length > 0 && this.#strike(this.#sites.read) !== undefined)
          bytes[0] = (bytes[0] as number) ^ 1
        return bytes
      },
      truncate: async (size) => {
        mustLive()
        await file.truncate(size)
      },
      close: () => file.close(),
    }
  }

  async #flush(file: DiskFile, mustLive: () => void): Promise<void> {
    mustLive()
    const [least, most] = this.#sync
    const random = this.#kernel.random.stream(`disk ${this.name}`)
    const fault = this.#strike(this.#sites.flush)
    const ms = least + random.integer(most - least + 1) + (fault?.kind === 'slowFlush' ? fault.value : 0)
    this.underWay += 1
    try {
      if (ms > 0) await new Promise<void>((resolve) => this.#kernel.timers.after(ms, resolve, undefined))
      mustLive()
      if (fault?.kind === 'storeCrash') this.cutPower()
      mustLive()
      await file.sync()
      // What a flush says after the power was cut reaches nobody.
      mustLive()
    } finally {
      this.underWay -= 1
    }
    this.#recorder.add('store', '', this.name, 'flushes')
  }

  #strike<P extends 'commit' | 'flush' | 'read'>(site: Site<P>): Fault<P> | undefined {
    const fault = this.#chooser.fault(site)
    if (fault !== undefined) {
      const what = named(fault)
      this.#recorder.struck(fault.kind, this.name, this.name, what)
    }
    return fault
  }
}

/** What the folder on a real disk would say. */
function unwritable(path: string, cause: SimulatedStoreError): JournalError {
  const code = cause.code === 'store-full' ? 'journal-full' : 'journal-unwritable'
  return new JournalError(code, `'${path}' can't be written: ${cause.code}`, {
    path,
    value: cause.code,
    remedy: 'Open it again: the fault may strike no more',
    cause,
  })
}

/** One process on a disk. */
interface Life {
  open: boolean
  readonly ended: Promise<void>
  readonly end: () => void
}

function newLife(): Life {
  let end = (): void => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  return { open: false, ended, end }
}
