import type { Recommendation } from '../../../../actors/recommender/open-recommender.ts'
import type { Style } from '../../style.ts'

/** Picks with their reasons, for people. */
export function rendered({ user, known, picks, blend, missing }: Recommendation, style: Style): string {
  const who =
    known === 0 ? `${user}, who is new here` : `${user}, who has taken ${known} item${known === 1 ? '' : 's'}`
  const width = String(picks.length).length
  const lines = picks.flatMap(({ title, item, reasons }, at) => [
    `${String(at + 1).padStart(width + 1)}  ${style.bold(title)} ${style.dim(item)}`,
    ...reasons.map(({ text }, nth) => `${' '.repeat(width + 3)}${nth === 0 ? 'because' : '    and'} ${text}`),
  ])
  const without = missing.length === 0 ? '' : `; without ${missing.join(', ')}`
  const head = style.accent(`For ${who}`)
  return `${head} ${style.dim(`(ranked by '${blend}'${without})`)}\n\n${lines.length === 0 ? '  nothing is left to recommend' : lines.join('\n')}\n\n`
}
