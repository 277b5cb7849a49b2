import type { StandardSchemaV1 } from '@standard-schema/spec'
import { GanglionError } from '../kernel/errors.ts'
import { isThenable, promiseOf } from '../kernel/thenable.ts'

/** A value does not fit its schema. Code `schema`; `path` is the first issue's, `issues` holds all. */
export class SchemaError extends GanglionError {
  readonly issues: readonly StandardSchemaV1.Issue[]

  constructor(path: string, value: unknown, issues: readonly StandardSchemaV1.Issue[]) {
    const where = pathOf(path, issues[0])
    const all = issues.map((issue) => `${pathOf(path, issue)}: ${issue.message}`).join('; ')
    super('schema', `the value does not fit its schema: ${all}`, {
      path: where,
      value,
      remedy: 'Send a value of the declared shape',
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
 * @throws SchemaError (`schema`)
 */
export function checkSchema(schema: StandardSchemaV1, value: unknown, path: string, part?: string): unknown {
  const result = schema['~standard'].validate(value)
  if (isThenable(result))
    return promiseOf(result).then((settled) => accepted(settled as Result, value, path, part))
  return accepted(result, value, path, part)
}

function accepted(result: Result, value: unknown, path: string, part: string | undefined): unknown {
  if (result.issues === undefined) return result.value
  throw new SchemaError(part === undefined ? path : `${path}.${part}`, value, result.issues)
}

function pathOf(path: string, issue: StandardSchemaV1.Issue | undefined): string {
  const keys = (issue?.path ?? []).map((segment) =>
    typeof segment === 'object' ? String(segment.key) : String(segment),
  )
  return [path, ...keys].join('.')
}
