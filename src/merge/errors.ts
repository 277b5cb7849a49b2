import { GanglionError } from '../kernel/errors.ts'

/** Parts can't be merged: unlike shapes, no parts, no weight. Code `merge`. */
export class MergeError extends GanglionError {
  constructor(what: string, path: string, value: unknown, remedy: string) {
    super('merge', what, { path, value, remedy })
  }
}

/** A join can no longer reach its quorum. Code `quorum-missed`; `failed` and `missing` name the parts. */
export class QuorumMissedError extends GanglionError {
  readonly missing: readonly string[]
  readonly failed: readonly string[]

  constructor(
    join: string,
    details: {
      quorum: number
      arrived: number
      missing: readonly string[]
      failed: readonly string[]
      cause: unknown
    },
  ) {
    const { quorum, arrived, missing, failed, cause } = details
    const names = [
      ...failed.map((name) => `${name} failed`),
      ...missing.map((name) => `${name} did not come`),
    ]
    super('quorum-missed', `join '${join}' needs ${quorum} parts and has ${arrived}: ${names.join(', ')}`, {
      path: `${join}.quorum`,
      value: arrived,
      remedy:
        'See the cause; a lower quorum, or a longer deadline with onMissing: partial, would answer without them',
      cause,
    })
    this.missing = missing
    this.failed = failed
  }
}
