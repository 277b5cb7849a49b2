import type { Mutation } from './mutation.ts'

/** Of what follows a failure elsewhere: deaths, links, breakers, bulkheads, limits of rates. */
export const FAILURES: readonly Mutation[] = [
  {
    name: 'a temporary child is restarted',
    file: 'src/supervision/decide.ts',
    from: "  if (failure.mode === 'temporary') return { ...plain, directive: 'stop' }\n",
    to: '',
    scenario: 'deaths',
  },
  {
    name: 'one significant child of several ends its parent',
    file: 'src/system/actor/supervisor.ts',
    from: "autoShutdown === 'any-significant' || !left",
    to: "autoShutdown === 'any-significant' && !left",
    scenario: 'deaths',
  },
  {
    name: 'a family ends from the oldest on',
    file: 'src/system/actor/family.ts',
    from: 'for (const child of this.all().reverse()) child.terminate(error)',
    to: 'for (const child of this.all()) child.terminate(error)',
    scenario: 'deaths',
  },
  {
    name: 'a watcher is not told',
    file: 'src/system/actor/rare-cell-state.ts',
    from: '      watcher.terminated(cell, error)\n',
    to: '',
    scenario: 'deaths',
  },
  {
    name: 'an orderly end crashes who is linked',
    file: 'src/system/actor/rare-cell-state.ts',
    from: '      if (error !== undefined) {\n        const { path }',
    to: '      if (error === undefined) {\n        const { path }',
    scenario: 'deaths',
  },
  {
    name: 'two trials at a time close a breaker',
    file: 'src/supervision/circuit-breaker.ts',
    from: 'state.trials > 0)',
    to: 'state.trials > 1)',
    scenario: 'breakers',
  },
  {
    name: 'a breaker counts failures of long ago',
    file: 'src/supervision/circuit-breaker.ts',
    from: 'state.failures.filter((at) => now - at < policy.withinMs)',
    to: 'state.failures',
    scenario: 'breakers',
  },
  {
    name: 'a breaker opens one failure too late',
    file: 'src/supervision/circuit-breaker.ts',
    from: 'failures.length < policy.failures',
    to: 'failures.length <= policy.failures',
    scenario: 'breakers',
  },
  {
    name: 'a bulkhead gives no place back',
    file: 'src/supervision/resilience.ts',
    from: '      this.#waiting.shift()?.()\n',
    to: '',
    scenario: 'breakers',
  },
  {
    name: 'a caller that left keeps its place in the line',
    file: 'src/supervision/resilience.ts',
    from: 'for (const wake of this.#waiting.removeWhere((waiter) => waiter === resolve)) wake()',
    to: 'resolve()',
    scenario: 'breakers',
  },
  {
    name: 'an idle bucket overflows',
    file: 'src/supervision/resilience.ts',
    from: 'Math.min(this.#limit, this.#tokens + (now - this.#filledAt) * perMs)',
    to: 'this.#tokens + (now - this.#filledAt) * perMs',
    scenario: 'breakers',
  },
  {
    name: 'a failed trial leaves the breaker as it was',
    file: 'src/supervision/circuit-breaker.ts',
    from: "if (state.mode === 'half-open') return { mode: 'open', failures: [], since: now, trials: 0 }",
    to: "if (state.mode === 'half-open') return { mode: 'open', failures: [], since: state.since, trials: 0 }",
    scenario: 'breakers',
  },
]
