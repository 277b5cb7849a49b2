import type { RestartIntensity } from '../behavior/supervision-policy.ts'

export interface RestartVerdict {
  /** Times of the restarts that still count, monotonic milliseconds. */
  readonly window: readonly number[]
  readonly allowed: boolean
}

/** Adds a restart at `now` to the window: a pure decision. */
export function addRestart(
  window: readonly number[],
  now: number,
  intensity: RestartIntensity,
): RestartVerdict {
  const recent = [...window.filter((at) => now - at < intensity.withinMs), now]
  return { window: recent, allowed: recent.length <= intensity.restarts }
}
