import { InferenceError } from '../errors.ts'

/** The grammar of semver.org 2.0.0: core, pre-release, build. */
const SEMVER =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?$/
const NUMERIC = /^\d+$/

/**
 * Orders versions by semver precedence (semver.org, item 11): positive when `a` is newer. Names that are not semver
 * (`main`, `uncarded`) are older than any that is. Those names, and versions that differ only in build, are ordered by their
 * letters, so that the newest is always the same.
 */
export function compareVersions(a: string, b: string): number {
  const left = SEMVER.exec(a)
  const right = SEMVER.exec(b)
  if (left === null || right === null) return Number(left !== null) - Number(right !== null) || letters(a, b)
  for (let i = 1; i <= 3; i++) {
    const order = numeric(left[i] as string, right[i] as string)
    if (order !== 0) return order
  }
  return preRelease(left[4], right[4]) || letters(a, b)
}

/** The newest of these; undefined for an empty list. */
export function newest(versions: readonly string[]): string | undefined {
  return versions.reduce<string | undefined>(
    (best, one) => (best === undefined || compareVersions(one, best) > 0 ? one : best),
    undefined,
  )
}

/** `version-not-found`, with the existing versions, newest first. */
export function versionNotFound(model: string, version: string, existing: readonly string[]): InferenceError {
  const listed = [...new Set(existing)].sort((a, b) => compareVersions(b, a))
  return new InferenceError('version-not-found', `there is no version '${version}' of the model '${model}'`, {
    path: 'version',
    value: version,
    remedy: listed.length === 0 ? 'It has no versions' : `There is ${listed.join(', ')}`,
  })
}

function preRelease(a: string | undefined, b: string | undefined): number {
  // A release is newer than its pre-releases.
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined)
  const left = a.split('.')
  const right = b.split('.')
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const order = identifier(left[i] as string, right[i] as string)
    if (order !== 0) return order
  }
  return left.length - right.length
}

function identifier(a: string, b: string): number {
  const bothNumeric = Number(NUMERIC.test(b)) - Number(NUMERIC.test(a))
  if (bothNumeric !== 0) return bothNumeric
  return NUMERIC.test(a) ? numeric(a, b) : letters(a, b)
}

/** Digits without leading zeros: the longer number is larger, however many digits there are. */
function numeric(a: string, b: string): number {
  return a.length - b.length || letters(a, b)
}

function letters(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
