import type { Known } from '../../kernel/only-options.ts'

/** The known options, by their owner. TypeScript knows them; this is for callers in JavaScript. */
export const STEP_OPTIONS = ['name'] as const
export const STAGE_OPTIONS = ['replicas', 'retry', 'timeout', 'mailbox', 'concurrency'] as const
export const FAN_OPTIONS = ['weights', 'route', 'policies', 'optional'] as const
export const JOIN_OPTIONS = ['name', 'quorum', 'grace', 'deadline', 'onMissing'] as const
export const LOOP_OPTIONS = ['name', 'max', 'onMax', 'until', 'while'] as const
export const PIPELINE_OPTIONS = ['timeout', 'maxInFlight', 'history', 'admission', 'retryBudget'] as const
export const ADMISSION_OPTIONS = ['limit', 'maxWaiting', 'tenants'] as const
export const LIMIT_OPTIONS = ['min', 'max', 'initial'] as const
export const ASK_OPTIONS: Known = {
  timeout: true,
  signal: true,
  onEvent: true,
  orderKey: true,
  idempotencyKey: true,
  trace: true,
  tenant: true,
  priority: true,
}
export const STREAM_OPTIONS: Known = {
  timeout: true,
  signal: true,
  orderKey: true,
  idempotencyKey: true,
  trace: true,
  tenant: true,
  priority: true,
  buffer: true,
}
export const ASK_ALL_OPTIONS: Known = {
  ordered: true,
  inFlight: true,
  timeout: true,
  signal: true,
  onError: true,
  tenant: true,
  priority: true,
  id: true,
  done: true,
}
export const RESUME_OPTIONS: Known = {
  timeout: true,
  signal: true,
  onEvent: true,
  trace: true,
}
export const BRANCH_OPTIONS = ['at', 'weight'] as const
