import { aFilledText } from '../../kernel/demand.ts'
import { onlyOptions } from '../../kernel/only-options.ts'
import type { ModelTask } from '../../ports/inference.ts'

/**
 * A task as data, with a usable model name and options its kind knows; the worker checks the values.
 *
 * @throws InvalidArgumentError (`invalid-argument`)
 */
export function checkedTask<I, O>(
  kind: string,
  model: string,
  options: object,
  known: readonly string[],
): ModelTask<I, O> {
  aFilledText(model, `${kind}.model`, 'the name or the folder of a model')
  onlyOptions(options, kind, known)
  return { kind, model, options: { ...options } }
}
