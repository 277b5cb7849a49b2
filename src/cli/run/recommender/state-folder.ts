import { appendFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { BLEND_NAMES, type BlendName } from '../../../../actors/recommender/ranking/blends.ts'
import type { Rating } from '../../../../actors/recommender/ratings/events.ts'
import { readRating } from '../../../../actors/recommender/ratings/read.ts'
import type { RoutesState } from '../../../pipeline/flow/fan-routes.ts'

/** The latest picks of a user, which a click refers to. */
export interface Shown {
  readonly blend: BlendName
  readonly items: readonly string[]
}

/** Users whose latest picks are kept; those that were shown theirs longest ago are left out. */
const SHOWN_MOST = 10_000
const SHOWN = z.array(
  z.tuple([z.string(), z.object({ blend: z.enum(BLEND_NAMES), items: z.array(z.string()) })]),
)

/**
 * What came after the data: `events.jsonl`, one event a line; `learned.json`, what clicks have taught; and `shown.json`, the latest
 * picks of each user, so that a click may come in a later command.
 */
export class StateFolder {
  readonly #events: string
  readonly #learned: string
  readonly #shown: string

  private constructor(folder: string) {
    this.#events = join(folder, 'events.jsonl')
    this.#learned = join(folder, 'learned.json')
    this.#shown = join(folder, 'shown.json')
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

  keepLearned(learned: RoutesState): Promise<void> {
    return replaced(this.#learned, learned)
  }

  /** By user, the latest last. A file that can't be read has shown nothing. */
  async shown(): Promise<Map<string, Shown>> {
    try {
      return new Map(SHOWN.parse(JSON.parse((await textOf(this.#shown)) ?? '[]')))
    } catch {
      return new Map()
    }
  }

  keepShown(shown: ReadonlyMap<string, Shown>): Promise<void> {
    return replaced(this.#shown, [...shown].slice(-SHOWN_MOST))
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

/** Whole or not at all. */
async function replaced(file: string, value: unknown): Promise<void> {
  const fresh = `${file}.new`
  await writeFile(fresh, JSON.stringify(value))
  await rename(fresh, file)
}
