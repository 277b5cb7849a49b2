/** Until when, and for whom, a search for a model may go on. */
export interface Limits {
  readonly signal?: AbortSignal
  /** Monotonic milliseconds. */
  readonly deadline?: number
}
