/** A tenant that has taken more than this part of all workers of late is a flood. */
const FLOOD_PART = 0.4
/** Over about so long it is counted, milliseconds. */
const OF_LATE_MS = 2_000
/** So long after its last request a tenant is one that may ask again, milliseconds. */
const LATELY_MS = 30_000
/** The least request of all is looked for again after so long. */
const LOOK_MS = 250
/** Tenants that are remembered before a sweep. */
const REMEMBERED = 1024
/** One request in so many makes the mean. */
const OF_REQUESTS = 8

/** What is known of a tenant whose rows come. */
export interface Neighbour {
  /** Its rows that wait. */
  waiting: number
  /** Worker milliseconds of late, as they were at that time. */
  used: number
  usedAt: number
  /** Worker milliseconds of the rows that came since none of it waited, until the first is taken. */
  visit: number
  isOpen: boolean
  /** What of its rows a worker would take if they all shared them, milliseconds. */
  portion: number
  /** How long its requests take alone, on average; 0 until one has been seen. */
  requestMs: number
  seenAt: number
}

/**
 * Who asks beside whom. While one tenant keeps the workers busy, and another asks now and then, batches of the first are no longer than what
 * the other asks for: a batch that runs can't be interrupted, so whoever comes waits for it.
 */
export class Neighbours {
  readonly #known = new Map<string | undefined, Neighbour>()
  readonly #workers: number
  /** Worker milliseconds of late that only a flood has. */
  readonly #much: number
  #room = REMEMBERED
  #flood: Neighbour | undefined
  #least = Number.POSITIVE_INFINITY
  #lookedAt = Number.NEGATIVE_INFINITY

  constructor(workers: number) {
    this.#workers = workers
    this.#much = FLOOD_PART * OF_LATE_MS * workers
  }

  of(name: string | undefined, now: number): Neighbour {
    let one = this.#known.get(name)
    if (one === undefined) {
      if (this.#known.size >= this.#room) this.#forget(now)
      one = {
        waiting: 0,
        used: 0,
        usedAt: now,
        visit: 0,
        isOpen: false,
        portion: 0,
        requestMs: 0,
        seenAt: Number.NEGATIVE_INFINITY,
      }
      this.#known.set(name, one)
    }
    return one
  }

  /** A row of it comes, that is expected to take `ms` of a worker. */
  came(one: Neighbour, ms: number): void {
    if (one.waiting === 0) {
      one.visit = 0
      one.isOpen = true
    }
    one.waiting += 1
    one.visit += ms
  }

  /** A row of it is taken. Whether it is the first of a visit: then `asked` has to be told how long that takes. */
  taken(one: Neighbour, ms: number, now: number): boolean {
    if (one.usedAt !== now) one.used = this.#used(one, now)
    one.used += ms
    one.usedAt = now
    if (one.used > this.#much) this.#flood = one
    if (!one.isOpen) return false
    one.isOpen = false
    one.portion = Math.max(ms, one.visit / this.#workers)
    return true
  }

  /** Its visit takes `aloneMs` where nobody else asks. */
  asked(one: Neighbour, aloneMs: number, now: number): void {
    one.requestMs = one.requestMs === 0 ? aloneMs : one.requestMs + (aloneMs - one.requestMs) / OF_REQUESTS
    one.seenAt = now
    if (!this.isFlood(one, now)) this.#least = Math.min(this.#least, one.requestMs)
  }

  isFlood(one: Neighbour, now: number): boolean {
    return this.#used(one, now) > this.#much
  }

  /** How long a batch of a flood may take, milliseconds; Infinity where nobody asks beside one. */
  limit(now: number): number {
    if (this.#flood === undefined) return Number.POSITIVE_INFINITY
    if (!this.isFlood(this.#flood, now)) {
      this.#flood = undefined
      return Number.POSITIVE_INFINITY
    }
    if (now - this.#lookedAt >= LOOK_MS) this.#look(now)
    return this.#least
  }

  #look(now: number): void {
    this.#lookedAt = now
    this.#least = Number.POSITIVE_INFINITY
    for (const one of this.#known.values())
      if (one.requestMs > 0 && now - one.seenAt < LATELY_MS && !this.isFlood(one, now))
        this.#least = Math.min(this.#least, one.requestMs)
  }

  #used({ used, usedAt }: Neighbour, now: number): number {
    return used * Math.exp((usedAt - now) / OF_LATE_MS)
  }

  #forget(now: number): void {
    for (const [name, { waiting, seenAt }] of this.#known)
      if (waiting === 0 && now - seenAt >= LATELY_MS) this.#known.delete(name)
    this.#room = Math.max(REMEMBERED, 2 * this.#known.size)
  }
}
