import { createHash } from 'node:crypto'
import { readdir, rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Duration, milliseconds } from '../../../kernel/durations.ts'
import { InvalidArgumentError } from '../../../kernel/errors.ts'
import type { Kernel } from '../../../kernel/kernel.ts'
import { wholeNumber } from '../../../kernel/whole-number.ts'
import { InferenceError } from '../../errors.ts'
import type { Digests } from '../digests.ts'
import type { Limits } from '../limits.ts'
import { type ModelFolder, openFolder, versionsIn } from '../model-folder.ts'
import { isModelName } from '../names.ts'
import { newest, versionNotFound } from '../versions.ts'
import { cacheFolder } from './cache-folder.ts'
import { makeFolder, unwritable } from './disk.ts'
import { GanglionLayout } from './ganglion-layout.ts'
import { HttpClient } from './http-client.ts'
import { HuggingFaceLayout } from './hugging-face-layout.ts'
import type { HubLayout } from './layout.ts'
import { withLock } from './lock.ts'
import { SharedWork } from './shared-work.ts'

/** The progress of a model's download. */
export interface HubProgress {
  readonly model: string
  readonly version: string
  readonly file: string
  /** Bytes of this file so far, including those of an earlier run. */
  readonly bytes: number
  /** Its size, if the hub or the card says it. */
  readonly total?: number
}

/** Where to download models from, and how. */
export interface HubOptions {
  /** `https://models.example.org/ganglion/`; docs/models.md describes the layouts. */
  readonly baseUrl: string
  /** Default `'ganglion'`; `'hugging-face'` reads `BASE/ORG/NAME/resolve/REVISION/FILE`. */
  readonly layout?: 'ganglion' | 'hugging-face'
  /** Folder for downloads. Default: `ganglion/models` in XDG_CACHE_HOME, or in `~/.cache`. */
  readonly cache?: string
  /** Use the cache only, and never the network. */
  readonly offline?: boolean
  /** Sent only to the hub's own origin (`{ authorization: 'Bearer …' }`). */
  readonly headers?: Readonly<Record<string, string>>
  /** Default: the global `fetch`. */
  readonly fetch?: typeof fetch
  /** Attempts in a row without a new byte before it fails. Default 5. */
  readonly attempts?: number
  /** Waits between attempts; the last repeats. Default 250 ms, 500 ms, 1 s, 2 s, 4 s, with jitter. */
  readonly backoff?: readonly Duration[]
  /** Silence after which a connection counts as broken. Default 30 s. */
  readonly stallTimeout?: Duration
  /** Time for a whole model. Default 1 h. */
  readonly timeout?: Duration
  /** Most bytes of a whole model. Default 4 GiB. */
  readonly bytesMax?: number
  /** Called for every piece of a file that arrives. */
  readonly onProgress?: (progress: HubProgress) => void
  /** Called for a problem that the user should know and that stops nothing: the hub is away, a cached version is used. */
  readonly onNotice?: (text: string) => void
}

const BACKOFF: readonly Duration[] = ['250ms', '500ms', '1s', '2s', '4s']
const UNAVAILABLE = new Set(['hub-unreachable', 'hub-refused'])

/**
 * Models from a hub, through a cache folder:
 *
 *   CACHE/HOST-HASH/NAME/.1.0.0.lock      held during a download
 *                       /.1.0.0.partial/  the bytes so far; a later run continues after a crash
 *                       /1.0.0/           a complete version, moved here by one rename
 */
export class ModelHub {
  readonly #options: HubOptions
  readonly #kernel: Kernel
  readonly #digests: Digests
  readonly #layout: HubLayout
  readonly #cache: string
  readonly #timeoutMs: number
  readonly #downloads = new SharedWork<ModelFolder>()

