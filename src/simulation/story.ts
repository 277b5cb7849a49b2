import { deadLetterWords, meaningOf } from './fault-words.ts'
import type { Played } from './played.ts'
import type { StateChange, TraceEvent } from './recorder.ts'

/** Most lines of a story: a longer run is told by its faults and its end. */
const LINES_MAX = 60
/** The first and the last lines of a longer run, which are told whole. */
const HEAD = 6
const TAIL = 24
/** Most lines between them that say the same. */
const ALIKE_MAX = 2

/** Virtual time for people. */
export function timeOf(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms % 1000 === 0 ? 0 : 2)} s`
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`
}

/** Most actors whose states are told. */
const STATES_MAX = 6

/** The events, one per line, with the faults marked, after how the states of the actors changed. */
export function tellStory(played: Played): string {
  const { trace, run } = played
  const faults = [...run.chooser.fired.values()].reduce((sum, times) => sum + times, 0)
  const sends = trace.filter(({ kind }) => kind === 'send').length
  const head = `${faults} ${faults === 1 ? 'fault' : 'faults'}, ${sends} ${sends === 1 ? 'message' : 'messages'}, ${played.steps} steps, ${timeOf(run.kernel.now)} of virtual time`
  const told = linesOf(trace)
  if (run.failure === undefined) return [head, ...told, 'Everything held.'].join('\n')
  return [head, ...statesOf(run.recorder.states), ...told].join('\n')
}

/** Before the events: what they led to, for the actors that changed. */
function statesOf(states: readonly StateChange[]): string[] {
  const changed = states.filter(({ before, after }) => before !== after)
  const told = changed
    .slice(0, STATES_MAX)
    .map(({ actor, before, after }) => `  state of ${actor}: ${before} → ${after}`)
  const more = changed.length - told.length
  return [...told, ...(more > 0 ? [`  and the states of ${more} other actors changed`] : [])]
}

/** The told events as lines, with a line for what is left out between them. */
function linesOf(whole: readonly TraceEvent[]): string[] {
  const trace = untilItFails(whole)
  const met = new Set<string>()
  const all = apart(trace)
  const told = chosen(trace)
  const lines: string[] = []
  let at = 0
  for (const event of told) {
    const next = all.indexOf(event, at)
    if (next > at) lines.push(leftOut(all.slice(at, next)))
    lines.push(lineOf(withAnswer(trace, event)) + glossOf(event, met))
    at = next + 1
  }
  return lines
}

/** Events after the failure, in the same step, lead nowhere. */
function untilItFails(trace: readonly TraceEvent[]): readonly TraceEvent[] {
  const end = trace.findIndex(({ kind, what }) => kind === 'note' && what.startsWith('✗ '))
  return end < 0 ? trace : trace.slice(0, end + 1)
}

/** Where a kind of fault comes for the first time, what it means. */
function glossOf({ kind, what }: TraceEvent, met: Set<string>): string {
  const meaning = kind === 'fault' ? meaningOf(what) : ''
  if (met.has(meaning)) return ''
  met.add(meaning)
  return meaning
}

function withAnswer(trace: readonly TraceEvent[], event: TraceEvent): TraceEvent {
  const answer = event.kind === 'send' ? answerAtOnce(trace, trace.indexOf(event)) : undefined
  return answer?.body === undefined
    ? event
    : { ...event, body: `${event.body ?? ''} ⇒ ${answer.body}`.trim() }
}

function leftOut(events: readonly TraceEvent[]): string {
  const kinds = new Map<string, number>()
  for (const { kind } of events) kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
  const counts = [...kinds].map(([kind, many]) => `${many} × ${kind}`).join(', ')
  return `           … ${events.length} left out: ${counts}`
}

/** Without the lines that say nothing new: a message that is handled, or answered, when it is sent takes one line. */
function apart(trace: readonly TraceEvent[]): readonly TraceEvent[] {
  const answers = new Set(
    trace.map((event, at) => (event.kind === 'send' ? answerAtOnce(trace, at) : undefined)),
  )
  return trace.filter((event, at) => {
    if (event.kind === 'handle') return !followsItsSend(trace, at)
    // The fault that lost it has its own line.
    if (event.kind === 'dead-letter') return !event.what.endsWith(': lost-by-fault')
    return !answers.has(event)
  })
}

