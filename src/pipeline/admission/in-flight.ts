/** How many runs are in flight, and how many were on average between any two times. */
export class InFlight {
  count = 0
  /** Summed over time, up to the last change. */
  sum = 0
  /** Monotonic milliseconds. */
  changedAt = 0

  change(by: 1 | -1, now: number): void {
    if (now > this.changedAt) {
      this.sum += this.count * (now - this.changedAt)
      this.changedAt = now
    }
    this.count += by
  }
}
