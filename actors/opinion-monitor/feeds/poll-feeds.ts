import type { Kernel } from '../../../src/kernel/kernel.ts'
import { timeOf } from '../../knowledge/rows/times.ts'
import { OpinionMonitorError } from '../errors.ts'
import type { StreamHeadline } from '../stream-headline.ts'
import { type FeedItem, feedReader } from './feed-items.ts'

/** How feeds are polled. */
export interface PollOptions {
  readonly everyMs: number
  readonly kernel: Kernel
  /** Ends the polling. */
  readonly signal: AbortSignal
  /** A feed that can't be read now, and why. It is asked again at the next turn. */
  readonly onNotice: (text: string) => void
  /** Event time has come to `at`: everything that the feeds held then has been handed on. */
  readonly onTurn: (at: number) => void
}

const TIMEOUT_MS = 20_000
const LATE = `no answer within ${TIMEOUT_MS / 1000} s`
const BODY_MOST = 8 * 2 ** 20
/** Items that are known to have been handed on. */
const KNOWN_MOST = 50_000
const TITLE_MOST = 2_000

/** What a feed said last, so that it need not be sent again (RFC 9110, 13.1). */
interface Held {
  etag?: string
  modified?: string
}

/**
 * The items of RSS, Atom, RDF and JSON feeds as headlines, each once, oldest first in each turn. It ends with the signal.
 *
 * Rejects with OpinionMonitorError (`feed-parser-missing`).
 */
export async function* pollFeeds(
  urls: readonly string[],
  { everyMs, kernel, signal, onNotice, onTurn }: PollOptions,
): AsyncGenerator<StreamHeadline> {
  const read = await feedReader()
  const held = new Map<string, Held>(urls.map((url) => [url, {}]))
  const known = new Set<string>()
  let lastTurn: number | undefined
  while (!signal.aborted) {
    const now = kernel.clock.now()
    const parts = await Promise.all(
      urls.map(async (url) => {
        try {
          const text = await fetched(url, held.get(url) as Held, kernel, signal)
          return text === undefined ? [] : read(text).map((item) => headlineOf(url, item, now))
        } catch (error) {
          if (!signal.aborted) onNotice(`${url}: ${reasonOf(error)}`)
          return []
        }
      }),
    )
    if (lastTurn !== undefined) onTurn(lastTurn)
    lastTurn = now
    const fresh = parts.flat().filter((one) => one !== undefined && !known.has(one.id)) as (StreamHeadline & {
      id: string
      at: number
    })[]
    for (const one of fresh.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))) {
      if (known.has(one.id)) continue
      known.add(one.id)
      if (known.size > KNOWN_MOST) known.delete(known.values().next().value as string)
      yield one
    }
    await pause(kernel, everyMs, signal)
  }
}

/** Undefined for an item without a title. An item without a time is of now: it is new. */
function headlineOf(url: string, { title, id, at }: FeedItem, now: number) {
  if (title === '') return undefined
  const time = at === undefined ? undefined : timeOf(at, 'refused')
  return {
    title: title.slice(0, TITLE_MOST),
    at: time === undefined ? now : Math.min(time, now),
    id: `${url} ${id}`.slice(-500),
  }
}

/** The text of a feed; undefined if it has not changed. */
async function fetched(
  url: string,
  held: Held,
  kernel: Kernel,
  signal: AbortSignal,
): Promise<string | undefined> {
  const late = new AbortController()
  const timer = kernel.timers.after(TIMEOUT_MS, () => late.abort(refused(url, LATE)), undefined)
  try {
    return await answered(url, held, AbortSignal.any([signal, late.signal]))
  } finally {
    timer.cancel()
  }
}

async function answered(url: string, held: Held, signal: AbortSignal): Promise<string | undefined> {
  const response = await fetch(url, {
    signal,
    headers: {
      accept:
        'application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5',
      'user-agent': 'ganglion opinion-monitor',
      ...(held.etag === undefined ? {} : { 'if-none-match': held.etag }),
      ...(held.modified === undefined ? {} : { 'if-modified-since': held.modified }),
    },
  })
  if (response.status === 304 || !response.ok) {
    await response.body?.cancel()
    if (response.status === 304) return undefined
    throw refused(url, `the server answers ${response.status}`)
  }
  const text = await bodyOf(response)
  const [etag, modified] = [response.headers.get('etag'), response.headers.get('last-modified')]
  if (etag !== null) held.etag = etag
  if (modified !== null) held.modified = modified
  return text
}

async function bodyOf(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let bytes = 0
  let text = ''
  for await (const chunk of response.body ?? []) {
    bytes += (chunk as Uint8Array).length
    if (bytes > BODY_MOST) throw refused(response.url, `it is longer than ${BODY_MOST} bytes`)
    text += decoder.decode(chunk as Uint8Array, { stream: true })
  }
  return text + decoder.decode()
}

function refused(url: string, what: string): OpinionMonitorError {
  return new OpinionMonitorError('feed-unreadable', what, {
    path: 'feed',
    value: url,
    remedy: 'Open its address in a browser; it is asked again at the next turn',
  })
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof OpinionMonitorError) return error.message
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : ''
  return `${error.message}${cause}`
}

function pause(kernel: Kernel, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      timer.cancel()
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = kernel.timers.after(ms, end, undefined, true)
    if (signal.aborted) end()
    else signal.addEventListener('abort', end)
  })
}