/** The answer to the ask at this place, where nothing but its handler comes between the two. */
function answerAtOnce(trace: readonly TraceEvent[], place: number): TraceEvent | undefined {
  const { from, to, what, at } = trace[place] as TraceEvent
  for (let next = place + 1; next < trace.length; next++) {
    const event = trace[next] as TraceEvent
    if (event.kind === 'reply') {
      const its = event.at === at && event.from === to && event.to === from && event.what === what
      return its ? event : undefined
    }
    if (event.kind === 'state' && event.to === to) continue
    if (event.kind !== 'handle' || event.to !== to || event.what !== what) return undefined
  }
  return undefined
}

/** All of a short run; of a long one the faults, their consequences, and the last lines. */
export function chosen(trace: readonly TraceEvent[]): readonly TraceEvent[] {
  const told = apart(trace)
  if (told.length <= LINES_MAX) return told
  const head = told.slice(0, HEAD)
  const rest = fewAlike(told.slice(HEAD, -TAIL).filter(({ kind }) => !ORDINARY.has(kind)))
  return [...head, ...rest.slice(-(LINES_MAX - HEAD - TAIL)), ...told.slice(-TAIL)]
}

/** Without what has been told twice already: forty equal dead letters must not hide the one fault that led to them. */
function fewAlike(events: readonly TraceEvent[]): readonly TraceEvent[] {
  const times = new Map<string, number>()
  return events.filter(({ kind, from, to, what }) => {
    const like = [kind, from, to, what].join('\n')
    times.set(like, (times.get(like) ?? 0) + 1)
    return (times.get(like) as number) <= ALIKE_MAX
  })
}

/** What a long story leaves out first. */
const ORDINARY = new Set<TraceEvent['kind']>([
  'send',
  'handle',
  'reply',
  'state',
  'model',
  'store',
  'deliver',
  'ack',
])

/** A message that is handled when it is sent takes one line, not two. */
function followsItsSend(trace: readonly TraceEvent[], at: number): boolean {
  const { to, what, at: time } = trace[at] as TraceEvent
  for (let before = at - 1; before >= 0 && before >= at - 8; before--) {
    const event = trace[before] as TraceEvent
    if (event.to !== to || event.what !== what) continue
    // Of a message that arrives twice the second arrival has its own line.
    if (event.kind === 'handle') return false
    if (event.kind === 'send') return event.at === time
  }
  return false
}

/** `folder/file.ts:12:3` as `file.ts:12`. */
function shortPlace(place: string): string {
  return /([^/\\]+:\d+):\d+$/.exec(place)?.[1] ?? place
}

export function lineOf(event: TraceEvent): string {
  const at = timeOf(event.at).padStart(9)
  const place = event.place === undefined ? '' : `  · ${shortPlace(event.place)}`
  return `${at}  ${textOf(event)}${place}`
}

export function textOf({ kind, from, to, what, body }: TraceEvent): string {
  switch (kind) {
    case 'send':
      return `${from} → ${to}: ${what}${body === undefined ? '' : ` ${body}`}`
    case 'reply':
      return `${from} answers ${to}: ${what} ⇒ ${body ?? ''}`
    case 'state':
      return `${to} is now ${what}`
    case 'handle':
      return `${to} handles ${what}${body === undefined ? '' : ` ${body}`}`
    case 'fault':
      return from === '' ? `⚡ ${what}` : from === to ? `⚡ ${what} at ${to}` : `⚡ ${what} (${from} → ${to})`
    case 'error':
      return `${to} fails on ${what}`
    case 'order':
      return `↷ ${to} goes before ${from}`
    case 'store':
      return `${to} ${what}`
    case 'deliver':
      return from === '' ? `${to} ${what}` : `${from} delivers to ${to}: ${what}`
    case 'ack':
      return `${from} → ${to}: ${what}`
    case 'dead-letter':
      // A step of a pipeline takes messages of one type, which is called as the step is.
      return `dead letter at ${to}: ${deadLetterWords(what.startsWith(`${to}: `) ? what.slice(to.length + 2) : what)}`
    case 'restart':
      return `${to} restarts`
    case 'model':
      return `${to} computes ${what}`
    case 'effect':
      return `effect: ${what}`
    default:
      return what
  }
}
