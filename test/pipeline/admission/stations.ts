import { FairShares, type Tenant } from '../../../src/kernel/fair-shares.ts'
import { firstLimit, type LimitState, nextLimit } from '../../../src/pipeline/admission/limit.ts'

/** As at a stage: the turns that a tenant may have left unused. */
const SAVED = 1

/** Where runs are served, in virtual time. */
export interface Station {
  /**
   * Calls `done` when the run has been served; everything takes `slow()` times as long. Whoever has `left()` before its turn
   * takes no time. Tenants take turns, as at a stage.
   */
  enter(time: VirtualTime, done: () => void, slow: () => number, left?: () => boolean, tenant?: string): void
  /** Runs a millisecond at most. */
  readonly capacity: number
}

/** Events in the order of their time. */
export class VirtualTime {
  now = 0
  readonly #events: { readonly at: number; readonly run: () => void }[] = []

  after(ms: number, run: () => void): void {
    const at = this.now + ms
    let place = this.#events.length
    while (place > 0 && (this.#events[place - 1] as { at: number }).at <= at) place -= 1
    this.#events.splice(place, 0, { at, run })
  }

  runUntil(end: number): void {
    for (let next = this.#events.at(-1); next !== undefined && next.at <= end; next = this.#events.at(-1)) {
      this.#events.pop()
      this.now = next.at
      next.run()
    }
    this.now = end
  }
}

/** So many servers in parallel; a service takes `ms`, give or take `spread` of it. One server is a single processor. */
export function servers(count: number, ms: number, spread: number, random: () => number): Station {
  let busy = 0
  const shares = new FairShares()
  let waiting: { readonly serve: () => void; readonly tenant: Tenant }[] = []
  const next = () => {
    const turns = waiting.map(({ tenant }) => tenant.virtual)
    const one = waiting[turns.indexOf(Math.min(...turns))]
    waiting = waiting.filter((other) => other !== one)
    if (one === undefined) return
    shares.charge(one.tenant, 1)
    if (waiting.length === 0) shares.clear()
    one.serve()
  }
  return {
    capacity: count / ms,
    enter(time, done, slow, left, tenant) {
      const serve = () => {
        if (left?.() === true) return next()
        busy += 1
        time.after(ms * (1 + spread * (2 * random() - 1)) * slow(), () => {
          busy -= 1
          next()
          done()
        })
      }
      if (busy < count) serve()
      else {
        const same = waiting.find((one) => one.tenant.name === tenant)
        waiting.push({ serve, tenant: same?.tenant ?? shares.of(tenant, 1, SAVED) })
      }
    },
  }
}

/** A model that serves up to `most` at once, in `fixed + each × n` milliseconds. */
export function batches(fixed: number, each: number, most: number): Station {
  let busy = false
  let waiting: { readonly done: () => void; readonly left: (() => boolean) | undefined }[] = []
  const serve = (time: VirtualTime, slow: () => number) => {
    waiting = waiting.filter(({ left }) => left?.() !== true)
    if (busy || waiting.length === 0) return
    busy = true
    const batch = waiting.splice(0, most)
    time.after((fixed + each * batch.length) * slow(), () => {
      busy = false
      for (const { done } of batch) done()
      time.after(0, () => serve(time, slow))
    })
  }
  return {
    capacity: most / (fixed + each * most),
    enter(time, done, slow, left) {
      waiting.push({ done, left })
      time.after(0, () => serve(time, slow))
    },
  }
}

/**
 * Cores that all share: a run needs `ms` of one on average, log-normally distributed with that coefficient of variation, and
 * with more runs than cores each gets its part.
 */
export function sharing(cores: number, ms: number, variation: number, random: () => number): Station {
  const sigma = Math.sqrt(Math.log(1 + variation ** 2))
  let inside: { left: number; readonly gone: () => boolean; readonly done: () => void }[] = []
  let since = 0
  let turn = 0
  const served = (now: number): void => {
    const part = (now - since) * Math.min(1, cores / inside.length)
    for (const one of inside) one.left -= part
    since = now
  }
  const next = (time: VirtualTime): void => {
    inside = inside.filter(({ gone }) => !gone())
    turn += 1
    const own = turn
    const least = Math.min(...inside.map(({ left }) => left))
    if (least === Number.POSITIVE_INFINITY) return
    time.after(Math.max(0, least) / Math.min(1, cores / inside.length), () => {
      if (own !== turn) return
      served(time.now)
      const ready = inside.filter(({ left }) => left < 1e-6)
      inside = inside.filter(({ left }) => left >= 1e-6)
      for (const { done } of ready) done()
      next(time)
    })
  }
  return {
    capacity: cores / ms,
    enter(time, done, slow, left) {
      served(time.now)
      const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
      const work = ms * Math.exp(sigma * normal - sigma ** 2 / 2) * slow()
      inside.push({ left: work, gone: left ?? (() => false), done })
      next(time)
    },
  }
}

/** One phase of a trial: how much slower everything is, and what came of it. */
export interface Phase {
  /** Served in its second half, as a share of what the station can. */
  readonly share: number
  /** Mean limit in its second half. */
  readonly limit: number
}

/** Keeps as many in flight as the limit says, through phases of `ms` each, and looks how much is served. */
export function trial(station: Station, slowness: readonly number[], ms: number, initial: number): Phase[] {
  const time = new VirtualTime()
  let state: LimitState = firstLimit(initial)
  let slow = 1
  let inFlight = 0
  let since = Number.NEGATIVE_INFINITY
  let ended = { runs: 0, ms: 0, company: 0 }
  const served: number[] = []
  const limits: { readonly at: number; readonly limit: number }[] = []
  const look = () => {
    if (ended.runs < Math.max(8, state.limit / 2) || time.now - since < ended.ms / ended.runs) return
    const seen = { company: ended.company / ended.runs, meanMs: ended.ms / ended.runs }
    state = nextLimit(
      state,
      { ...seen, answered: 1, givenMs: Number.POSITIVE_INFINITY, gain: 1, relief: 0 },
      { min: 1, max: 10_000 },
    )
    since = time.now
    ended = { runs: 0, ms: 0, company: 0 }
    limits.push({ at: time.now, limit: state.limit })
  }
  const begin = () => {
    while (inFlight < Math.floor(state.limit)) {
      inFlight += 1
      const [begunAt, company] = [time.now, inFlight]
      station.enter(
        time,
        () => {
          inFlight -= 1
          served.push(time.now)
          if (begunAt >= since) {
            const { runs, ms: sum, company: all } = ended
            ended = { runs: runs + 1, ms: sum + time.now - begunAt, company: all + company }
            look()
          }
          begin()
        },
        () => slow,
      )
    }
  }
  begin()
  return slowness.map((factor, phase) => {
    slow = factor
    const [half, end] = [(phase + 0.5) * ms, (phase + 1) * ms]
    time.runUntil(end)
    const count = served.filter((at) => at > half && at <= end).length
    const held = limits.filter(({ at }) => at > half && at <= end)
    const limit = held.reduce((sum, one) => sum + one.limit, 0) / Math.max(1, held.length)
    return { share: (count * factor) / (station.capacity * (end - half)), limit }
  })
}
