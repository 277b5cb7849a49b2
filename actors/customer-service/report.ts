import { escaped } from '../../src/pipeline/pictures/svg-text.ts'
import { figureRow, htmlPage, shareTable } from '../knowledge/page/html-page.ts'
import type { CustomerService, ServiceAnswer } from './service.ts'

/** An answer, and whose message it answers. */
export interface Answered {
  readonly customer: string
  readonly answer: ServiceAnswer
}

/** Conversations that are printed whole; the figures count them all. */
const SHOWN_MOST = 300
const INTENTS_MOST = 20
const BY = { reply: 'by a reply', documents: 'from documents', person: 'handed over' } as const

/** What the team was asked and how it answered, as one HTML document. */
export function serviceReport(
  team: Pick<CustomerService, 'card' | 'weights'>,
  answered: readonly Answered[],
): string {
  const by = (who: ServiceAnswer['by']) => answered.filter(({ answer }) => answer.by === who).length
  const late = answered.filter(({ answer }) => answer.missing.length > 0).length
  const { examples, accuracy } = team.card
  const body = `<p class="dim">Learned from ${examples.toLocaleString('en-US')} examples.</p>
${figureRow([
  ['messages', answered.length],
  ['answered by a reply', by('reply')],
  ['answered from documents', by('documents')],
  ['handed over to a person', by('person')],
  ['follow-ups', answered.filter(({ answer }) => answer.followUp).length],
  ...(late > 0 ? [['without a reader', late] as const] : []),
])}
<h2>Intents</h2>
${intentTable(answered)}
<h2>Share of held-out examples that are read rightly</h2>
${shareTable(Object.entries(accuracy).map(([name, share]) => [NAMES[name] ?? name, share]))}
<h2>How much each reader counts</h2>
${shareTable(Object.entries(team.weights()))}
<h2>Messages</h2>
${answered.slice(0, SHOWN_MOST).map(messageCard).join('\n')}
${answered.length > SHOWN_MOST ? `<p class="dim">And ${answered.length - SHOWN_MOST} more.</p>` : ''}`
  return htmlPage('Customer service', body)
}

const NAMES: Readonly<Record<string, string>> = { outOfScopeRecall: 'out of scope, refused' }

function intentTable(answered: readonly Answered[]): string {
  const counts = new Map<string, number>()
  for (const { answer } of answered) {
    const intent = answer.intent ?? '(out of scope)'
    counts.set(intent, (counts.get(intent) ?? 0) + 1)
  }
  const rows = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  if (rows.length === 0) return '<p class="dim">No message.</p>'
  const most = rows[0]?.[1] ?? 1
  return shareTable(rows.slice(0, INTENTS_MOST).map(([name, count]) => [name, count / most, String(count)]))
}

function messageCard({ customer, answer }: Answered): string {
  const { message, intent, candidates, by, sources, votes, missing, handOver } = answer
  const sure = candidates[0] === undefined ? '' : ` (${(candidates[0].probability * 100).toFixed(0)} %)`
  const read = intent === undefined ? 'out of scope' : `${intent}${sure}`
  const said = Object.entries(votes).map(
    ([reader, vote]) => `${reader}: ${vote.intent} ${(vote.probability * 100).toFixed(0)} %`,
  )
  const lost = missing.length > 0 ? `; missing: ${missing.join(', ')}` : ''
  const text = answer.answer ?? handOver?.summary ?? ''
  return `<div class="card alert" style="border-left-color:${answer.answer === undefined ? '#d9822b' : '#5b8def'}"><p class="dim">${escaped(customer)}</p>
<h3>${escaped(message)}</h3><p style="white-space:pre-line">${escaped(text)}</p>
<p class="dim">${escaped(`${read}; ${BY[by]}${sources === undefined ? '' : ` ${sources.join(', ')}`}`)}<br>${escaped(said.join(' · ') + lost)}</p></div>`
}
