import { demand } from '../../kernel/demand.ts'
import type { ModelTask } from '../../ports/inference.ts'
import { InferenceError } from '../errors.ts'
import { optionsKey } from '../options-key.ts'
import type { Limits } from '../repository/limits.ts'
import type { ModelFolder, ModelRepository } from '../repository/model-repository.ts'
import type { ModelInUse } from '../repository/model-store.ts'
import type { BatchRequest, TaskOptions } from '../wire.ts'
import type { BatchSizes, LearnedSize } from './batch-sizes.ts'

type AnyTask = Pick<ModelTask<never, unknown>, 'kind' | 'model' | 'version' | 'options'>

/** Most tasks, and tasks on versions, remembered for preloading and for their batch sizes. */
const TASKS_MAX = 256

/** Rows of one model version, one task and one set of options; they may share a batch. */
export interface TaskGroup {
  readonly key: string
  readonly kind: string
  readonly options: TaskOptions
  readonly model: ModelFolder
  readonly sizes: BatchSizes
  readonly task: AnyTask
  /** Rows waiting or running, and the counter of their version. */
  open: number
  held: ModelInUse | undefined
}

/**
 * Which model version a task's rows use now, with one group per task and version. The repository's store counts the rows of
 * every version. After a swap, earlier rows stay with the old version, and its last row unloads it.
 */
export class TaskGroups {
  readonly #repository: ModelRepository
  readonly #newSizes: () => BatchSizes
  readonly #limits: Limits
  /** Groups by task, the latest version last. */
  readonly #groups = new Map<string, TaskGroup>()
  readonly #tasks = new Map<string, AnyTask>()
  readonly #finding = new Map<string, Promise<ModelFolder>>()
  /** Groups by task object, so the usual lookup needs no key. */
  readonly #byTask = new WeakMap<AnyTask, TaskGroup>()
  #made = 0

  /** `limits` end every search for a model. */
  constructor(repository: ModelRepository, newSizes: () => BatchSizes, limits: Limits = {}) {
    this.#repository = repository
    this.#newSizes = newSizes
    this.#limits = limits
  }

  /** The group, if its version is known and in use. */
  known(task: AnyTask): TaskGroup | undefined {
    const group = this.#byTask.get(task)
    return group !== undefined && this.#serves(task, group.model) ? group : undefined
  }

  /** Rejects with InferenceError (`model-not-found`, `version-not-found`, `model-damaged`, `model-unsupported` …). */
  async of(task: AnyTask): Promise<TaskGroup> {
    const known = this.known(task)
    if (known !== undefined) return known
    demand(task, 'task', 'a task, as embeddings() returns it', ({ model }) => typeof model === 'string')
    const group = this.#groupOf(task, await this.#versionOf(task))
    this.#byTask.set(task, group)
    return group
  }

  /**
   * Counts rows of a group that wait or run from now on. Call it in the turn in which `known` returned the group.
   *
   * @throws InferenceError (`model-not-found`) for a version that is no longer in use.
   */
  began(group: TaskGroup, rows: number): void {
    const { task, model } = group
    const held = this.#repository.store.acquire(task.model, task.version, rows)
    if (held === undefined) {
      throw new InferenceError('model-not-found', `${task.model} ${model.card.version} is no longer in use`, {
        path: 'model',
        value: task.model,
        remedy: 'Ask again: the current version takes the rows',
      })
    }
    group.held = held
    group.open += rows
  }

  /** Counts rows of a group that have ended, for any reason. */
  ended(group: TaskGroup, rows: number): void {
    group.open -= rows
    if (group.held !== undefined) this.#repository.store.release(group.held, rows)
  }

