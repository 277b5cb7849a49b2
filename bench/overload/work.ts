/** Occupies the thread for a number of steps. They take longer on a slower machine. */
export function burn(steps: number): number {
  let x = 0
  for (let i = 0; i < steps; i++) x += Math.sqrt(x + i)
  return x
}

/** Steps that take about a millisecond here, at the machine's best of a few tries. */
export function stepsPerMs(): number {
  const steps = 200_000
  let best = Number.POSITIVE_INFINITY
  for (let i = 0; i < 20; i++) {
    const startedAt = performance.now()
    burn(steps)
    best = Math.min(best, performance.now() - startedAt)
  }
  return Math.round(steps / best)
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
