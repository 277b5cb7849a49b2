/** How long, and for whom, a search for a model may continue. */
export interface Limits {
  readonly signal?: AbortSignal
  /** Monotonic milliseconds. */
  readonly deadline?: number
}
