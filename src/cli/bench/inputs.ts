import { readFileSync } from 'node:fs'
import { messageOfError } from '../../kernel/errors.ts'
import { UsageError } from '../exit.ts'

/** One request, and what its answer must contain. */
export interface BenchInput {
  readonly input: unknown
  /** Absent: any answer is right. */
  readonly expect?: unknown
}

/**
 * From `--input` (one JSON value) or `--inputs` (a JSON line each: an input, or `{ "input": …, "expect": … }`).
 *
 * @throws UsageError (`usage`) naming the line.
 */
export function inputsOf({
  input,
  inputs,
}: {
  readonly input?: string
  readonly inputs?: string
}): BenchInput[] {
  if (input !== undefined && inputs === undefined) return [{ input: parsed(input, '--input') }]
  if (input !== undefined || inputs === undefined) {
    const both = input !== undefined
    throw new UsageError(
      both ? 'both --input and --inputs are given' : 'there is nothing to ask',
      '--input',
      input,
      both ? 'Give one of them' : "Give --input '{…}', or --inputs FILE.jsonl with one input a line",
    )
  }
  let text: string
  try {
    text = readFileSync(inputs, 'utf8')
  } catch (cause) {
    throw new UsageError(
      `'${inputs}' can't be read: ${messageOfError(cause)}`,
      '--inputs',
      inputs,
      'Name a file',
    )
  }
  const lines = text.split('\n').flatMap((line, at) => (line.trim() === '' ? [] : [{ line, at: at + 1 }]))
  if (lines.length === 0)
    throw new UsageError(`'${inputs}' is empty`, '--inputs', inputs, 'Write one JSON input a line')
  return lines.map(({ line, at }) => entry(parsed(line, `${inputs}, line ${at}`)))
}

function entry(value: unknown): BenchInput {
  const isPair =
    typeof value === 'object' &&
    value !== null &&
    'input' in value &&
    Object.keys(value).every((key) => key === 'input' || key === 'expect')
  return isPair ? (value as BenchInput) : { input: value }
}

function parsed(text: string, where: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new UsageError(
      `${where} is not JSON: ${messageOfError(cause)}`,
      where,
      text,
      'Write one JSON value',
    )
  }
}

/** Whether an answer has everything that is expected of it; lists must be equal, objects may have more. */
export function contains(answer: unknown, expected: unknown): boolean {
  if (typeof expected !== 'object' || expected === null) return Object.is(answer, expected)
  if (typeof answer !== 'object' || answer === null) return false
  if (Array.isArray(expected)) {
    if (!Array.isArray(answer) || answer.length !== expected.length) return false
    return expected.every((one, at) => contains(answer[at], one))
  }
  return Object.entries(expected).every(([key, one]) =>
    contains((answer as Record<string, unknown>)[key], one),
  )
}
