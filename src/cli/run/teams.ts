import { setUpAsk } from '../ask/command.ts'
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
]
