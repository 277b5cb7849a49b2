import type { Timers } from '../kernel/kernel.ts'
import { jsonOf } from './json-body.ts'
import type { AnswerForm } from './request-headers.ts'

/** One event of an answer that streams: its type, and the rest of it. */
export interface AnswerEvent {
  readonly type: string
  readonly data: unknown
}

export const EVENT_HEADERS: Readonly<Record<Exclude<AnswerForm, 'json'>, Readonly<Record<string, string>>>> =
  {
    sse: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    },
    ndjson: {
      'content-type': 'application/x-ndjson; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    },
  }

/** A silent connection gets a comment this often, so that nothing on the way takes it for dead. */
const BEAT_MS = 15_000

/**
 * Events as lines of server-sent events or of NDJSON. `first` has been taken from `rest` already: what fails before it has a
 * status of its own. Whatever fails later is the last event, of type `error`.
 */
export async function* eventLines(
  form: Exclude<AnswerForm, 'json'>,
  first: IteratorResult<AnswerEvent, undefined>,
  rest: AsyncIterator<AnswerEvent, undefined>,
  timers: Timers,
  problem: (error: unknown) => object,
): AsyncGenerator<string, void, void> {
  let id = 0
  const line = ({ type, data }: AnswerEvent): string => {
    id += 1
    return form === 'sse'
      ? `id: ${id}\nevent: ${type}\ndata: ${jsonOf(data)}\n\n`
      : `${jsonOf({ type, ...(data as object) })}\n`
  }
  try {
    let next = first
    while (next.done !== true) {
      yield line(next.value)
      const coming = rest.next()
      coming.catch(() => undefined)
      // NDJSON has no comments.
      while (form === 'sse' && (await isLate(coming, timers))) yield ': still at work\n\n'
      next = await coming
    }
  } catch (error) {
    yield line({ type: 'error', data: { problem: problem(error) } })
  } finally {
    await rest.return?.()
  }
}

/** Whether nothing came within a beat. */
function isLate(coming: Promise<unknown>, timers: Timers): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = timers.after(BEAT_MS, resolve, true, true)
    const came = (): void => {
      timer.cancel()
      resolve(false)
    }
    coming.then(came, came)
  })
}
