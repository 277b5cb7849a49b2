import type { Alert } from '../watching/alert.ts'
import type { EntityWindow } from '../watching/desk.ts'

/** What the windows say about one entity. */
export interface EntityActivity {
  readonly entity: string
  readonly headlines: number
  /** Mean balance of all its headlines. */
  readonly mood: number
  readonly from: number
  readonly until: number
  readonly windows: readonly EntityWindow[]
}

/** The entities of the windows, those with most headlines first. */
export function byEntity(windows: readonly EntityWindow[], windowMs: number): EntityActivity[] {
  const found = new Map<string, EntityWindow[]>()
  for (const window of windows) {
    const own = found.get(window.entity)
    if (own === undefined) found.set(window.entity, [window])
    else own.push(window)
  }
  return [...found]
    .map(([entity, own]) => {
      const headlines = own.reduce((sum, one) => sum + one.headlines, 0)
      return {
        entity,
        headlines,
        mood: own.reduce((sum, one) => sum + one.mood * one.headlines, 0) / headlines,
        from: own[0]?.start ?? 0,
        until: (own.at(-1)?.start ?? 0) + windowMs,
        windows: own,
      }
    })
    .toSorted((a, b) => b.headlines - a.headlines || (a.entity < b.entity ? -1 : 1))
}

/** Red for bad, grey for neither, green for good. */
export function moodColour(mood: number): string {
  const strength = Math.min(1, Math.abs(mood) * 1.5)
  const hue = mood < 0 ? 8 : 150
  return `hsl(${hue} ${Math.round(10 + 60 * strength)}% ${Math.round(60 - 14 * strength)}%)`
}

const WIDTH = 320
const HEIGHT = 90
const BASE = 74
/** More windows than this share bars. */
const BARS_MOST = 160

/** Bars over time, as SVG. */
export function activityPlot(
  { windows }: EntityActivity,
  { from, until, windowMs }: { readonly from: number; readonly until: number; readonly windowMs: number },
  alerts: readonly Alert[],
): string {
  const bars = Math.max(1, Math.min(BARS_MOST, Math.round((until - from) / windowMs)))
  const place = (time: number) => Math.min(bars - 1, Math.floor(((time - from) / (until - from)) * bars))
  const counts = new Float64Array(bars)
  const moods = new Float64Array(bars)
  for (const { start, headlines, mood } of windows) {
    const at = place(start)
    counts[at] = (counts[at] as number) + headlines
    moods[at] = (moods[at] as number) + mood * headlines
  }
  const most = Math.max(...counts, 1)
  const step = WIDTH / bars
  const drawn = Array.from(counts, (count, i) => {
    if (count === 0) return ''
    const height = (count / most) * (BASE - 14)
    const title = `<title>${count} headlines, mood ${((moods[i] as number) / count).toFixed(2)}</title>`
    return `<rect x="${(i * step).toFixed(1)}" y="${(BASE - height).toFixed(1)}" width="${Math.max(1, step - 1).toFixed(1)}" height="${height.toFixed(1)}" fill="${moodColour((moods[i] as number) / count)}">${title}</rect>`
  })
  const marks = alerts.map(({ from: start, kind }) => {
    const x = (place(Date.parse(start)) + 0.5) * step
    return `<path d="M ${(x - 4).toFixed(1)} 0 h 8 l -4 8 z" fill="#e0952f"><title>${kind}</title></path>`
  })
  const label = (time: number) => new Date(time).toISOString().slice(5, 16).replace('T', ' ')
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">${drawn.join('')}${marks.join('')}
<line x1="0" y1="${BASE}" x2="${WIDTH}" y2="${BASE}" stroke="currentColor" stroke-opacity=".3"/>
<text x="0" y="${HEIGHT - 4}">${label(from)}</text><text x="${WIDTH}" y="${HEIGHT - 4}" text-anchor="end">${label(until)}</text>
<text x="0" y="9">${most}</text></svg>`
}
