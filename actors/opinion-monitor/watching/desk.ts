import { balance } from '../reading/mood.ts'
import type { Reading } from '../reading/reading.ts'
import { type Alert, AlertWriter } from './alert.ts'
import { EntityWatch, type Seen } from './entity-watch.ts'
import type { WatchSettings } from './settings.ts'
import { type Topic, Topics } from './topics.ts'

/** A headline that was read, on its way into its window. */
export interface Observed {
  /** The same headline has the same id, however often it comes. */
  readonly id: string
  /** Event time, milliseconds since the epoch. */
  readonly at: number
  readonly title: string
  readonly reading: Reading
}

/** What became of a headline. `late`: its window was closed. `full`: its window held as many as it may. */
export type Taken = 'counted' | 'duplicate' | 'late' | 'full'

/** An entity over one closed window. */
export interface EntityWindow {
  readonly start: number
  readonly entity: string
  readonly headlines: number
  /** Mean balance of its readings, from -1 to 1. */
  readonly mood: number
}

/** How many headlines were taken, by what became of them, and the windows closed. */
export interface DeskCounts {
  readonly counted: number
  readonly duplicate: number
  readonly late: number
  readonly full: number
  readonly windows: number
}

/** Most entities watched at once; the one that was named longest ago makes room. */
const ENTITIES_MOST = 10_000
/** Windows kept for the reports. */
const KEPT_MOST = 20_000

/**
 * Windows by event time, and what each means for the entities in it. A window closes when the watermark passes its end: the latest
 * event time minus the lateness. It closes in order, its headlines sorted by time and id, so that the order of arrival within the
 * lateness changes nothing.
 *
 * It holds the state of the watch, apart from the actor that guards it: an instance that crashes takes none of it along.
 */
export class Desk {
  readonly #settings: WatchSettings
  readonly #open = new Map<number, Map<string, Observed>>()
  readonly #entities = new Map<string, EntityWatch>()
  readonly #topics: Topics
  readonly #writer: AlertWriter
  readonly #kept: EntityWindow[] = []
  readonly #alerts: Alert[] = []
  readonly #counts = { counted: 0, duplicate: 0, late: 0, full: 0, windows: 0 }
  #latest = Number.NEGATIVE_INFINITY
  /** Start of the first window that is not closed. */
  #next: number | undefined

  constructor(settings: WatchSettings) {
    this.#settings = settings
    this.#topics = new Topics(settings.topicCosine)
    this.#writer = new AlertWriter(settings)
  }

  take(headline: Observed): Taken {
    const start = Math.floor(headline.at / this.#settings.windowMs) * this.#settings.windowMs
    if (this.#next !== undefined && start < this.#next) return this.#count('late')
    const window = this.#open.get(start) ?? new Map<string, Observed>()
    this.#open.set(start, window)
    if (window.has(headline.id)) return this.#count('duplicate')
    if (window.size >= this.#settings.windowMost) return this.#count('full')
    window.set(headline.id, headline)
    this.advance(headline.at)
    return this.#count('counted')
  }

  /** Says that event time has come to `time`, and closes the windows that this ends. */
  advance(time: number): void {
    this.#latest = Math.max(this.#latest, time)
    this.#closeUntil(this.#latest - this.#settings.latenessMs)
  }

  /** Closes every open window: the stream has ended. */
  close(): void {
    this.#closeUntil(Number.POSITIVE_INFINITY)
  }

  get counts(): DeskCounts {
    return { ...this.#counts }
  }

  /** Alerts, oldest first. */
  get alerts(): readonly Alert[] {
    return this.#alerts
  }

  /** The latest closed windows, by time. */
  get windows(): readonly EntityWindow[] {
    return this.#kept
  }

  get topics(): readonly Topic[] {
    return this.#topics.list()
  }

  #count(taken: Taken): Taken {
    this.#counts[taken] += 1
    return taken
  }

  #closeUntil(watermark: number): void {
    for (;;) {
      const start = this.#open.size === 0 ? undefined : Math.min(...this.#open.keys())
      if (start === undefined || start + this.#settings.windowMs > watermark) break
      this.#passTo(start)
      const headlines = [...(this.#open.get(start)?.values() ?? [])]
      this.#open.delete(start)
      this.#closeWindow(start, headlines)
    }
    if (Number.isFinite(watermark)) {
      const next = Math.floor(watermark / this.#settings.windowMs) * this.#settings.windowMs
      if (this.#next !== undefined && next > this.#next) this.#passTo(next)
    }
  }

  /** Windows without a headline. More than a history's worth of them say no more than that. */
  #passTo(start: number): void {
    const { windowMs, surge } = this.#settings
    this.#next ??= start
    const empty = Math.min((start - this.#next) / windowMs, surge.history)
    for (let i = 0; i < empty; i++) this.#closeWindow(start - (empty - i) * windowMs, [])
    this.#next = start
  }

  #closeWindow(start: number, headlines: readonly Observed[]): void {
    this.#counts.windows += 1
    this.#next = start + this.#settings.windowMs
    const byEntity = new Map<string, Seen[]>()
    for (const headline of headlines.toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))) {
      const { vector, words } = headline.reading
      const topic = this.#topics.take(vector, words, headline.at)
      for (const { entity, chances } of headline.reading.mentions) {
        const seen = byEntity.get(entity) ?? []
        seen.push({
          id: headline.id,
          at: headline.at,
          title: headline.title,
          balance: balance(chances),
          topic,
        })
        byEntity.set(entity, seen)
      }
    }
    for (const [entity, seen] of byEntity) {
      const watch = this.#watch(entity)
      for (const finding of watch.close(seen))
        this.#alerts.push(this.#writer.write(start, entity, finding, this.#topics))
      const mood = seen.reduce((sum, one) => sum + one.balance, 0) / seen.length
      this.#kept.push({ start, entity, headlines: seen.length, mood })
    }
    for (const [entity, watch] of this.#entities) if (!byEntity.has(entity)) watch.close([])
    if (this.#kept.length > KEPT_MOST) this.#kept.splice(0, this.#kept.length - KEPT_MOST)
  }

  #watch(entity: string): EntityWatch {
    let watch = this.#entities.get(entity)
    if (watch === undefined) watch = new EntityWatch(this.#settings, this.#counts.windows - 1)
    // Re-insertion keeps the map in order of last mention.
    this.#entities.delete(entity)
    this.#entities.set(entity, watch)
    if (this.#entities.size > ENTITIES_MOST)
      this.#entities.delete(this.#entities.keys().next().value as string)
    return watch
  }
}