  /** @throws InvalidArgumentError (`invalid-argument`) naming the option. */
  constructor(options: HubOptions, kernel: Kernel | undefined, digests: Digests) {
    if (kernel === undefined) throw invalid('kernel', undefined, 'Pass the kernel that the system runs on')
    const base = baseOf(options.baseUrl)
    const bytesMax = wholeNumber(options.bytesMax ?? 4 * 2 ** 30, 'hub.bytesMax')
    this.#options = options
    this.#kernel = kernel
    this.#digests = digests
    this.#timeoutMs = milliseconds(options.timeout ?? '1h', 'hub.timeout')
    const host = createHash('sha256').update(base.href).digest('hex').slice(0, 8)
    this.#cache = join(
      resolve(options.cache ?? defaultCache()),
      `${base.hostname.replace(/[^\w.-]/g, '_')}-${host}`,
    )
    const client = new HttpClient(kernel, {
      fetch: options.fetch ?? fetch,
      headers: options.headers ?? {},
      attempts: wholeNumber(options.attempts ?? 5, 'hub.attempts'),
      backoffMs: (options.backoff ?? BACKOFF).map((one, i) => milliseconds(one, `hub.backoff[${i}]`)),
      stallMs: milliseconds(options.stallTimeout ?? '30s', 'hub.stallTimeout'),
    })
    this.#layout =
      options.layout === 'hugging-face'
        ? new HuggingFaceLayout(client, base, bytesMax)
        : new GanglionLayout(client, base, bytesMax)
  }

  /** Like `ModelRepository.find`; `elsewhere` are the versions in other places. */
  async find(
    name: string,
    version: string | undefined,
    elsewhere: readonly string[],
    limits: Limits,
  ): Promise<ModelFolder> {
    const bounded = this.#bounded(limits)
    const offline = this.#options.offline === true
    const home = join(this.#cache, name)
    const cached = (await versionsIn(home)) ?? []
    const names = cached.map((one) => one.version)
    const wanted = version ?? (await this.#newest(name, names, bounded))
    const hit = cached.find((one) => one.version === wanted)
    if (hit !== undefined && (offline || (await this.#isWhole(name, wanted)))) {
      return openFolder(hit.folder, this.#digests, wanted)
    }
    if (offline) throw offlineError(name, wanted, [...elsewhere, ...names])
    return this.#downloads.run(`${name} ${wanted}`, this.#kernel, bounded, (own) =>
      this.#download(name, wanted, elsewhere, own),
    )
  }

  /** The folders of downloaded models. */
  async cached(): Promise<{ name: string; folder: string }[]> {
    const found: { name: string; folder: string }[] = []
    for (const name of await foldersIn(this.#cache)) {
      const folder = join(this.#cache, name)
      if (((await versionsIn(folder)) ?? []).length > 0) found.push({ name, folder })
      else
        for (const one of await foldersIn(folder))
          found.push({ name: `${name}/${one}`, folder: join(folder, one) })
    }
    return found
  }

  #bounded(limits: Limits): Limits {
    const own = this.#kernel.clock.monotonic() + this.#timeoutMs
    return { ...limits, deadline: Math.min(own, limits.deadline ?? own) }
  }

  async #newest(name: string, cached: readonly string[], limits: Limits): Promise<string> {
    const kept = newest(cached)
    if (this.#options.offline === true) {
      if (kept === undefined) throw offlineError(name, undefined, cached)
      return kept
    }
    try {
      const found = newest((await this.#layout.versions(name, limits)) ?? [])
      if (found !== undefined) return found
    } catch (error) {
      const away = error instanceof InferenceError && UNAVAILABLE.has(error.code)
      if (!away || kept === undefined) throw error
      this.#options.onNotice?.(`${error.message} Using version ${kept} of '${name}' from the cache.`)
    }
    if (kept === undefined) throw this.#unknown(name)
    return kept
  }

  async #download(
    name: string,
    version: string,
    elsewhere: readonly string[],
    limits: Limits,
  ): Promise<ModelFolder> {
    const home = join(this.#cache, name)
    const folder = join(home, version)
    await makeFolder(home)
    await withLock(join(home, `.${version}.lock`), this.#kernel, limits, async () => {
      // The previous holder of the lock may have downloaded the same version.
      if (await this.#isWhole(name, version)) return
      await rm(folder, { recursive: true, force: true })
      const partial = join(home, `.${version}.partial`)
      await makeFolder(partial)
      const onBytes = (file: string, bytes: number, total: number | undefined): void =>
        this.#options.onProgress?.({
          model: name,
          version,
          file,
          bytes,
          ...(total === undefined ? {} : { total }),
        })
      if (!(await this.#layout.fetch({ name, version, folder: partial, limits, onBytes }))) {
        await rm(partial, { recursive: true, force: true })
        const versions = await this.#layout.versions(name, limits)
        throw versions === undefined && elsewhere.length === 0
          ? this.#unknown(name)
          : versionNotFound(name, version, [...elsewhere, ...(versions ?? [])])
      }
      await rename(partial, folder).catch((error: unknown) => {
        throw unwritable(folder, error)
      })
    })
    return openFolder(folder, this.#digests, version)
  }

  /** Whether a version is in the cache and matches its card. A damaged one is downloaded again. */
  async #isWhole(name: string, version: string): Promise<boolean> {
    const folder = join(this.#cache, name, version)
    if (((await versionsIn(folder)) ?? []).length === 0) return false
    try {
      await openFolder(folder, this.#digests, version)
      return true
    } catch (error) {
      if (!(error instanceof InferenceError) || error.code !== 'model-damaged') throw error
      this.#options.onNotice?.(`${error.message} It is downloaded again.`)
      return false
    }
  }

  #unknown(name: string): InferenceError {
    return new InferenceError('model-not-found', `${this.#options.baseUrl} has no model '${name}'`, {
      path: 'model',
      value: name,
      remedy: `Check the name and hub.baseUrl, or install it with 'npm install ganglion-model-${name}'`,
    })
  }
}

function defaultCache(): string {
  return join(cacheFolder(), 'ganglion', 'models')
}

function baseOf(baseUrl: string): URL {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw invalid('hub.baseUrl', baseUrl, "Use an address such as 'https://models.example.org/'")
  }
  url.search = ''
  url.hash = ''
  if (!url.pathname.endsWith('/')) url.pathname += '/'
  return url
}

function invalid(path: string, value: unknown, remedy: string): InvalidArgumentError {
  return new InvalidArgumentError(`${path} is ${String(value)}`, { path, value, remedy })
}

function offlineError(
  name: string,
  version: string | undefined,
  existing: readonly string[],
): InferenceError {
  const what = version === undefined ? `the model '${name}'` : `version '${version}' of the model '${name}'`
  const kept = existing.length === 0 ? '' : ` (there is ${existing.join(', ')})`
  return new InferenceError('hub-offline', `${what} is not in the cache${kept}, and hub.offline is set`, {
    path: 'hub.offline',
    value: version ?? name,
    remedy: 'Ask for it once with hub.offline false, or install the model package',
  })
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  return entries.filter((one) => one.isDirectory() && isModelName(one.name)).map((one) => one.name)
}
