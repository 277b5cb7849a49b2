import { serialize } from 'node:v8'
import { messageOfError } from '../kernel/errors.ts'
import { InferenceError } from './errors.ts'

/**
 * The identity of a task's options: of all data that reaches a worker. JSON would take two maps, two big arrays of bytes, or NaN and
 * null for the same, and one task would get the state and the stored results of another.
 *
 * @throws InferenceError (`bad-input`) for options that can't reach a worker, such as functions.
 */
export function optionsKey(options: unknown): string {
  if (options === undefined) return ''
  try {
    return serialize(options).toString('latin1')
  } catch (cause) {
    throw new InferenceError(
      'bad-input',
      `the options of the task are not plain data: ${messageOfError(cause)}`,
      {
        path: 'task.options',
        remedy: 'Pass plain, cloneable data: no functions, promises or class instances with private state',
        cause,
      },
    )
  }
}
