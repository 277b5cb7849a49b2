import { demand, entriesIn, shown } from '../../kernel/demand.ts'
import { InvalidArgumentError } from '../../kernel/errors.ts'
import { onlyOptions } from '../../kernel/only-options.ts'
import { wholeNumber } from '../../kernel/whole-number.ts'
import type { TenantShare } from '../../ports/host.ts'
import type { PlanProblem } from '../errors.ts'
import { ADMISSION_OPTIONS, LIMIT_OPTIONS } from './known-options.ts'

/** How a pipeline decides which runs begin, which wait and which are refused. */
export interface AdmissionOptions {
  /** Bounds of the runs in flight. Defaults: `min` 1, `max` the pipeline's `maxInFlight`, `initial` 64. */
  readonly limit?: { readonly min?: number; readonly max?: number; readonly initial?: number }
  /** Runs that may wait to begin; one more is refused with `OverloadedError`. Default 4096. */
  readonly maxWaiting?: number
  /** Shares of the pipeline by tenant; those that are not named have 1. */
  readonly tenants?: Readonly<Record<string, number>>
}

/** `AdmissionOptions` with every default filled in. Plain data. */
export interface AdmissionPolicy {
  readonly limit: { readonly min: number; readonly max: number; readonly initial: number }
  readonly maxWaiting: number
  readonly tenants: Readonly<Record<string, number>>
}

const INITIAL_LIMIT = 64
const MAX_WAITING = 4096

/**
 * The policy that options ask for; `false` where every run begins at once, up to `maxInFlight`.
 *
 * @throws InvalidArgumentError (`invalid-argument`) naming the option that is unknown or out of range.
 */
export function admissionPolicy(
  given: 'adaptive' | AdmissionOptions | boolean | undefined,
  maxInFlight: number,
  path: string,
): AdmissionPolicy | false {
  if (given === false) return false
  if (given === undefined || given === 'adaptive' || given === true) return defaultPolicy(maxInFlight)
  demand(given, path, "'adaptive', false, or an object of options", (options) => typeof options === 'object')
  onlyOptions(given, path, ADMISSION_OPTIONS)
  onlyOptions(given.limit, `${path}.limit`, LIMIT_OPTIONS)
  const { limit = {}, maxWaiting = MAX_WAITING, tenants = {} } = given
  const max = wholeNumber(limit.max ?? maxInFlight, `${path}.limit.max`, 1, maxInFlight)
  const min = wholeNumber(limit.min ?? 1, `${path}.limit.min`, 1, max)
  const initial = limit.initial ?? Math.max(min, Math.min(max, INITIAL_LIMIT))
  for (const [tenant, share] of entriesIn<string, number>(tenants, `${path}.tenants`, 'shares by tenant')) {
    if (isShare(share)) continue
    throw new InvalidArgumentError(`${path}.tenants.${tenant} is not a share: ${shown(share)}`, {
      path: `${path}.tenants.${tenant}`,
      value: share,
      remedy: 'Use a number above 0: a tenant of share 2 gets twice what one of share 1 gets',
    })
  }
  return {
    limit: { min, max, initial: wholeNumber(initial, `${path}.limit.initial`, min, max) },
    maxWaiting: wholeNumber(maxWaiting, `${path}.maxWaiting`, 0),
    tenants: { ...tenants },
  }
}

/** What holds where a plan says nothing. */
export function defaultPolicy(maxInFlight: number): AdmissionPolicy {
  const initial = Math.min(INITIAL_LIMIT, maxInFlight)
  return { limit: { min: 1, max: maxInFlight, initial }, maxWaiting: MAX_WAITING, tenants: {} }
}

/** A tenant's share; 1 if it is not named. */
export function shareOf(shares: Readonly<Record<string, number>>, tenant: string | undefined): number {
  return tenant !== undefined && Object.hasOwn(shares, tenant) ? (shares[tenant] as number) : 1
}

/** A run's tenant with its share; undefined for a run without one. */
export function tenantShare(
  policy: AdmissionPolicy | false | undefined,
  tenant: string | undefined,
): TenantShare | undefined {
  if (tenant === undefined) return undefined
  return { tenant, share: policy ? shareOf(policy.tenants, tenant) : 1 }
}

/** What is wrong with the policy of a plan that comes as data. */
export function policyProblems(
  policy: AdmissionPolicy | false | undefined,
  maxInFlight: number,
  path: string,
): PlanProblem[] {
  if (policy === undefined || policy === false) return []
  const { limit, maxWaiting, tenants } = policy
  const { min, max, initial } = limit
  const problems: PlanProblem[] = []
  const whole = (key: string, value: number, low: number, high: number) => {
    if (Number.isSafeInteger(value) && value >= low && value <= high) return
    problems.push({ path: `${path}.${key}`, value, what: `${key} is ${value}, not from ${low} to ${high}` })
  }
  whole('limit.max', max, 1, maxInFlight)
  whole('limit.min', min, 1, max)
  whole('limit.initial', initial, min, max)
  whole('maxWaiting', maxWaiting, 0, Number.MAX_SAFE_INTEGER)
  for (const [tenant, share] of Object.entries(tenants)) {
    if (!isShare(share))
      problems.push({ path: `${path}.tenants.${tenant}`, value: share, what: `its share is ${share}` })
  }
  return problems
}

function isShare(share: number): boolean {
  return Number.isFinite(share) && share > 0
}
