import { InvalidArgumentError } from '../../kernel/errors.ts'
import { InferenceError } from '../errors.ts'
import type { ModelFolder } from './model-folder.ts'

/** `current`: new rows use it. `pinned`: only rows that name it. `draining`: it finishes its rows, then goes. */
export type UseState = 'current' | 'pinned' | 'draining'

/** A version in use, and how many rows hold it. There is one object per version, so rows cost no memory here. */
export interface ModelInUse {
  readonly name: string
  readonly model: ModelFolder
  readonly state: UseState
  readonly rows: number
}

/** Most versions of one model in memory. More means that swaps come faster than rows finish. */
const VERSIONS_MAX = 8

class Held implements ModelInUse {
  readonly name: string
  readonly model: ModelFolder
  state: UseState
  rows = 0
  /** Rows name it: it stays when another version becomes current. */
  named = false
  /** False once it was unloaded. */
  open = true

  constructor(name: string, model: ModelFolder, state: UseState) {
    this.name = name
    this.model = model
    this.state = state
  }
}

/**
 * Which versions of which models are in use, by reference count: a hot swap without a failed row.
 *
 *   use(v1)   use(v2)                         last row of v1 released
 *   v1 current ─▶ v1 draining, v2 current ──▶ v1 unloaded (onUnload)
 *                 acquire() returns v2
 *
 * Nothing here waits or touches a file. Callers `acquire` when rows are queued and `release` when they are done, whatever
 * the result.
 */
export class ModelStore {
  readonly #models = new Map<string, Held[]>()
  readonly #onUnload: (model: ModelFolder) => void

  constructor(onUnload: (model: ModelFolder) => void) {
    this.#onUnload = onUnload
  }

  /** The version that new rows of this model use. */
  current(name: string): ModelFolder | undefined {
    return this.#held(name, undefined)?.model
  }

  /**
   * Makes new rows use this version, and drains the former. If it is already current nothing changes; a pinned or draining
   * version becomes current again.
   *
   * @throws InferenceError (`queue-full`) when too many former versions still have rows.
   */
  use(name: string, model: ModelFolder): void {
    const former = this.#held(name, undefined)
    const next = this.#find(name, model) ?? this.#add(name, model, 'current')
    next.state = 'current'
    if (former === undefined || former === next) return
    former.state = former.named ? 'pinned' : 'draining'
    this.#unloadIfDone(former)
  }

  /**
   * Counts one row on a version that is loaded before `use`, so that it can't be unloaded meanwhile. Release it afterwards; then
   * a version that was never used is unloaded.
   *
   * @throws InferenceError (`queue-full`) like `use`.
   */
  hold(name: string, model: ModelFolder): ModelInUse {
    const held = this.#find(name, model) ?? this.#add(name, model, 'draining')
    held.rows += 1
    return held
  }

  /**
   * Keeps a version for rows that name it, beside the current one, until `drop`. Returns the store's object for the version,
   * which may already exist.
   *
   * @throws InferenceError (`queue-full`) like `use`.
   */
  pin(name: string, model: ModelFolder): ModelFolder {
    const held = this.#find(name, model) ?? this.#add(name, model, 'pinned')
    held.named = true
    if (held.state === 'draining') held.state = 'pinned'
    return held.model
  }

  /**
   * Drops a version once its rows are done, current or not; false if there is none. If several share a version name (files were
   * fixed in place), the folder selects one.
   */
  drop(name: string, version: string | ModelFolder): boolean {
    const held = typeof version === 'string' ? this.#held(name, version) : this.#find(name, version)
    if (held === undefined) return false
    held.named = false
    held.state = 'draining'
    this.#unloadIfDone(held)
    return true
  }

  /** Counts rows about to run on the current version, or on the named one. Undefined if it is not in use. */
  acquire(name: string, version?: string, rows = 1): ModelInUse | undefined {
    const held = this.#held(name, version)
    if (held !== undefined) held.rows += rows
    return held
  }

  /**
   * Counts finished rows. With its last row a draining version is unloaded.
   *
   * @throws InvalidArgumentError (`invalid-argument`) for more rows than were acquired: a caller released twice.
   */
  release(use: ModelInUse, rows = 1): void {
    const held = use as Held
    if (rows > held.rows) {
      throw new InvalidArgumentError(`${rows} rows are released, but only ${held.rows} are held`, {
        path: 'rows',
        value: rows,
        remedy: 'Release each acquired row once',
      })
    }
    held.rows -= rows
    this.#unloadIfDone(held)
  }

  /** Every version in memory. */
  inUse(): readonly ModelInUse[] {
    return [...this.#models.values()].flat()
  }

  #held(name: string, version: string | undefined): Held | undefined {
    const list = this.#models.get(name)
    if (list === undefined) return undefined
    for (const one of list) {
      if (version === undefined ? one.state === 'current' : serves(one, version)) return one
    }
    return undefined
  }

  #find(name: string, model: ModelFolder): Held | undefined {
    const { folder, sha256, card } = model
    return this.#models
      .get(name)
      ?.find(
        (one) =>
          one.model.folder === folder &&
          one.model.sha256 === sha256 &&
          one.model.card.version === card.version,
      )
  }

  #add(name: string, model: ModelFolder, state: UseState): Held {
    const list = this.#models.get(name) ?? []
    if (list.length >= VERSIONS_MAX) {
      throw new InferenceError('queue-full', `${list.length} versions of '${name}' are in memory`, {
        path: name,
        value: model.card.version,
        remedy: 'Wait until rows of former versions are done, or drop a pinned version',
      })
    }
    const held = new Held(name, model, state)
    list.push(held)
    this.#models.set(name, list)
    return held
  }

  #unloadIfDone(held: Held): void {
    if (held.state !== 'draining' || held.rows > 0 || !held.open) return
    held.open = false
    const rest = (this.#models.get(held.name) ?? []).filter((one) => one !== held)
    if (rest.length === 0) this.#models.delete(held.name)
    else this.#models.set(held.name, rest)
    this.#onUnload(held.model)
  }
}

function serves(held: Held, version: string): boolean {
  return held.state !== 'draining' && held.model.card.version === version
}
