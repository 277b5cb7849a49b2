import type { ExploreOptions } from './explore.ts'
import type { RunOptions } from './settings.ts'

/** The options of the run at this place. */
export function runOptions(options: ExploreOptions, index: number): RunOptions {
  const {
    runs,
    time,
    reduce,
    workers,
    isolate,
    keepGoing,
    onProgress,
    strategy = 'mixed',
    seed = 1,
    ...rest
  } = options
  const mixed = index % 2 === 0 ? 'random' : 'pct'
  return {
    ...rest,
    seed: seed + index,
    strategy:
      strategy === 'mixed' || strategy === 'guided' ? mixed : strategy === 'exhaustive' ? 'fifo' : strategy,
  }
}
