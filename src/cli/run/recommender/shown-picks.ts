import { z } from 'zod'
import { BLEND_NAMES, type BlendName } from '../../../../actors/recommender/ranking/blends.ts'
import type { JsonLog } from './json-log.ts'

/** The latest picks of a user, which a click refers to. Those of an earlier process have no id. */
export interface Shown {
  readonly id?: number
  readonly blend: BlendName
  readonly items: readonly string[]
}

/** Users whose latest picks are kept; those that were shown theirs longest ago are left out. */
const USERS_MOST = 10_000
const LINE = z.union([
  z.tuple([z.string(), z.object({ blend: z.enum(BLEND_NAMES), items: z.array(z.string()) })]),
  z.tuple([z.string()]),
])

/**
 * The picks that may still be clicked, by user. With a log it outlives the process: a line for what a user was shown, and a line for a
 * click on it.
 *
 *     ["ada",{"blend":"learned","items":["b108","b102"]}]
 *     ["ada"]
 *
 * A line costs the same however many users there are; once there are twice as many as users may be kept, the log is written anew.
 */
export class ShownPicks {
  readonly #log: JsonLog | undefined
  readonly #most: number
  /** In the order of showing. */
  readonly #picks = new Map<string, Shown>()
  #lines: number

  private constructor(log: JsonLog | undefined, most: number) {
    this.#log = log
    this.#most = most
    this.#lines = log?.lines.length ?? 0
  }

  /** A line that can't be read has shown nothing. */
  static async open(log?: JsonLog, most = USERS_MOST): Promise<ShownPicks> {
    const all = new ShownPicks(log, most)
    for (const line of log?.lines ?? []) all.#read(line)
    await all.#compacted()
    return all
  }

  get(user: string): Shown | undefined {
    return this.#picks.get(user)
  }

  async show(user: string, shown: Shown): Promise<void> {
    this.#put(user, shown)
    await this.#wrote(rowOf([user, shown]))
  }

  /** The picks had their click, or none of them will have one. */
  async done(user: string): Promise<void> {
    this.#picks.delete(user)
    await this.#wrote([user])
  }

  #put(user: string, shown: Shown): void {
    this.#picks.delete(user)
    this.#picks.set(user, shown)
    if (this.#picks.size <= this.#most) return
    const [oldest] = this.#picks.keys()
    this.#picks.delete(oldest as string)
  }

  #read(line: string): void {
    try {
      const [user, shown] = LINE.parse(JSON.parse(line))
      if (shown === undefined) this.#picks.delete(user)
      else this.#put(user, shown)
    } catch {
      // It is left out.
    }
  }

  async #wrote(row: unknown): Promise<void> {
    await this.#log?.append(row)
    this.#lines += 1
    await this.#compacted()
  }

  async #compacted(): Promise<void> {
    if (this.#lines <= 2 * this.#most) return
    this.#lines = this.#picks.size
    await this.#log?.replace([...this.#picks].map(rowOf))
  }
}

function rowOf([user, { blend, items }]: readonly [string, Shown]): unknown {
  return [user, { blend, items }]
}
