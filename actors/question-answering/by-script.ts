import type { LexicalIndex } from '../knowledge/retrieval/lexical-index.ts'
import { STOP_WORDS } from '../knowledge/text/stop-words.ts'
import { isUnspaced, words } from '../knowledge/text/words.ts'
import type { Team } from './start-team.ts'

/** A team, and the words of its passages. */
interface Known {
  readonly team: Team
  readonly lexical: Pick<LexicalIndex, 'frequency'>
}

/**
 * Two teams as one: a question in Chinese goes to the team over the Chinese passages, every other to `main`. One in Chinese about a name in
 * Latin letters that only other passages have ("Heron 是谁写的？") goes to `main` too.
 */
export function byScript({ team: main, lexical: others }: Known, { team: chinese, lexical }: Known): Team {
  const of = (question: string): Team => {
    if (!isUnspaced(question)) return main
    const names = words(question).flatMap(({ form, term }) =>
      /\p{L}{2}/u.test(form) && !isUnspaced(form) && !STOP_WORDS.has(form) ? [term] : [],
    )
    const isElsewhere =
      names.some((name) => others.frequency(name) > 0) && names.every((name) => lexical.frequency(name) === 0)
    return isElsewhere ? main : chinese
  }
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
