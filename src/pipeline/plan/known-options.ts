/** The known options, by their owner. TypeScript knows them; this is for callers in JavaScript. */
export const STEP_OPTIONS = ['name'] as const
export const STAGE_OPTIONS = ['replicas', 'retry', 'timeout', 'mailbox', 'concurrency'] as const
export const FAN_OPTIONS = ['weights', 'route', 'policies', 'optional'] as const
export const JOIN_OPTIONS = ['name', 'quorum', 'grace', 'deadline', 'onMissing'] as const
export const LOOP_OPTIONS = ['name', 'max', 'onMax', 'until', 'while'] as const
export const PIPELINE_OPTIONS = ['timeout', 'maxInFlight', 'history', 'admission', 'retryBudget'] as const
export const ADMISSION_OPTIONS = ['limit', 'maxWaiting', 'tenants'] as const
export const LIMIT_OPTIONS = ['min', 'max', 'initial'] as const
export const ASK_OPTIONS = [
  'timeout',
  'signal',
  'onEvent',
  'orderKey',
  'idempotencyKey',
  'trace',
  'tenant',
  'priority',
] as const
export const STREAM_OPTIONS = [
  'timeout',
  'signal',
  'orderKey',
  'idempotencyKey',
  'trace',
  'tenant',
  'priority',
  'buffer',
] as const
export const ASK_ALL_OPTIONS = ['ordered', 'inFlight', 'timeout', 'signal', 'onError', 'id', 'done'] as const
export const RESUME_OPTIONS = ['timeout', 'signal', 'onEvent', 'trace'] as const
export const BRANCH_OPTIONS = ['at', 'weight'] as const
