import type { StandardSchemaV1 } from '@standard-schema/spec'
import { demand } from '../kernel/demand.ts'
import { GanglionError, isA, listOf, messageOfError, say, text } from '../kernel/errors.ts'
import { isThenable, promiseOf } from '../kernel/thenable.ts'

/**
 * A value does not fit its schema. Code `schema`; `path` is the first issue's, `issues` holds all. If the schema itself
 * failed, the cause is what it threw.
 */
export class SchemaError extends GanglionError {
  readonly issues: readonly StandardSchemaV1.Issue[]

  constructor(path: string, value: unknown, issues: readonly StandardSchemaV1.Issue[], cause?: unknown) {
    const listed = listOf(issues)
    const where = pathOf(path, listed[0])
    const all = listed.map((issue) => say`${pathOf(path, issue)}: ${issue.message}`).join('; ')
    super('schema', say`the value does not fit its schema: ${all}`, {
      path: where,
      value,
      remedy:
        cause === undefined
          ? 'Send a value of the declared shape'
          : 'Let the schema return issues: it must not throw or reject',
      cause,
    })
    this.issues = issues
  }
}

type Result = StandardSchemaV1.Result<unknown>

/**
 * The value as its Standard Schema returns it (defaults filled in, transforms applied); a promise only if the schema
 * itself is asynchronous.
 *
 * @param part appended to `path` if the value does not fit; the path is built only then.
 * @throws SchemaError (`schema`), also for whatever the schema throws, rejects with or returns in place of a result
 */
export function checkSchema(schema: StandardSchemaV1, value: unknown, path: string, part?: string): unknown {
  try {
    const result = schema['~standard'].validate(value)
    if (!isThenable(result)) return accepted(result, value, path, part)
    const settled = promiseOf(result).then((late) => accepted(late as Result, value, path, part))
    // After `then`, not in it: a value with a `then` of its own fails only once it is awaited.
    return settled.catch((error: unknown) => refuse(error, value, path, part))
  } catch (error) {
    return refuse(error, value, path, part)
  }
}

/** Whether the schema answers later. Without an error for a value that can't be asked what it is. */
export function isLate(checked: unknown): checked is Promise<unknown> {
  return isA(checked, Promise)
}

function accepted(result: Result, value: unknown, path: string, part: string | undefined): unknown {
  if (result.issues === undefined) return result.value
  demand(result.issues, 'issues', 'a list of issues', Array.isArray)
  throw new SchemaError(part === undefined ? path : `${path}.${part}`, value, result.issues)
}

function refuse(error: unknown, value: unknown, path: string, part: string | undefined): never {
  if (isA(error, SchemaError)) throw error
  const issue = { message: `its schema failed: ${messageOfError(error)}` }
  throw new SchemaError(part === undefined ? path : `${path}.${part}`, value, [issue], error)
}

function pathOf(path: string, issue: StandardSchemaV1.Issue | undefined): string {
  const keys = (issue?.path ?? []).map((segment) =>
    typeof segment === 'object' ? String(segment.key) : String(segment),
  )
  return [text(path), ...keys].join('.')
}
