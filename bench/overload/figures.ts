import { ANSWERED, IN_PART, type Played, REFUSED } from './open-loop.ts'

/** Whether the request was answered whole within the deadline, counted from its due time. */
export function inTime(played: Played, request: number): boolean {
  return played.outcome[request] === ANSWERED && beforeDeadline(played, request)
}

function beforeDeadline({ due, ended, deadlineMs }: Played, request: number): boolean {
  return (ended[request] as number) - (due[request] as number) <= deadlineMs
}

/** Answers in time, a second, among those that ended between two moments (milliseconds). */
export function goodput(played: Played, from: number, to: number): number {
  let count = 0
  for (let request = 0; request < played.due.length; request++) {
    const ended = played.ended[request] as number
    if (ended >= from && ended < to && inTime(played, request)) count += 1
  }
  return (count * 1000) / (to - from)
}

/** A quantile of the time from due to end, milliseconds; NaN if nothing ended that way. */
export function latency(played: Played, outcome: number, quantile: number): number {
  const times: number[] = []
  for (let request = 0; request < played.due.length; request++) {
    if (played.outcome[request] === outcome)
      times.push((played.ended[request] as number) - (played.due[request] as number))
  }
  times.sort((a, b) => a - b)
  return times[Math.min(times.length - 1, Math.floor(times.length * quantile))] ?? Number.NaN
}

/** The share of requests that were refused. */
export function refusedShare(played: Played): number {
  return share(played, REFUSED)
}

/** The share of requests whose answer lacks a part. */
export function inPartShare(played: Played): number {
  return share(played, IN_PART)
}

function share({ outcome }: Played, how: number): number {
  return outcome.filter((one) => one === how).length / Math.max(1, outcome.length)
}

/** The share of refusals that came within 5 ms of the due time. */
export function promptShare({ due, ended, outcome }: Played): number {
  let all = 0
  let prompt = 0
  for (let request = 0; request < due.length; request++) {
    if (outcome[request] !== REFUSED) continue
    all += 1
    if ((ended[request] as number) - (due[request] as number) <= 5) prompt += 1
  }
  return all === 0 ? Number.NaN : prompt / all
}

/** The share of all work spent on requests without an answer in time, be it whole or in part. */
export function wastedShare(played: Played): number {
  let all = 0
  let wasted = 0
  for (let request = 0; request < played.due.length; request++) {
    const work = played.work[request] as number
    all += work
    const answered = played.outcome[request] === ANSWERED || played.outcome[request] === IN_PART
    if (!answered || !beforeDeadline(played, request)) wasted += work
  }
  return all === 0 ? 0 : wasted / all
}

/**
 * Milliseconds after `from` from which on every window (`windowMs`) has at least 95 % of its requests answered in time; NaN
 * where that is never.
 */
export function recovery(played: Played, from: number, to: number, windowMs: number): number {
  let recovered = Number.NaN
  for (let at = from; at + windowMs <= to; at += windowMs / 5) {
    if (answeredShare(played, at, at + windowMs) < 0.95) recovered = Number.NaN
    else if (Number.isNaN(recovered)) recovered = at - from
  }
  return recovered
}

/** Of the requests due between two moments, the share that was answered in time. */
export function answeredShare(played: Played, from: number, to: number): number {
  let all = 0
  let answered = 0
  for (let request = 0; request < played.due.length; request++) {
    const due = played.due[request] as number
    if (due < from || due >= to) continue
    all += 1
    if (inTime(played, request)) answered += 1
  }
  return all === 0 ? 1 : answered / all
}
