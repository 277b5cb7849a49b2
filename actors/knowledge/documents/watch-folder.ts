import { realpathSync, type Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, relative, resolve, sep } from 'node:path'
import { type FSWatcher, watch } from 'chokidar'
import type { Kernel, Timer } from '../../../src/kernel/kernel.ts'
import { DocumentsError } from './errors.ts'
import { codeOf } from './walk.ts'

/** An editor saves a file in several steps, and a checkout changes many files: each counts as one change. */
const QUIET_MS = 200
/** A file that is written to all the time leaves no such pause: its changes count anyway. */
const UNTOLD_MS_MAX = 2_000
/** How often the folder itself is looked at: one that took its place tells nobody. */
const LOOK_MS = 1_000

/** A watched folder. */
export interface Watch {
  /** From now on calls `changed` for what has changed since the watch began. */
  tell(changed: () => void): void
  close(): Promise<void>
}

/**
 * Watches for files below a folder (or the file `path` itself) that are added, changed or removed, and for another folder in its
 * place: one that was made again, or that a link leads to now. Changes within 0.2 s of each other are told once. Resolves once it
 * watches.
 *
 * @throws DocumentsError (`docs-unwatchable`), such as for too few inotify watches
 */
export async function watchFolder(path: string, kernel: Kernel): Promise<Watch> {
  const watching = new FolderWatch(path, kernel)
  try {
    await watching.begin()
  } catch (cause) {
    await watching.close()
    throw new DocumentsError(
      'docs-unwatchable',
      `changes in ${path} can't be watched (${codeOf(cause)})`,
      path,
      'Raise fs.inotify.max_user_watches and max_user_instances, or leave out `watch` and call refresh()',
      cause,
    )
  }
  return watching
}

class FolderWatch implements Watch {
  readonly #path: string
  readonly #kernel: Kernel
  #watcher: FSWatcher | undefined
  /** Which folder is watched; absent while there is none. */
  #identity: string | undefined
  #changed: (() => void) | undefined
  /** Monotonic milliseconds of the first change that was not told. */
  #untoldSince: number | undefined
  #quiet: Timer | undefined
  #look: Timer | undefined
  #closed = false

  constructor(path: string, kernel: Kernel) {
    this.#path = path
    this.#kernel = kernel
  }

  tell(changed: () => void): void {
    this.#changed = changed
    if (this.#untoldSince !== undefined) this.#seen()
  }

  /** Rejects with the system's error. */
  async begin(): Promise<void> {
    await this.#begin(await identityOf(this.#path))
    this.#lookLater()
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#quiet?.cancel()
    this.#look?.cancel()
    await this.#watcher?.close()
  }

  async #begin(identity: string | undefined): Promise<void> {
    await this.#watcher?.close()
    const circles = new Circles(this.#path)
    const watcher = watch(this.#path, {
      ignoreInitial: true,
      // What `walk` leaves out, but for the rules by which it does; the folder itself may have any name.
      ignored: (one, stats) =>
        !this.#isItself(one) &&
        (/^(?:\.(?!gitignore$).*|node_modules)$/u.test(basename(one)) || circles.has(one, stats)),
    })
    this.#watcher = watcher
    await new Promise<void>((resolve, reject) => {
      watcher.once('ready', resolve)
      watcher.once('error', reject)
    })
    watcher.on('all', (event, path) => {
      // Its successor may look the same: inodes are used again.
      if (this.#isItself(path) && (event === 'unlink' || event === 'unlinkDir')) this.#identity = undefined
      this.#seen()
    })
    // If a folder disappears while it is watched, the next reading reports it.
    watcher.on('error', () => this.#seen())
    this.#identity = identity
    if (this.#closed) await watcher.close()
  }

  #isItself(path: string): boolean {
    return resolve(path) === resolve(this.#path)
  }

  readonly #seen = (): void => {
    if (this.#closed) return
    const now = this.#kernel.clock.monotonic()
    this.#untoldSince ??= now
    if (this.#changed === undefined) return
    this.#quiet?.cancel()
    const longest = Math.max(0, this.#untoldSince + UNTOLD_MS_MAX - now)
    this.#quiet = this.#kernel.timers.after(Math.min(QUIET_MS, longest), this.#tell, undefined)
  }

  readonly #tell = (): void => {
    this.#untoldSince = undefined
    this.#changed?.()
  }

  #lookLater(): void {
    if (!this.#closed) this.#look = this.#kernel.timers.after(LOOK_MS, this.#lookNow, undefined)
  }

  readonly #lookNow = (): void => {
    // A folder that can't be watched yet is tried again.
    void this.#follow()
      .catch(() => {})
      .finally(() => this.#lookLater())
  }

  /** Watches what stands at the path now, if it is not what stood there. */
  async #follow(): Promise<void> {
    const known = this.#identity
    const found = await identityOf(this.#path)
    if (found === known || this.#closed) return
    this.#identity = undefined
    this.#seen()
    if (found !== undefined) await this.#begin(found)
    // Also what has changed until it was watched.
    this.#seen()
  }
}

async function identityOf(path: string): Promise<string | undefined> {
  try {
    const { dev, ino, birthtimeNs } = await stat(path, { bigint: true })
    return `${dev}:${ino}:${birthtimeNs}`
  } catch {
    return undefined
  }
}

/** Folders that links lead to again: watched under another name already. Two links up have a path for each number. */
class Circles {
  readonly #path: string
  readonly #real: string | undefined
  /** Folders elsewhere that links lead to, with the name that each was first found by. */
  readonly #found = new Map<string, string>()

  constructor(path: string) {
    this.#path = resolve(path)
    this.#real = realOf(path)
  }

  has(path: string, stats: Stats | undefined): boolean {
    if (this.#real === undefined || stats?.isDirectory() !== true) return false
    const own = resolve(path)
    const real = realOf(own)
    if (real === undefined || real === resolve(this.#real, relative(this.#path, own))) return false
    if (real === this.#real || real.startsWith(this.#real + sep)) return true
    const first = this.#found.get(real) ?? own
    this.#found.set(real, first)
    return first !== own
  }
}

/** Where a name leads; `undefined` where it leads nowhere. */
function realOf(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}
