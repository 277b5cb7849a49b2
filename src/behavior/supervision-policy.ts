import { entriesIn } from '../kernel/demand.ts'
import { milliseconds } from '../kernel/durations.ts'
import { oneOf } from '../kernel/one-of.ts'
import { onlyOptions } from '../kernel/only-options.ts'
import { wholeNumber } from '../kernel/whole-number.ts'
import type { Directive, RestartMode, RestartStrategy, SupervisionOptions } from '../ports/supervision.ts'

/** How many restarts a supervisor allows within a sliding window before it gives up (OTP `supervisor`). */
export interface RestartIntensity {
  readonly restarts: number
  readonly withinMs: number
}

/** OTP's default is 1 in 5 s; pipelines restart cheaply, so 3 in 5 s. */
const DEFAULT_INTENSITY: RestartIntensity = { restarts: 3, withinMs: 5_000 }

/** A supervisor's rules, checked and with defaults filled in. */
export interface SupervisionPolicy {
  readonly strategy: RestartStrategy
  readonly intensity: RestartIntensity
  readonly per: 'supervisor' | 'child'
  readonly backoffMinMs: number
  readonly backoffMaxMs: number
  readonly on: Readonly<Record<string, Directive>>
  readonly failuresInARow: number
  readonly autoShutdown: 'never' | 'any-significant' | 'all-significant'
}

const SUPERVISION_OPTIONS = [
  'strategy',
  'intensity',
  'backoff',
  'on',
  'failuresInARow',
  'autoShutdown',
] as const satisfies readonly (keyof SupervisionOptions)[]
const STRATEGIES: readonly RestartStrategy[] = ['one-for-one', 'one-for-all', 'rest-for-one']
/** As in OTP. */
export const RESTART_MODES: readonly RestartMode[] = ['permanent', 'transient', 'temporary']
const DIRECTIVES: readonly Directive[] = ['resume', 'restart', 'stop', 'escalate']
const SHUTDOWNS = ['never', 'any-significant', 'all-significant'] as const

/** @throws InvalidArgumentError (`invalid-argument`) naming the option that is unknown or out of range. */
export function supervisionPolicy(options: SupervisionOptions, path: string): SupervisionPolicy {
  onlyOptions(options, path, SUPERVISION_OPTIONS)
  const { intensity = {}, backoff = {} } = options
  onlyOptions(intensity, `${path}.intensity`, ['restarts', 'within', 'per'])
  onlyOptions(backoff, `${path}.backoff`, ['min', 'max'])
  const on = options.on === undefined ? [] : entriesIn(options.on, `${path}.on`, 'directives by error code')
  for (const [tag, directive] of on) oneOf(DIRECTIVES, directive, `${path}.on.${tag}`)
  const backoffMinMs = milliseconds(backoff.min ?? 10, `${path}.backoff.min`)
  return {
    strategy: oneOf(STRATEGIES, options.strategy ?? 'one-for-one', `${path}.strategy`),
    intensity: {
      restarts: wholeNumber(
        intensity.restarts ?? DEFAULT_INTENSITY.restarts,
        `${path}.intensity.restarts`,
        0,
      ),
      withinMs: milliseconds(intensity.within ?? DEFAULT_INTENSITY.withinMs, `${path}.intensity.within`),
    },
    per: oneOf(['supervisor', 'child'] as const, intensity.per ?? 'supervisor', `${path}.intensity.per`),
    backoffMinMs,
    backoffMaxMs: Math.max(backoffMinMs, milliseconds(backoff.max ?? 5_000, `${path}.backoff.max`)),
    on: options.on ?? {},
    failuresInARow: wholeNumber(options.failuresInARow ?? 16, `${path}.failuresInARow`),
    autoShutdown: oneOf(SHUTDOWNS, options.autoShutdown ?? 'never', `${path}.autoShutdown`),
  }
}
