import type { Processor, Schema } from '../../behavior/define-processor.ts'
import { checkSchema } from '../../message/schema.ts'
import { ReshapeError } from '../errors.ts'
import type { Seen } from '../run/station.ts'

/**
 * Whether a processor can replace another. Schemas can't be compared, but values can be tried: the new input schema
 * must accept the old one's last input, and the new output schema the old one's last output. Before the first message nothing
 * is known, and nothing is refused.
 *
 * Rejects with ReshapeError (`reshape`), whose cause is the schema's error.
 */
export async function checkReplacement(
  name: string,
  processor: Processor<never, unknown>,
  seen: Seen | undefined,
): Promise<void> {
  if (seen === undefined) return
  await accepts(processor.input, seen.input, `${name}.input`, 'takes')
  // If the old schema transforms, its output is not its input, so nothing can be said.
  const plain = await fits(seen.processor.output, seen.output, name)
  if (plain === undefined) await accepts(processor.output, seen.output, `${name}.output`, 'gives')
}

async function accepts(schema: Schema, value: unknown, path: string, what: string): Promise<void> {
  const error = await fits(schema, value, path)
  if (error === undefined) return
  throw new ReshapeError(
    `the new processor does not have the shape that the pipeline ${what} at '${path}'`,
    path,
    value,
    'Replace it with one that has the same input and output, or start another pipeline',
    error,
  )
}

/** Undefined if the value fits; otherwise the schema's error. */
async function fits(schema: Schema, value: unknown, path: string): Promise<unknown> {
  try {
    await checkSchema(schema, value, path)
    return undefined
  } catch (error) {
    return error
  }
}
