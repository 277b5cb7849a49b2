import { median as middleOf } from '../result.ts'

/** The median of `rounds` measurements, after one that only warms up. */
export async function median(rounds: number, measure: () => number | Promise<number>): Promise<number> {
  await measure()
  const figures: number[] = []
  for (let i = 0; i < rounds; i++) figures.push(await measure())
  return middleOf(figures)
}

/** How many a second. */
export function rate(count: number, startedAt: number): number {
  return (count / (performance.now() - startedAt)) * 1000
}

/** A bench that loses a message measures nothing. */
export function verify(what: string, arrived: number, expected: number): void {
  if (arrived !== expected) throw new Error(`${what}: ${arrived} of ${expected} messages arrived`)
}

export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Bytes of live heap left by `make`, per piece; needs `--expose-gc`. */
export async function heapOf(pieces: number, make: () => void | Promise<void>): Promise<number> {
  const collect = (globalThis as { gc?: () => void }).gc
  collect?.()
  const before = process.memoryUsage().heapUsed
  await make()
  collect?.()
  return (process.memoryUsage().heapUsed - before) / pieces
}

/** A promise and its resolve function. */
export function signal(): { readonly finished: Promise<void>; readonly finish: () => void } {
  let finish = (): void => {}
  const finished = new Promise<void>((resolve) => {
    finish = resolve
  })
  return { finished, finish }
}
