import type { Played } from './played.ts'
import type { TraceEvent } from './recorder.ts'

/** Most lines of a story: a longer run is told by its faults and its end. */
const LINES_MAX = 40

/** Virtual time for people. */
export function timeOf(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms % 1000 === 0 ? 0 : 2)} s`
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`
}

/** The events, one per line, with the faults marked. */
export function tellStory(played: Played): string {
  const { trace, run } = played
  const faults = [...run.chooser.fired.values()].reduce((sum, times) => sum + times, 0)
  const sends = trace.filter(({ kind }) => kind === 'send').length
  const head = `${faults} ${faults === 1 ? 'fault' : 'faults'}, ${sends} ${sends === 1 ? 'message' : 'messages'}, ${played.steps} steps, ${timeOf(run.kernel.now)} of virtual time`
  const told = chosen(trace).map(lineOf)
  const end = run.failure === undefined ? 'Everything held.' : ''
  return [head, ...told, ...(end === '' ? [] : [end])].join('\n')
}

/** All of a short run; of a long one the faults, their consequences, and the last lines. */
export function chosen(trace: readonly TraceEvent[]): readonly TraceEvent[] {
  const told = trace.filter((event, at) => !(event.kind === 'handle' && followsItsSend(trace, at)))
  if (told.length <= LINES_MAX) return told
  const tail = told.slice(-12)
  const rest = told
    .slice(0, -12)
    .filter(({ kind }) => kind !== 'send' && kind !== 'handle' && kind !== 'model')
  return [...rest.slice(-(LINES_MAX - tail.length)), ...tail]
}

/** A message that is handled when it is sent takes one line, not two. */
function followsItsSend(trace: readonly TraceEvent[], at: number): boolean {
  const { to, what, at: time } = trace[at] as TraceEvent
  for (let before = at - 1; before >= 0 && before >= at - 8; before--) {
    const event = trace[before] as TraceEvent
    if (event.kind === 'send' && event.to === to && event.what === what) return event.at === time
  }
  return false
}

export function lineOf(event: TraceEvent): string {
  const at = timeOf(event.at).padStart(9)
  return `${at}  ${textOf(event)}`
}

export function textOf({ kind, from, to, what }: TraceEvent): string {
  switch (kind) {
    case 'send':
      return `${from} → ${to}: ${what}`
    case 'handle':
      return `${to} handles ${what}`
    case 'fault':
      return from === '' ? `⚡ ${what}` : from === to ? `⚡ ${what} at ${to}` : `⚡ ${what} (${from} → ${to})`
    case 'dead-letter':
      return `dead letter at ${to}: ${what}`
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
