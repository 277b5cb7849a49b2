import { escaped } from '../../src/pipeline/pictures/svg-text.ts'
import { weightsInto } from '../../src/routing/weights-into.ts'
import { figureRow, htmlPage, shareTable } from '../knowledge/page/html-page.ts'
import type { Recommendation, Recommender } from './open-recommender.ts'
import { BLEND_NAMES } from './ranking/blends.ts'

/** Answers that are printed; the latest. */
const SHOWN_MOST = 100

/** What the team knows, what its route has learned, and its latest picks with their reasons, as one HTML document. */
export function recommenderReport(team: Recommender, answers: readonly Recommendation[]): string {
  const { users, items, events, now } = team.known
  const until = events === 0 ? '' : ` The latest is of ${new Date(now).toISOString().slice(0, 10)}.`
  const body = `<p class="dim">Everything is counted from ratings and clicks.${until}</p>
${figureRow([
  ['users', users],
  ['items', items],
  ['ratings', events],
  ['answers here', answers.length],
])}
<h2>How much each retriever counts</h2>
${shareTable(Object.entries(retrieversOf(team)))}
<h2>What clicks have taught the route</h2>
<p class="dim">A bar is the share of a blend's answers that were clicked; what the fit measured counts as 100 answers.</p>
${shareTable(blendsOf(team))}
<h2>Picks</h2>
${answers.slice(-SHOWN_MOST).map(answerCard).join('\n')}`
  return htmlPage('Recommender', body)
}

function retrieversOf(team: Recommender): Readonly<Record<string, number>> {
  return weightsInto(team.running.matrix(), 'union')
}

function blendsOf(team: Recommender): [string, number, string][] {
  const learned = team.learned()
  return BLEND_NAMES.map((name) => {
    const { answers = 0, mean = 0 } = learned[name] ?? {}
    return [
      name,
      mean,
      answers === 0 ? 'not known' : `${(mean * 100).toFixed(0)} % of ${Math.round(answers)}`,
    ]
  })
}

function answerCard({ user, known, blend, picks, missing }: Recommendation): string {
  const lost = missing.length > 0 ? `; without ${missing.join(', ')}` : ''
  const head = `For ${user}, who has taken ${known}; ranked by ${blend}${lost}`
  const rows = picks.map(({ title, reasons }, at) => {
    const why = reasons.map(({ text }) => escaped(text)).join('; ')
    const shares = reasons.map(
      ({ retriever, share }) =>
        `<div style="display:flex;gap:8px;align-items:center"><span class="dim" style="width:70px">${escaped(retriever)}</span><div class="bar" style="width:${(share * 60).toFixed(0)}%"></div></div>`,
    )
    return `<tr><td class="n">${at + 1}</td><td><b>${escaped(title)}</b><br><span class="dim">because ${why}</span></td><td style="width:30%">${shares.join('')}</td></tr>`
  })
  return `<div class="card" style="margin-bottom:14px"><h3>${escaped(head)}</h3><table>${rows.join('')}</table></div>`
}
