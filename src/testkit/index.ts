export { ManualKernel } from '../kernel/manual-kernel.ts'
export {
  type BehaviorTestkit,
  type BehaviorTestkitOptions,
  behaviorTestkit,
  type Effect,
} from './behavior-testkit.ts'
export { type Leak, leaks } from './leaks.ts'
export { type GanglionMatchers, matchers } from './matchers.ts'
export { type Probe, type ProbedMessage, ProbeTimeoutError, probe } from './probe.ts'
export { createTestSystem, TestSystem } from './test-system.ts'
export { turns, type UntilOptions, UntilTimeoutError, until } from './until.ts'
