import { createHash } from 'node:crypto'
import type { Reply } from './call.ts'
import { HttpError } from './http-error.ts'

/** How many answers are kept for requests that are repeated, and for how long. */
export interface IdempotencyLimits {
  readonly ttlMs: number
  readonly entries: number
  readonly bytes: number
}

interface Entry {
  /** Of the request's body: another body under one key is a mistake of the caller. */
  readonly digest: string
  readonly until: number
  reply: Promise<Reply>
  bytes: number
}

/**
 * Answers by idempotency key. The first request of a key does the work; others with the same body get its answer, while it
 * works and later. An answer that says "not now" is not kept: its request may be tried again.
 */
export class IdempotentReplies {
  readonly #limits: IdempotencyLimits
  readonly #now: () => number
  /** Oldest first. */
  readonly #entries = new Map<string, Entry>()
  #bytes = 0

  constructor(limits: IdempotencyLimits, now: () => number) {
    this.#limits = limits
    this.#now = now
  }

  /**
   * @param scope where the key counts: the pipeline, and who calls
   * @throws HttpError (`idempotency-mismatch`)
   */
  once(scope: string, key: string, body: Uint8Array, work: () => Promise<Reply>): Promise<Reply> {
    this.#expire()
    const name = `${scope} ${key}`
    const digest = createHash('sha256').update(body).digest('base64')
    const known = this.#entries.get(name)
    if (known !== undefined) {
      if (known.digest === digest) return known.reply.then(replayed)
      throw new HttpError('idempotency-mismatch', 'the key was used for another request', {
        path: 'headers.idempotency-key',
        value: key,
        remedy: 'Use a new key for each request, and the same key only to repeat one',
      })
    }
    const entry: Entry = { digest, until: this.#now() + this.#limits.ttlMs, reply: work(), bytes: 0 }
    this.#entries.set(name, entry)
    entry.reply.then(
      (reply) => this.#settled(name, entry, reply),
      () => this.#drop(name, entry),
    )
    return entry.reply
  }

  #settled(name: string, entry: Entry, reply: Reply): void {
    if (RETRIED.has(reply.status) || reply.status >= 500) {
      this.#drop(name, entry)
      return
    }
    if (this.#entries.get(name) !== entry) return
    entry.bytes = typeof reply.body === 'string' ? reply.body.length * 2 : 0
    this.#bytes += entry.bytes
    for (const [oldest, one] of this.#entries) {
      if (this.#entries.size <= this.#limits.entries && this.#bytes <= this.#limits.bytes) break
      this.#drop(oldest, one)
    }
  }

  #expire(): void {
    const now = this.#now()
    for (const [name, entry] of this.#entries) {
      if (entry.until > now) break
      this.#drop(name, entry)
    }
  }

  #drop(name: string, entry: Entry): void {
    if (this.#entries.get(name) !== entry) return
    this.#entries.delete(name)
    this.#bytes -= entry.bytes
  }
}

/** Refusals that another try may not get. */
const RETRIED: ReadonlySet<number> = new Set([408, 429, 499])

function replayed(reply: Reply): Reply {
  return { ...reply, headers: { ...reply.headers, 'idempotency-replayed': 'true' } }
}
