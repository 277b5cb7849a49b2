import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { messageOfError } from '../../kernel/errors.ts'
import { UsageError } from '../exit.ts'
import type { RateResult } from './summary.ts'

/** What is read of a base run. JSON writes a part without an answer, NaN, as null. */
const parts = z.array(z.number().nullable())
const Base = z.object({
  results: z
    .array(
      z.object({
        rate: z.number().positive(),
        blocks: z.object({ p50: parts, p99: parts, goodput: parts }),
        others: z.number().optional(),
      }),
    )
    .min(1),
})

/** The rates of `--compare FILE`. @throws UsageError (`usage`) for a file that is no report */
export function baseOf(file: string): readonly RateResult[] {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw notBase(file, `can't be read: ${messageOfError(cause)}`)
  }
  let report: unknown
  try {
    report = JSON.parse(text)
  } catch (cause) {
    throw notBase(file, `is not JSON: ${messageOfError(cause)}`)
  }
  const { success, data, error } = Base.safeParse(report)
  if (success) return data.results as unknown as readonly RateResult[]
  const [first] = error.issues
  throw notBase(
    file,
    `is no report of ganglion bench: ${first?.path.join('.') || 'the document'}: ${first?.message}`,
  )
}

function notBase(file: string, why: string): UsageError {
  return new UsageError(`'${file}' ${why}`, '--compare', file, 'Write one with --json > base.json')
}
