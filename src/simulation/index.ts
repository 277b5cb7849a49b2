/**
 * Fault-injection tests on virtual time: seeded, replayable, shrunk to a minimal failing schedule.
 *
 * @module
 */
export type { Strategy } from './choices.ts'
export type { DiskOptions, SimulatedDisk } from './disk.ts'
export { mermaidOf, svgOf } from './drawing.ts'
export {
  DivergedError,
  type Divergence,
  InvariantError,
  NotDeterministicError,
  SharedStateError,
  SimulatedFaultError,
  SimulatedTestError,
  SimulationEscapeError,
  TokenError,
} from './errors.ts'
export { type Exploration, type ExploreOptions, explore, type Progress } from './explore.ts'
export {
  type CrashRate,
  FAULT_KINDS,
  type FaultKind,
  type FaultOptions,
  type FaultRate,
  type FaultRateAt,
} from './faults.ts'
export type { History, SequentialModel } from './linearizability.ts'
export { type SimulationMatchers, simulationMatchers } from './matchers.ts'
export type { ModelSpec } from './models.ts'
export { htmlReport, type Reported, type ReportOptions } from './page/html-report.ts'
export type { StateChange, TraceEvent } from './recorder.ts'
export type { Reduction } from './reduction.ts'
export { type ReplayTokenOptions, replay } from './replay.ts'
export type { SimulationFailure, SimulationResult } from './result.ts'
export { type Scenario, type ScenarioFunction, type ScenarioModule, scenario } from './scenario.ts'
export type { SimulateOptions } from './settings.ts'
export { type Shrunk, shrink } from './shrink.ts'
export type { ShrinkOptions, ShrinkSize } from './shrink-search.ts'
export { simulate } from './simulate.ts'
export type { AtTime, Check, OnActor, SettleOptions, Simulation, World } from './simulation.ts'
export { type SimulatedStore, SimulatedStoreError } from './store.ts'
export { type SimulatedTest, type SimulatedTestOptions, withSimulated } from './test-simulated.ts'
export type { SimulatedTransport } from './transport.ts'
