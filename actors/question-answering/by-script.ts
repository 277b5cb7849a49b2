import { isUnspaced } from '../knowledge/text/words.ts'
import type { Team } from './start-team.ts'

/** Two teams as one: a question in Chinese goes to the team over the Chinese passages, every other to `main`. */
export function byScript(main: Team, chinese: Team): Team {
  const of = (question: string): Team => (isUnspaced(question) ? chinese : main)
  return {
    systems: [...main.systems, ...chinese.systems],
    pipelines: [...main.pipelines, ...chinese.pipelines],
    get inFlight() {
      return main.inFlight + chinese.inFlight
    },
    maxInFlight: main.maxInFlight,
    get limit() {
      return main.limit
    },
    ask: async (question, indexMs, options) => of(String(question)).ask(question, indexMs, options),
    stream: (question, indexMs, options) => of(String(question)).stream(question, indexMs, options),
    kill(processor) {
      main.kill(processor)
      chinese.kill(processor)
    },
    async stop(drainMs) {
      await Promise.all([main.stop(drainMs), chinese.stop(drainMs)])
    },
  }
}