  /**
   * A model that does not load is looked up again next time, since its files may have been fixed. A model that only does not suit
   * the task (not `damaged`) stays for the tasks it serves.
   */
  forget(group: TaskGroup, damaged: boolean): void {
    let shared = false
    for (const [key, one] of this.#groups) {
      if (one === group) this.#groups.delete(key)
      else shared ||= one.model === group.model
    }
    if (damaged || !shared) this.#repository.store.drop(group.task.model, group.model)
  }

  /** What a fresh worker loads: the groups whose versions new rows may use. */
  current(): TaskGroup[] {
    return [...this.#groups.values()].filter((group) => this.#serves(group.task, group.model))
  }

  /** Batch sizes learned so far, by task and model. */
  sizes(): Record<string, LearnedSize[]> {
    return Object.fromEntries(
      [...this.#groups.values()].map(({ kind, model, sizes }) => [
        `${kind} ${model.card.name}`,
        sizes.learned(),
      ]),
    )
  }

  /**
   * Replaces the version that new rows of a model use, in every task that names no version. `load` loads each task's new group
   * everywhere before any row uses it.
   */
  async swap(
    model: string,
    version: string | undefined,
    load: (group: TaskGroup) => Promise<void>,
  ): Promise<ModelFolder> {
    const { store } = this.#repository
    // Held while it loads: it may still drain from an earlier swap, and its last row would unload it.
    const held = store.hold(model, await this.#repository.find(model, version, this.#limits))
    try {
      for (const task of [...this.#tasks.values()]) {
        if (task.model === model && task.version === undefined) await load(this.#groupOf(task, held.model))
      }
      store.use(model, held.model)
      return held.model
    } finally {
      store.release(held)
    }
  }

  #serves({ model, version }: AnyTask, folder: ModelFolder): boolean {
    const { store } = this.#repository
    if (version === undefined) return store.current(model) === folder
    return store.inUse().some((one) => one.name === model && one.model === folder && one.state !== 'draining')
  }

  /** The version that the task's rows use; looked up once for all callers. */
  #versionOf({ model, version }: AnyTask): Promise<ModelFolder> {
    const { store } = this.#repository
    const current = version === undefined ? store.current(model) : undefined
    if (current !== undefined) return Promise.resolve(current)
    const key = JSON.stringify([model, version])
    let finding = this.#finding.get(key)
    if (finding === undefined) {
      finding =
        version === undefined
          ? this.#repository
              .use(model, undefined, this.#limits)
              .then((folder) => store.current(model) ?? folder)
          : this.#repository.find(model, version, this.#limits).then((folder) => store.pin(model, folder))
      this.#finding.set(key, finding)
      finding.finally(() => this.#finding.delete(key)).catch(() => {})
    }
    return finding
  }

  #groupOf(task: AnyTask, model: ModelFolder): TaskGroup {
    const { kind, options, version } = task
    const taskKey = JSON.stringify([kind, task.model, version, optionsKey(options)])
    const key = JSON.stringify([taskKey, model.folder, model.sha256])
    bounded(this.#tasks, taskKey, task)
    const known = this.#groups.get(key)
    if (known !== undefined && known.model === model) return known
    this.#made += 1
    const group: TaskGroup = {
      key: String(this.#made),
      task,
      kind,
      options,
      model,
      sizes: known?.sizes ?? this.#newSizes(),
      open: 0,
      held: undefined,
    }
    bounded(this.#groups, key, group)
    return group
  }
}

/** Sets the entry, and drops the oldest so that options made per request can't fill the memory. Rows keep their group. */
function bounded<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key)
  map.set(key, value)
  if (map.size <= TASKS_MAX) return
  for (const oldest of map.keys()) {
    map.delete(oldest)
    break
  }
}

/** A request that only loads a group's model in a worker. */
export function loading(group: TaskGroup): BatchRequest {
  return requestOf(group, [])
}

/** The values of the rows, for the request that runs them. */
export function requestOf(group: TaskGroup, rows: readonly unknown[]): BatchRequest {
  return { group: group.key, model: group.model, kind: group.kind, options: group.options, rows }
}
