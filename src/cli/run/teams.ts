import { setUpAsk } from '../ask/command.ts'
import { CUSTOMER_SERVICE } from './customer-service/command.ts'
import { setUpOpinionMonitor } from './opinion-monitor/command.ts'
import { RECOMMENDER } from './recommender/command.ts'
import type { TeamCommand } from './team-command.ts'

/** Every team, in the order of the list. */
export const TEAMS: readonly TeamCommand[] = [
  {
    name: 'question-answering',
    summary: 'answers questions about a folder of documents, with sources (the same as ganglion ask)',
    setUp: setUpAsk,
  },
  RECOMMENDER,
  {
    name: 'opinion-monitor',
    summary:
      'reads a stream of headlines for the mood of each entity, and raises an alert when something changes',
    setUp: setUpOpinionMonitor,
  },
  CUSTOMER_SERVICE,
]
