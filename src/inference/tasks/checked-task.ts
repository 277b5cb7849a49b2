import { demand } from '../../kernel/demand.ts'
import { onlyOptions } from '../../kernel/only-options.ts'
import type { ModelTask } from '../../ports/inference.ts'

/**
 * A task as data, of a model that can be looked for and of options that its kind has; their values are the worker's to check.
 *
 * @throws InvalidArgumentError (`invalid-argument`)
 */
export function checkedTask<I, O>(
  kind: string,
  model: string,
  options: object,
  known: readonly string[],
): ModelTask<I, O> {
  demand(
    model,
    `${kind}.model`,
    'the name or the folder of a model',
    (given) => typeof given === 'string' && given !== '',
  )
  onlyOptions(options, kind, known)
  return { kind, model, options: { ...options } }
}
