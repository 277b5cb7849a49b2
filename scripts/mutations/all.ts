import { ACTORS } from './actors.ts'
import { FAILURES } from './failures.ts'
import { JOURNALS } from './journals.ts'
import type { Mutation } from './mutation.ts'
import { PIPELINES } from './pipelines.ts'
import { QUEUES } from './queues.ts'
import { RULES } from './rules.ts'

export const MUTATIONS: readonly Mutation[] = [
  ...ACTORS,
  ...PIPELINES,
  ...RULES,
  ...QUEUES,
  ...FAILURES,
  ...JOURNALS,
]
