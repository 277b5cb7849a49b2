import { appendFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Rating } from '../../../../actors/recommender/ratings/events.ts'
import { readRating } from '../../../../actors/recommender/ratings/read.ts'
import type { RoutesState } from '../../../pipeline/flow/fan-routes.ts'

/** What came after the data: `events.jsonl`, one event a line, and `learned.json`, what clicks have taught. */
export class StateFolder {
  readonly #events: string
  readonly #learned: string

  private constructor(folder: string) {
    this.#events = join(folder, 'events.jsonl')
    this.#learned = join(folder, 'learned.json')
  }

  static async open(folder: string): Promise<StateFolder> {
    await mkdir(folder, { recursive: true })
    return new StateFolder(folder)
  }

  /** A last line that a crash cut off is left out. */
  async events(): Promise<readonly Rating[]> {
    const lines = ((await textOf(this.#events)) ?? '').split('\n')
    return lines.slice(0, -1).flatMap((line) => {
      try {
        return [readRating(JSON.parse(line))]
      } catch {
        return []
      }
    })
  }

  async learned(): Promise<RoutesState | undefined> {
    const text = await textOf(this.#learned)
    return text === undefined ? undefined : (JSON.parse(text) as RoutesState)
  }

  async keepEvent({ at, ...rating }: Rating): Promise<void> {
    await appendFile(this.#events, `${JSON.stringify({ ...rating, time: at })}\n`)
  }

  /** Whole or not at all. */
  async keepLearned(learned: RoutesState): Promise<void> {
    const fresh = `${this.#learned}.new`
    await writeFile(fresh, JSON.stringify(learned))
    await rename(fresh, this.#learned)
  }
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
