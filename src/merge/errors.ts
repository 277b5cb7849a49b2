import { decimals, GanglionError, listed, listOf, partsOf, say } from '../kernel/errors.ts'

/** Parts can't be merged: different shapes, no parts, no weight. Code `merge`. */
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
    const { quorum, arrived, missing, failed, cause } = partsOf(details)
    const names = [
      ...listOf(failed).map((name) => say`${name} failed`),
      ...listOf(missing).map((name) => say`${name} did not come`),
    ]
    super('quorum-missed', say`join '${join}' needs ${quorum} parts and has ${arrived}: ${listed(names)}`, {
      path: say`${join}.quorum`,
      value: arrived,
      remedy:
        'See the cause; a lower quorum, or a longer deadline with onMissing: partial, would answer without them',
      cause,
    })
    this.missing = missing
    this.failed = failed
  }
}

/** A round would cost more privacy than is left; nothing was released. Code `privacy-budget-spent`. */
export class PrivacyBudgetSpentError extends GanglionError {
  /** ε of the rounds so far. */
  readonly spent: number
  /** ε that the refused round would reach. */
  readonly reached: number
  readonly budget: number

  constructor(spent: number, reached: number, budget: number) {
    super(
      'privacy-budget-spent',
      say`the round would reach ε = ${decimals(reached, 4)}, and the budget is ${budget} (spent so far: ${decimals(spent, 4)})`,
      {
        path: 'privacy.epsilon',
        value: reached,
        remedy:
          'Stop here and use the model as it is; more noise or a lower sampling rate costs less per round',
      },
    )
    this.spent = spent
    this.reached = reached
    this.budget = budget
  }
}

/** An aggregator has its maximum of open joins. Nothing was opened; `part` is handed back. Code `aggregator-full`. */
export class AggregatorFullError extends GanglionError {
  readonly part: unknown

  constructor(aggregator: string, maxOpen: number, part: unknown) {
    super('aggregator-full', say`aggregator '${aggregator}' has ${maxOpen} open joins`, {
      path: say`${aggregator}.maxOpen`,
      value: maxOpen,
      remedy: 'Try again later, give joins a shorter deadline, or raise maxOpen',
      stack: false,
    })
    this.part = part
  }
}

/** The aggregator was stopped: its open joins fail with this error, and later parts are handed back. Code `aggregator-stopped`. */
export class AggregatorStoppedError extends GanglionError {
  readonly part: unknown

  constructor(aggregator: string, part: unknown) {
    super('aggregator-stopped', say`aggregator '${aggregator}' has stopped`, {
      path: aggregator,
      remedy: 'Pass parts to a running aggregator; a stopped one accepts none',
    })
    this.part = part
  }
}
