import { ownLines } from '../kernel/own-frames.ts'
import type { InvariantError } from './errors.ts'

/** Most links of a chain of causes that are looked at. */
const LINKS_MAX = 8

/**
 * Which failure it is: its invariant, and for each error behind it the class and the place in the author's code. Two errors of one
 * class from different lines are different failures, whatever their texts; one line is one failure, whatever the numbers in it.
 */
export function identityOf(failure: InvariantError): string {
  const parts = [failure.invariant]
  if (failure.cause === undefined) return [...parts, failure.place ?? ''].join('\n')
  for (const link of causesOf(failure)) parts.push(`${classOf(link)} ${linesOf(link).join(' < ')}`)
  return parts.join('\n')
}

/** The line of the author's code at which it failed; undefined where there is none. */
export function placeOf(failure: InvariantError): string | undefined {
  if (failure.cause === undefined) return failure.place?.split(' < ')[0]
  let place: string | undefined
  for (const link of causesOf(failure)) place = linesOf(link)[0] ?? place
  return place
}

/** The errors behind a failure, the nearest first. */
function* causesOf({ cause }: InvariantError): Generator<unknown> {
  let link: unknown = cause
  for (let n = 0; n < LINKS_MAX && link !== undefined && link !== null; n++) {
    yield link
    link = causeOf(link)
  }
}

function classOf(error: unknown): string {
  try {
    const { code, name } = error as { code?: unknown; name?: unknown }
    const made = (error as object).constructor.name
    return [made, name, code].filter((part) => typeof part === 'string').join('/')
  } catch {
    return typeof error
  }
}

function linesOf(error: unknown): readonly string[] {
  try {
    return ownLines(error)
  } catch {
    return []
  }
}

function causeOf(error: unknown): unknown {
  try {
    return (error as { cause?: unknown }).cause
  } catch {
    return undefined
  }
}
