import { readdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import { demand } from '../../kernel/demand.ts'
import type { Kernel } from '../../kernel/kernel.ts'
import { onlyOptions } from '../../kernel/only-options.ts'
import { InferenceError } from '../errors.ts'
import { Digests } from './digests.ts'
import type { HubOptions, ModelHub } from './hub/model-hub.ts'
import { foldersOf } from './installed.ts'
import type { Limits } from './limits.ts'
import type { ModelCard } from './model-card.ts'
import { cardIn, type ModelFolder, openFolder, type VersionFolder, versionsIn } from './model-folder.ts'
import { ModelStore } from './model-store.ts'
import { checkVersionName, isModelName } from './names.ts'
import { compareVersions, newest, versionNotFound } from './versions.ts'

export type { ModelFolder } from './model-folder.ts'

/** Where models come from besides folders and packages, and a callback for versions that are no longer used. */
export interface RepositoryOptions {
  /** Needed for a hub: waits, deadlines and randomness. */
  readonly kernel?: Kernel
  /** Asked for models that are in no folder and no package. */
  readonly hub?: HubOptions
  /** Called when a retired version has finished its last row: its sessions may be released. */
  readonly onUnload?: (model: ModelFolder) => void
}

/** A version in `list`. One with a bad card has the error instead. */
export interface ListedModel {
  readonly name: string
  readonly version: string
  readonly folder: string
  readonly card?: ModelCard
  readonly error?: unknown
}

/**
 * Finds models by name: first in the given folders, then as an installed package `ganglion-model-NAME` (ours or the
 * program's), then as a path to a folder, then in the hub's cache and the hub.
 *
 * A model's folder is one version, or holds versions: `NAME/model.json`, or `NAME/1.0.0/model.json`, `NAME/1.1.0/…`.
 */
export class ModelRepository {
  readonly #folders: readonly string[]
  readonly #options: RepositoryOptions
  readonly #digests = new Digests()
  /** Which version new rows of a model use, and how many rows each version still has. */
  readonly store: ModelStore
  #hub: Promise<ModelHub> | undefined

  constructor(folders: readonly string[] = [], options: RepositoryOptions = {}) {
    demand(
      folders,
      'ModelRepository.folders',
      'a list of folders',
      (given) => Array.isArray(given) && given.every((folder) => typeof folder === 'string'),
    )
    onlyOptions(options, 'ModelRepository', ['kernel', 'hub', 'onUnload'])
    this.#folders = folders
    this.#options = options
    this.store = new ModelStore(options.onUnload ?? (() => {}))
  }

  /**
   * A checked version of a model: the named one, wherever it is, or the newest (by semver precedence) in the first place that
   * has the model. Files unchanged since an earlier find are not read again.
   *
   * Rejects with InferenceError: `model-not-found`, `version-not-found`, `model-damaged`, `model-unsupported`,
   * `bad-input` (an invalid name); with a hub also `hub-unreachable`, `hub-refused`, `hub-offline`,
   * `cache-unwritable`, `model-too-large`, `deadline`, `cancelled`; with InvalidArgumentError (`invalid-argument`) for
   * invalid hub options.
   */
  async find(model: string, version?: string, limits: Limits = {}): Promise<ModelFolder> {
    demand(model, 'model', 'the name or the folder of a model', isText)
    if (version !== undefined) checkVersionName(demand(version, 'version', 'a version', isText))
    onlyOptions(limits, 'find', ['signal', 'deadline'])
    const seen: string[] = []
    let hollow: string | undefined
    for (const folder of this.#candidates(model)) {
      const versions = await versionsIn(folder)
      if (versions?.length === 0) hollow ??= folder
      const chosen = choose(versions ?? [], version)
      if (chosen !== undefined) return openFolder(chosen.folder, this.#digests, chosen.version)
      for (const one of versions ?? []) seen.push(one.version)
    }
    if (this.#options.hub !== undefined && isModelName(model)) {
      const hub = await this.#openHub(this.#options.hub)
      return hub.find(model, version, seen, limits)
    }
    if (seen.length > 0 && version !== undefined) throw versionNotFound(model, version, seen)
    if (hollow !== undefined) return openFolder(hollow, this.#digests)
    throw new InferenceError('model-not-found', `there is no model '${model}'`, {
      path: 'model',
      value: model,
      remedy: `Install it with 'npm install ganglion-model-${basename(model)}', or use the folder that holds model.onnx and tokenizer.json (--model DIR), or a hub that has it (--hub URL)`,
    })
  }

  /**
   * Every version of every model in the given folders, in packages and in the hub's cache, by name, the newest first.
   * Reads cards only: it hashes and downloads nothing.
   */
  async list(): Promise<readonly ListedModel[]> {
    const places: { name: string; folder: string }[] = []
    for (const folder of this.#folders) {
      for (const name of await namesIn(folder)) places.push({ name, folder: resolve(folder, name) })
    }
    places.push(...(await foldersOf(import.meta.url)), ...(await foldersOf(ownPackage())))
    if (this.#options.hub !== undefined)
      places.push(...(await (await this.#openHub(this.#options.hub)).cached()))
    const listed = new Map<string, ListedModel>()
    for (const { name, folder } of places) {
      for (const version of (await versionsIn(folder)) ?? []) {
        const key = JSON.stringify([name, version.version])
        if (!listed.has(key)) listed.set(key, await describe(name, version))
      }
    }
    return [...listed.values()].sort((a, b) =>
      a.name === b.name ? compareVersions(b.version, a.version) : a.name < b.name ? -1 : 1,
    )
  }

  /** The version that new rows of a model use. Undefined before the first `use`. */
  current(model: string): ModelFolder | undefined {
    return this.store.current(model)
  }

  /**
   * Finds a version and makes new rows use it. The former version is drained: `onUnload` is called when its last row has been
   * released. If the version can't be found or is damaged, the former stays.
   *
   * Rejects like `find`.
   */
  async use(model: string, version?: string, limits: Limits = {}): Promise<ModelFolder> {
    const folder = await this.find(model, version, limits)
    this.store.use(model, folder)
    return folder
  }

  /** The hub's code loads with the first model that needs it. */
  #openHub(options: HubOptions): Promise<ModelHub> {
    this.#hub ??= import('./hub/model-hub.ts').then(
      ({ ModelHub: Hub }) => new Hub(options, this.#options.kernel, this.#digests),
    )
    return this.#hub
  }

  #candidates(model: string): string[] {
    const isPath = isAbsolute(model) || model.startsWith('.') || model.includes('/') || model.includes('\\')
    if (isPath) {
      const inFolders = isModelName(model) ? this.#folders.map((folder) => resolve(folder, model)) : []
      return [...inFolders, resolve(model)]
    }
    const installed = [import.meta.url, ownPackage()].flatMap((from) => {
      try {
        return [dirname(createRequire(from).resolve(`ganglion-model-${model}/package.json`))]
      } catch {
        return []
      }
    })
    return [...this.#folders.map((folder) => resolve(folder, model)), ...installed, resolve(model)]
  }
}

function isText(given: string): boolean {
  return typeof given === 'string'
}

function ownPackage(): string {
  return join(process.cwd(), 'package.json')
}

function choose(versions: readonly VersionFolder[], version: string | undefined): VersionFolder | undefined {
  const wanted = version ?? newest(versions.map((one) => one.version))
  return versions.find((one) => one.version === wanted)
}

async function namesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  return entries.map(({ name }) => name).filter(isModelName)
}

async function describe(name: string, { folder, version }: VersionFolder): Promise<ListedModel> {
  try {
    return { name, version, folder, card: await cardIn(folder, version) }
  } catch (error) {
    return { name, version, folder, error }
  }
}
