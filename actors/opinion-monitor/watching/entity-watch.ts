import type { WatchSettings } from './settings.ts'
import { type Shift, ShiftDetector } from './shift.ts'
import { SurgeDetector, type SurgeVerdict } from './surge.ts'

/** A headline as its entity's watch sees it. */
export interface Seen {
  readonly id: string
  readonly at: number
  readonly title: string
  readonly balance: number
  readonly topic: number
}

/** What a window showed about an entity, with the headlines that caused it. */
export type Finding =
  | { readonly kind: 'surge'; readonly verdict: SurgeVerdict; readonly causes: readonly Seen[] }
  | { readonly kind: 'shift'; readonly shift: Shift; readonly causes: readonly Seen[] }

/** Headlines kept to name the causes of a shift that began some windows ago. */
const RECENT_MOST = 100

/** The two detectors of one entity. */
export class EntityWatch {
  readonly #surge: SurgeDetector
  readonly #shift: ShiftDetector
  #recent: Seen[] = []

  constructor(settings: WatchSettings, windowsBefore: number) {
    this.#surge = new SurgeDetector(settings.surge, windowsBefore)
    this.#shift = new ShiftDetector(settings.shift)
  }

  /** Takes the headlines of the next window, by time. */
  close(seen: readonly Seen[]): Finding[] {
    const findings: Finding[] = []
    const verdict = this.#surge.take(seen.length)
    if (verdict.alarm) findings.push({ kind: 'surge', verdict, causes: seen })
    for (const one of seen) {
      this.#recent.push(one)
      if (this.#recent.length > RECENT_MOST) this.#recent.shift()
      const shift = this.#shift.take(one.balance)
      if (shift !== undefined)
        findings.push({ kind: 'shift', shift, causes: this.#recent.slice(-shift.readings) })
    }
    return findings
  }
}
