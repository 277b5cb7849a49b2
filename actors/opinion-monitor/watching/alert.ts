import type { Finding, Seen } from './entity-watch.ts'
import type { WatchSettings } from './settings.ts'
import type { Topics } from './topics.ts'

/** A headline that caused an alert. */
export interface Cause {
  readonly id: string
  readonly at: string
  readonly title: string
  /** From -1, bad for the entity, to 1. */
  readonly balance: number
}

/** One surge of headlines, or one change of mood, of one entity. The same event has the same id, in every run over the same data. */
export interface Alert {
  readonly id: string
  readonly kind: 'surge' | 'shift'
  readonly entity: string
  /** Start and end of the window that showed it, in ISO 8601. */
  readonly from: string
  readonly until: string
  /** Of a surge: headlines in the window and as many as usual. Of a shift: readings since it began. */
  readonly headlines: number
  readonly usual?: number
  /** Of a surge: how likely as many are at the usual rate. */
  readonly p?: number
  /** Of a shift. */
  readonly direction?: 'up' | 'down'
  /** Mean balance of its headlines. */
  readonly mood: number
  /** The topic of most of them. */
  readonly topic: string
  /** The most telling ones, by time. */
  readonly causes: readonly Cause[]
}

/** Headlines that an alert quotes. */
const CAUSES_MOST = 5

/** Makes alerts of findings. */
export class AlertWriter {
  readonly #windowMs: number

  constructor({ windowMs }: WatchSettings) {
    this.#windowMs = windowMs
  }

  write(start: number, entity: string, finding: Finding, topics: Topics): Alert {
    const { kind, causes } = finding
    const topic = commonTopic(causes)
    const mood = causes.reduce((sum, one) => sum + one.balance, 0) / Math.max(1, causes.length)
    return {
      id: `${kind}:${entity}:${start}${kind === 'shift' ? `:${causes.at(-1)?.id ?? ''}` : ''}`,
      kind,
      entity,
      from: new Date(start).toISOString(),
      until: new Date(start + this.#windowMs).toISOString(),
      headlines: causes.length,
      ...(finding.kind === 'surge'
        ? { usual: finding.verdict.expected, p: finding.verdict.p }
        : { direction: finding.shift.direction }),
      mood,
      topic: topics.name(topic) ?? '',
      causes: telling(finding, topic).map(({ id, at, title, balance }) => ({
        id,
        at: new Date(at).toISOString(),
        title,
        balance,
      })),
    }
  }
}

/**
 * The most telling ones, by time. Of a surge: those of its topic first, the earliest of them first. Of a shift: those that moved it
 * most, and none that speaks against it.
 */
function telling(finding: Finding, topic: number): Seen[] {
  const pull = (one: Seen) =>
    finding.kind === 'surge'
      ? Number(one.topic === topic)
      : finding.shift.direction === 'up'
        ? one.balance
        : -one.balance
  const ranked = finding.causes.toSorted((a, b) => pull(b) - pull(a) || a.at - b.at)
  // The same words from two sources tell no more than once.
  const byTitle = new Map(ranked.toReversed().map((one) => [one.title, one]))
  const once = ranked.filter((one) => byTitle.get(one.title) === one)
  const along = finding.kind === 'surge' ? once : once.filter((one) => pull(one) > 0)
  return (along.length > 0 ? along : once).slice(0, CAUSES_MOST).toSorted((a, b) => a.at - b.at)
}

function commonTopic(causes: readonly Seen[]): number {
  const counts = new Map<number, number>()
  for (const { topic } of causes) counts.set(topic, (counts.get(topic) ?? 0) + 1)
  return [...counts].reduce((best, one) => (one[1] > best[1] ? one : best), [0, 0] as [number, number])[0]
}
