import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Rating } from '../../../../actors/recommender/ratings/events.ts'
import { readRating } from '../../../../actors/recommender/ratings/read.ts'
import { makeFolder } from '../../../kernel/make-folder.ts'
import { writeWhole } from '../../../kernel/whole-file.ts'
import type { RoutesState } from '../../../pipeline/flow/fan-routes.ts'
import { JsonLog } from './json-log.ts'
import { ShownPicks } from './shown-picks.ts'

/**
 * What came after the data: `events.jsonl`, one event a line; `learned.json`, what clicks have taught; and `shown.jsonl`, the latest
 * picks of each user, so that a click may come in a later command.
 */
export class StateFolder {
  readonly #learned: string
  readonly #events: JsonLog
  readonly shown: ShownPicks

  private constructor(learned: string, events: JsonLog, shown: ShownPicks) {
    this.#learned = learned
    this.#events = events
    this.shown = shown
  }

  static async open(folder: string): Promise<StateFolder> {
    await makeFolder(folder)
    const events = await JsonLog.open(join(folder, 'events.jsonl'))
    const shown = await ShownPicks.open(await JsonLog.open(join(folder, 'shown.jsonl')))
    return new StateFolder(join(folder, 'learned.json'), events, shown)
  }

  /** Those that it began with. A line that can't be read is left out. */
  events(): readonly Rating[] {
    return this.#events.lines.flatMap((line) => {
      try {
        return [readRating(JSON.parse(line))]
      } catch {
        return []
      }
    })
  }

  async learned(): Promise<RoutesState | undefined> {
    try {
      return JSON.parse(await readFile(this.#learned, 'utf8')) as RoutesState
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }

  keepEvent({ at, ...rating }: Rating): Promise<void> {
    return this.#events.append({ ...rating, time: at })
  }

  /** Whole or not at all. */
  keepLearned(learned: RoutesState): Promise<void> {
    return writeWhole(this.#learned, JSON.stringify(learned))
  }
}
