import type { Processor, Schema } from '../../behavior/define-processor.ts'
import { checkSchema } from '../../message/schema.ts'
import { ReshapeError } from '../errors.ts'
import type { Seen } from '../run/station.ts'

/**
 * Whether a processor can stand where another stood. Schemas can't be compared, but values can be tried: the new input schema
 * must take what the old one took last, the new output schema what the old one gave last. Before the first message nothing
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
  // Where the old schema transforms, what it gave is not what it takes: nothing can be said then.
  const plain = await fits(seen.processor.output, seen.output, name)
  if (plain === undefined) await accepts(processor.output, seen.output, `${name}.output`, 'gives')
}

async function accepts(schema: Schema, value: unknown, path: string, what: string): Promise<void> {
  const error = await fits(schema, value, path)
  if (error === undefined) return
  throw new ReshapeError(
    `the new processor is not of the shape that the pipeline ${what} at '${path}'`,
    path,
    value,
    'Replace it with one of the same input and output, or start another pipeline',
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
