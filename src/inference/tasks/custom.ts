import { demand } from '../../kernel/demand.ts'
import { InvalidArgumentError } from '../../kernel/errors.ts'
import { onlyOptions } from '../../kernel/only-options.ts'
import type { ModelTask } from '../../ports/inference.ts'
import type { ModelCard } from '../repository/model-card.ts'

/** How to run a custom module. */
export interface CustomOptions {
  /**
   * Name or folder of the module's model; the module finds it as `context.folder`. Its version counts as the task's. A folder
   * whose card names other `files` needs no `model.onnx`.
   */
  readonly model: string
  /** Plain, cloneable data for the module's `load` and `run`. */
  readonly options?: Readonly<Record<string, unknown>>
  /** Milliseconds after which an import, a load or a batch fails. Default 60,000. */
  readonly timeoutMs?: number
}

/** What a custom module gets when a worker loads it. */
export interface CustomContext {
  /** The folder of the model that the task names. */
  readonly folder: string
  readonly card: ModelCard
  /** The task's own options. */
  readonly options: Readonly<Record<string, unknown>>
}

/**
 * The default export of a custom worker module. Each worker calls `load` once for each version of the model and each set of options,
 * and gives what it returns to `run` and `dispose`: so a version that leaves takes nothing from its successor. It may block its worker.
 */
export interface CustomModule<I, O, S = unknown> {
  /** Prepares what `run` needs, and returns it. If it throws, the task is `model-damaged`. */
  load?(context: CustomContext): S | Promise<S>
  /** One result per row, in order; results must be cloneable. `loaded` is what `load` returned. */
  run(
    rows: readonly I[],
    options: Readonly<Record<string, unknown>>,
    loaded: S,
  ): readonly O[] | Promise<readonly O[]>
  /** Releases what `load` returned, when that version of the model leaves the worker. */
  dispose?(loaded: S): void | Promise<void>
}

/**
 * A custom task: a module whose default export is `{ load?(context), run(rows, options, loaded), dispose?(loaded) }` (see
 * {@link CustomModule}) runs inside the workers, in batches.
 *
 * Errors: `model-damaged` when the module can't be imported or throws in `load`; `model-unsupported` for another shape, or
 * another number of results than rows; `bad-input` when `run` throws or a result can't be cloned; `deadline` after `timeoutMs`,
 * if the module still yields. Only the engine can end a module that blocks its thread.
 *
 * @param module URL of the module (`new URL('./task.js', import.meta.url)`), or its path relative to the working folder.
 * @throws InvalidArgumentError (`invalid-argument`, path `custom.model`) without a model.
 */
export function custom<I, O>(module: string | URL, options: CustomOptions): ModelTask<I, O> {
  onlyOptions(options ?? null, 'custom', ['model', 'options', 'timeoutMs'])
  demand(
    module,
    'custom.module',
    'the URL or path of a module',
    (given) => (typeof given === 'string' && given !== '') || given instanceof URL,
  )
  const { model, ...rest } = options
  if (typeof model !== 'string' || model === '') {
    throw new InvalidArgumentError('a custom task has no model', {
      path: 'custom.model',
      value: model,
      remedy: 'Name a model or a folder with a card; the module finds it as context.folder',
    })
  }
  return { kind: 'custom', model, options: { ...rest, module: String(module) } }
}
