import { SeededRandomness } from '../../../src/kernel/random.ts'
import { Door } from '../../../src/pipeline/admission/door.ts'
import type { Guest } from '../../../src/pipeline/admission/guest.ts'
import { type Station, VirtualTime } from './stations.ts'

/** Time to learn in, milliseconds. */
const WARM_MS = 5_000
const MS = 30_000
const DEADLINE_MS = 1_000

/** What a door makes of a load, after it had time to learn. */
export interface Outcome {
  /** Answers, as a share of what the station can do. */
  readonly goodput: number
  /** Of the refused: the share that waited first. */
  readonly late: number
  /** Runs that began and ended, and those of them that were not answered in time. */
  readonly begun: number
  readonly expired: number
  /** 99th percentile of the small tenant's answers, milliseconds; refused ones count as Infinity. */
  readonly smallMs: number
}

interface Visitor extends Guest {
  isOver: boolean
}

/**
 * A door before a station in virtual time: Poisson arrivals of a flood, `load` times what the station can do, and of a small
 * tenant, a twentieth of it. The door is told that so many (`width`) wait for no other.
 */
export function visited(
  makeStation: (random: () => number) => Station,
  load: number,
  seed = 7,
  ms = MS,
  width = 1,
): Outcome {
  const random = new SeededRandomness(seed).stream('visitors')
  const time = new VirtualTime()
  const station = makeStation(() => random.next())
  const small: number[] = []
  let ids = 0
  let answered = 0
  let expired = 0
  let prompt = 0
  let late = 0
  const isMeasured = () => time.now >= WARM_MS
  const refused = (visitor: Visitor): void => {
    visitor.isOver = true
    if (isMeasured()) late += 1
    if (isMeasured() && visitor.tenant === 'small') small.push(Number.POSITIVE_INFINITY)
  }
  const bounds = { min: 1, max: 10_000 }
  const policy = { limit: { initial: 64, ...bounds }, maxWaiting: 10_000, tenants: {} }
  const door = new Door<Visitor>(policy, { refused, moved: () => {} }, { runs: width })
  const pump = (): void => {
    for (let next = door.next(time.now); next !== undefined; next = door.next(time.now)) begin(next)
  }
  const end = (visitor: Visitor, isAnswered: boolean): void => {
    if (visitor.isOver) return
    visitor.isOver = true
    if (isMeasured()) {
      if (isAnswered) answered += 1
      else expired += 1
      if (visitor.tenant === 'small')
        small.push(isAnswered ? time.now - visitor.startedAt : Number.POSITIVE_INFINITY)
    }
    door.ended(visitor, time.now, isAnswered)
    pump()
  }
  const begin = (visitor: Visitor): void => {
    station.enter(
      time,
      () => end(visitor, true),
      () => 1,
      () => visitor.isOver,
      visitor.tenant,
    )
    time.after(visitor.deadline - time.now, () => end(visitor, false))
  }
  const arrive = (tenant: string): void => {
    ids += 1
    const now = time.now
    const deadline = now + DEADLINE_MS
    const times = {
      startedAt: now,
      deadline,
      begunAt: Number.NaN,
      company: 0,
      meanCompany: 0,
      charged: 0,
      costMs: 1,
    }
    const visitor: Visitor = { id: ids, tenant, priority: 0, ...times, isOver: false }
    if (door.refusal(DEADLINE_MS, tenant, 0, now) !== undefined) {
      if (isMeasured()) prompt += 1
      if (isMeasured() && tenant === 'small') small.push(Number.POSITIVE_INFINITY)
      return
    }
    if (door.enter(visitor)) begin(visitor)
    else look(visitor)
  }
  const look = (visitor: Visitor): void => {
    time.after(Math.max(0, door.lastCall(visitor, time.now) - time.now), () => {
      if (visitor.isOver || !Number.isNaN(visitor.begunAt)) return
      if (!door.isLate(visitor, time.now)) {
        pump()
        if (!visitor.isOver && Number.isNaN(visitor.begunAt)) look(visitor)
        return
      }
      door.refusalOf(visitor, time.now)
      refused(visitor)
      door.ended(visitor, time.now, false)
    })
  }
  const arrivals = (tenant: string, perMs: number): void => {
    time.after(-Math.log(1 - random.next()) / perMs, () => {
      arrivals(tenant, perMs)
      arrive(tenant)
    })
  }
  if (load > 0) arrivals('flood', load * station.capacity)
  arrivals('small', station.capacity / 20)
  time.runUntil(WARM_MS + ms)
  small.sort((a, b) => a - b)
  return {
    goodput: answered / (station.capacity * ms),
    late: late / Math.max(1, late + prompt),
    begun: answered + expired,
    expired,
    smallMs: small[Math.floor(0.99 * small.length)] as number,
  }
}
