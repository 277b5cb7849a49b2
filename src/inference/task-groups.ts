import type { ModelTask } from '../ports/inference.ts'
import type { BatchRequest } from './batch.ts'
import type { BatchSizes, LearnedSize } from './batching/batch-sizes.ts'
import type { TaskGroup } from './batching/row.ts'
import type { ModelFolder, ModelRepository } from './repository/model-repository.ts'

type AnyTask = ModelTask<never, unknown>

/**
 * Which model version a task's rows take now. A swap puts another group in a task's place: rows that have come stay
 * with the old one, and when its last row has ended the old version is unloaded everywhere.
 */
export class TaskGroups {
  readonly #repository: ModelRepository
  readonly #newSizes: () => BatchSizes
  /** Told when the last row of a version that is no longer current has ended. */
  readonly #unload: (group: TaskGroup) => void
  readonly #current = new Map<string, Promise<TaskGroup>>()
  /** Current groups by task object: the usual way in costs no key. */
  readonly #byTask = new WeakMap<AnyTask, TaskGroup>()
  readonly #latest = new Map<string, TaskGroup>()
  #made = 0

  constructor(repository: ModelRepository, newSizes: () => BatchSizes, unload: (group: TaskGroup) => void) {
    this.#repository = repository
    this.#newSizes = newSizes
    this.#unload = unload
  }

  /** The group if it is known already. */
  known(task: AnyTask): TaskGroup | undefined {
    const group = this.#byTask.get(task)
    return group === undefined || group.retired ? undefined : group
  }

  /** @throws InferenceError (`model-not-found`, `model-damaged`, `model-unsupported`) */
  async of(task: AnyTask): Promise<TaskGroup> {
    const known = this.known(task)
    if (known !== undefined) return known
    const key = keyOf(task)
    let finding = this.#current.get(key)
    if (finding === undefined) {
      finding = this.#repository.find(task.model).then((model) => this.#make(task, model))
      this.#current.set(key, finding)
      finding.catch(() => this.#current.delete(key))
    }
    const group = await finding
    this.#byTask.set(task, group)
    return group
  }

  /** A model that does not load is looked up anew next time: its files may have been mended. */
  forget(group: TaskGroup): void {
    group.retired = true
    for (const [key, finding] of this.#current) {
      void finding.then(
        (one) => one === group && this.#current.delete(key),
        () => undefined,
      )
    }
  }

  /** Batch sizes learned so far, by task and model. */
  sizes(): Record<string, LearnedSize[]> {
    return Object.fromEntries(
      [...this.#latest.values()].map((group) => [nameOf(group), group.sizes.learned()]),
    )
  }

  /** What a fresh worker loads: every group in use. */
  async all(): Promise<TaskGroup[]> {
    const groups = await Promise.all(
      [...this.#current.values()].map((finding) => finding.catch(() => undefined)),
    )
    return groups.filter((group) => group !== undefined)
  }

  /**
   * Replaces the version that new rows of a model take, in every task that names no version of its own. `load` loads
   * a new group everywhere before any row takes it; the old ones drain.
   */
  async swap(
    model: string,
    version: string | undefined,
    load: (group: TaskGroup) => Promise<void>,
  ): Promise<ModelFolder> {
    const folder = await this.#repository.find(model)
    for (const [key, finding] of [...this.#current]) {
      const task = JSON.parse(key) as {
        model: string
        version?: string
        kind: string
        options: TaskGroup['options']
      }
      if (task.model !== model || task.version !== undefined) continue
      const old = await finding.catch(() => undefined)
      if (old?.model.sha256 === folder.sha256 && old.model.folder === folder.folder) continue
      const fresh = this.#make(task, folder)
      await load(fresh)
      this.#current.set(key, Promise.resolve(fresh))
      if (old === undefined) continue
      old.retired = true
      this.ended(old, 0)
    }
    return folder
  }

  /** So many rows of a group have ended. */
  ended(group: TaskGroup, rows: number): void {
    group.open -= rows
    if (group.retired && group.open === 0) void this.#unloadUnused(group)
  }

  /** Another task may use the same version still: its sessions are its own, but a kind is unloaded as a whole. */
  async #unloadUnused(group: TaskGroup): Promise<void> {
    const inUse = (await this.all()).some(
      ({ model }) => model.folder === group.model.folder && model.sha256 === group.model.sha256,
    )
    if (!inUse) this.#unload(group)
  }

  #make(task: Pick<AnyTask, 'kind' | 'options'>, model: ModelFolder): TaskGroup {
    this.#made += 1
    const group: TaskGroup = {
      key: String(this.#made),
      kind: task.kind,
      options: task.options,
      model,
      sizes: this.#newSizes(),
      open: 0,
      retired: false,
    }
    this.#latest.set(nameOf(group), group)
    return group
  }
}

/** A request that only loads a group's model in a worker. */
export function loading(group: TaskGroup): BatchRequest {
  return { group: group.key, model: group.model, kind: group.kind, options: group.options, rows: [] }
}

function keyOf({ model, version, kind, options }: AnyTask): string {
  return JSON.stringify({ model, version, kind, options })
}

function nameOf({ kind, model }: TaskGroup): string {
  return `${kind} ${model.card.name}`
}
