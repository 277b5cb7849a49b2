import { expect } from 'vitest'
import { type SimulationMatchers, simulationMatchers } from '../../src/simulation/index.ts'

expect.extend(simulationMatchers)
declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: the parameter must be called as vitest calls it
  interface Matchers<T = any> extends SimulationMatchers {
    readonly '~simulation'?: T
  }
}
