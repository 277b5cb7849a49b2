import { isAbsolute, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { messageOfError } from '../../kernel/errors.ts'
import type { Timers } from '../../kernel/kernel.ts'
import { platformKernel } from '../../kernel/platform-kernel.ts'
import { InferenceError, type InferenceErrorCode } from '../errors.ts'
import type { ModelFolder } from '../repository/model-repository.ts'
import type { CustomContext, CustomModule } from '../tasks/custom.ts'
import type { TaskOptions, TaskOutput } from '../wire.ts'
import { badRow, nameOf } from './row-error.ts'
import type { TaskRunner } from './runner.ts'

const TIMEOUT_MS = 60_000

/** A user's module as a task. Anything it does wrong leaves the worker as a clear error. */
export class CustomRunner implements TaskRunner {
  readonly #name: string
  readonly #module: CustomModule<unknown, unknown>
  /** What its `load` returned for this version and these options. */
  readonly #loaded: unknown
  readonly #timers: Timers
  readonly #timeoutMs: number

  private constructor(
    name: string,
    module: CustomModule<unknown, unknown>,
    loaded: unknown,
    timers: Timers,
    timeoutMs: number,
  ) {
    this.#name = name
    this.#module = module
    this.#loaded = loaded
    this.#timers = timers
    this.#timeoutMs = timeoutMs
  }

  /** @throws InferenceError (`model-damaged` when it throws or hangs, `model-unsupported` when it lacks the shape) */
  static async load(model: ModelFolder, options: TaskOptions): Promise<CustomRunner> {
    const name = String(options.module)
    const given = typeof options.timeoutMs === 'number' ? options.timeoutMs : TIMEOUT_MS
    const { timers } = platformKernel()
    const url = isAbsolute(name) || name.startsWith('.') ? pathToFileURL(resolve(name)).href : name
    let exported: unknown
    try {
      exported = await within(timers, given, () => import(url), `importing ${name}`, 'model-damaged', name)
    } catch (cause) {
      throw failed('model-damaged', `${name} can't be loaded`, name, cause)
    }
    const module = moduleOf((exported as { default?: unknown }).default, name)
    const context: CustomContext = { folder: model.folder, card: model.card, options: settingsOf(options) }
    let loaded: unknown
    try {
      loaded = await within(
        timers,
        given,
        () => module.load?.(context),
        `loading ${name}`,
        'model-damaged',
        name,
      )
    } catch (cause) {
      throw failed('model-damaged', `${name} failed to load`, name, cause)
    }
    return new CustomRunner(name, module, loaded, timers, given)
  }

  async run(rows: readonly unknown[], options: TaskOptions): Promise<TaskOutput> {
    const what = `running ${rows.length} rows in ${this.#name}`
    const run = (): unknown => this.#module.run(rows, settingsOf(options), this.#loaded)
    let values: unknown
    try {
      values = await within(this.#timers, this.#timeoutMs, run, what, 'deadline', this.#name)
    } catch (cause) {
      throw failed('bad-input', `${this.#name} failed`, this.#name, cause)
    }
    if (!Array.isArray(values) || values.length !== rows.length) {
      const given = Array.isArray(values) ? `${values.length} results` : nameOf(values)
      throw new InferenceError(
        'model-unsupported',
        `${this.#name} returned ${given} for ${rows.length} rows`,
        {
          path: `${this.#name}#run`,
          value: given,
          remedy: 'Return an array with one result for each row from run(rows)',
        },
      )
    }
    // Copy the list: theirs may be a proxy or carry more than its items, and cloning that would end the worker.
    const plain = Array.from(values as readonly unknown[])
    plain.forEach((value, i) => {
      this.#checkCloneable(value, i)
    })
    return { values: plain }
  }

  async dispose(): Promise<void> {
    await this.#module.dispose?.(this.#loaded)
  }

  #checkCloneable(value: unknown, index: number): void {
    // Typed arrays and plain values always clone, so they are not copied to prove it.
    if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return
    try {
      if (ArrayBuffer.isView(value)) {
        // Throws for a transferred buffer.
        new Uint8Array(value.buffer)
        return
      }
      structuredClone(value)
    } catch (cause) {
      const error = badRow(
        index,
        '',
        `the result of ${this.#name} for this row can't leave the worker: ${String(cause)}`,
        nameOf(value),
        'Return plain data: no functions, promises or class instances with private state',
      )
      error.cause = cause
      throw error
    }
  }
}

function moduleOf(found: unknown, name: string): CustomModule<unknown, unknown> {
  const part = (key: string): unknown => (found as Record<string, unknown> | null | undefined)?.[key]
  const optional = ['load', 'dispose'].every((key) => ['undefined', 'function'].includes(typeof part(key)))
  if (typeof part('run') === 'function' && optional) return found as CustomModule<unknown, unknown>
  throw new InferenceError(
    'model-unsupported',
    `the default export of ${name} is ${nameOf(found)} without the shape`,
    {
      path: `${name}#default`,
      value: nameOf(found),
      remedy: 'Export default { load?(context), run(rows, options, loaded), dispose?(loaded) }',
    },
  )
}

/** The user's own options, without those that name the module and limit it. */
function settingsOf(options: TaskOptions): TaskOptions {
  return (options.options ?? {}) as TaskOptions
}

/** The result of `work`, or an error when it takes too long. Only the engine can end a loop that never yields. */
async function within(
  timers: Timers,
  timeoutMs: number,
  work: () => unknown,
  what: string,
  code: InferenceErrorCode,
  path: string,
): Promise<unknown> {
  let expire: (error: InferenceError) => void = () => {}
  const late = new Promise<never>((_, reject) => {
    expire = reject
  })
  const error = new InferenceError(code, `${timeoutMs} ms were not enough for ${what}`, {
    path,
    value: timeoutMs,
    remedy: 'Make it settle sooner, or give the task a longer timeoutMs',
  })
  const timer = timers.after(timeoutMs, expire, error, true)
  try {
    return await Promise.race([work(), late])
  } finally {
    timer.cancel()
  }
}

function failed(code: InferenceErrorCode, what: string, path: string, cause: unknown): InferenceError {
  if (cause instanceof InferenceError) return cause
  return new InferenceError(code, `${what}: ${messageOfError(cause)}`, {
    path,
    remedy: code === 'bad-input' ? 'Check the row and the module' : 'Fix the module, or use another',
    cause,
  })
}
