/** How many restarts a supervisor allows within a sliding window before it gives up (OTP `supervisor`). */
export interface RestartIntensity {
  readonly restarts: number
  readonly withinMs: number
}

/** OTP's default is 1 in 5 s; pipelines restart cheaply, so 3 in 5 s. */
export const DEFAULT_INTENSITY: RestartIntensity = { restarts: 3, withinMs: 5_000 }

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
