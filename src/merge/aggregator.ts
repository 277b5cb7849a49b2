import { milliseconds } from '../kernel/durations.ts'
import { InvalidArgumentError } from '../kernel/errors.ts'
import { wholeNumber } from '../kernel/whole-number.ts'
import {
  type AggregatorOptions,
  beginOf,
  type Correlation,
  checkAggregator,
  type Filed,
  rowOf,
} from './aggregator-options.ts'
import { AggregatorFullError, AggregatorStoppedError, QuorumMissedError } from './errors.ts'
import { decideCounts, type Join, type JoinPolicy, type JoinResult, joinParts, joinPolicy } from './join.ts'
import { JoinAlarm } from './join-alarm.ts'
import { ARRIVED, FAILED, GRACE, JoinSlab, LATE, type Line, LOST, MERGED, NONE, OPEN } from './join-slab.ts'
import { type JoinStatus, statusOf } from './join-status.ts'
import type { Accumulator, BeginContext } from './strategy.ts'

/**
 * Merges the parts of many messages by correlation id, without a pipeline: an actor's own fan-in.
 *
 *     add(id, branch, part) ─▶ [ open ] ──────── all settled, or deadline ─▶ onResult / onFailure, once ─▶ [ remembered ]
 *                                 │ quorum                                            ▲                         │
 *                                 └─▶ [ grace ] ── all settled, or grace over ────────┘                     forgotten
 *
 * Each join answers once. A part that arrives afterwards is `late` while the join is remembered; after that it opens a new join.
 * A branch counts once, by its first part or failure; another is a `duplicate`. `maxOpen` bounds the open joins; time and number
 * bound the remembered ones. Joins are stored in typed arrays and share one timer.
 *
 * Source: Hohpe, Woolf, "Enterprise Integration Patterns", 2003 (Aggregator).
 */
export class Aggregator<P extends object, R> {
  readonly #options: AggregatorOptions<P, R>
  readonly #policy: JoinPolicy
  /** Shared default by branch. */
  readonly #defaults: ReadonlyMap<string, unknown> | undefined
  readonly #row: Readonly<Record<string, number>>
  readonly #places: ReadonlyMap<string, number>
  readonly #begin: ((at: BeginContext) => Accumulator<unknown, R>) | undefined
  readonly #slab: JoinSlab
  readonly #maxOpen: number
  readonly #rememberMs: number
  readonly #maxRemembered: number
  readonly #alarm: JoinAlarm
  #stopped = false

  /** @throws InvalidArgumentError (`invalid-argument`) naming the option that is out of range. */
  constructor(options: AggregatorOptions<P, R>) {
    checkAggregator(options)
    const { name, expected } = options
    this.#options = options
    this.#policy = joinPolicy(name, expected, { deadline: '30s', ...options })
    const { fallback } = this.#policy
    if (fallback !== undefined) this.#defaults = new Map(expected.map((branch) => [branch, fallback.default]))
    this.#row = rowOf(name, expected, options.weights ?? {})
    this.#places = new Map(expected.map((branch, place) => [branch, place]))
    this.#maxOpen = wholeNumber(options.maxOpen ?? 100_000, `${name}.maxOpen`, 1, 16_000_000)
    this.#maxRemembered = wholeNumber(
      options.maxRemembered ?? this.#maxOpen,
      `${name}.maxRemembered`,
      0,
      16_000_000,
    )
    this.#rememberMs = milliseconds(options.remember ?? '1m', `${name}.remember`)
    this.#begin = options.incremental === true ? beginOf(name, options.merge) : undefined
    this.#slab = new JoinSlab(this.#begin === undefined ? expected.length : 1, expected.length)
    this.#alarm = new JoinAlarm(this.#slab, options.kernel, this.#wake)
  }

  /** Joins waiting for parts. */
  get open(): number {
    return this.#slab.open.size + this.#slab.grace.size
  }

  /** Joins that have answered and are remembered. */
  get remembered(): number {
    return this.#slab.tombs.size
  }

  /**
   * Adds a part. Calls `onResult`, `onFailure` and `onLate` before it returns.
   *
   * @throws AggregatorFullError (`aggregator-full`), AggregatorStoppedError (`aggregator-stopped`): both hold the part.
   * @throws InvalidArgumentError (`invalid-argument`) for an unexpected branch.
   */
  add<K extends keyof P & string>(correlation: Correlation, branch: K, part: P[K]): Filed {
    return this.#file(correlation, branch, ARRIVED, part)
  }

  /** Records that a part will never arrive, and why. @throws like `add`. */
  fail(correlation: Correlation, branch: keyof P & string, error: unknown): Filed {
    return this.#file(correlation, branch, LOST, error)
  }

  /** The state of a join; `undefined` for one that is unknown or forgotten. */
  explain(correlation: Correlation): JoinStatus<keyof P & string> | undefined {
    const slab = this.#slab
    const slot = slab.find(correlation)
    if (slot === NONE) return undefined
    return statusOf(slab, slot, this.#options.expected)
  }

  /** Fails every open join with `AggregatorStoppedError`, forgets the others, and accepts nothing more. Idempotent. */
  stop(): void {
    this.#stopped = true
    this.#alarm.stop()
    const { open, grace, tombs } = this.#slab
    for (const line of [open, grace]) {
      while (line.head !== NONE)
        this.#fail(line.head, new AggregatorStoppedError(this.#options.name, undefined))
    }
    while (tombs.head !== NONE) this.#forget(tombs.head)
  }

  #file(correlation: Correlation, branch: string, as: typeof ARRIVED | typeof LOST, value: unknown): Filed {
    const { name, expected } = this.#options
    if (this.#stopped) throw new AggregatorStoppedError(name, value)
    const place = this.#places.get(branch)
    if (place === undefined) {
      throw new InvalidArgumentError(`'${branch}' is not a branch of aggregator '${name}'`, {
        path: `${name}.${branch}`,
        value: branch,
        remedy: `Use one of ${expected.join(', ')}`,
      })
    }
    const slab = this.#slab
    const known = slab.find(correlation)
    if (known !== NONE && (slab.has(known, ARRIVED, place) || slab.has(known, LOST, place)))
      return 'duplicate'
    if (known !== NONE && slab.state(known) >= MERGED) return this.#late(known, place, as, value)
    const slot = known === NONE ? this.#openJoin(correlation, value) : known
    try {
      this.#hold(slot, place, as, value)
    } catch (error) {
      this.#fail(slot, error)
      return 'failed'
    }
    slab.mark(slot, as, place)
    return this.#decide(slot, false)
  }

  #late(slot: number, place: number, as: number, value: unknown): Filed {
    if (as === LOST) return 'late'
    if (this.#slab.has(slot, LATE, place)) return 'duplicate'
    this.#slab.mark(slot, LATE, place)
    const { onLate, expected } = this.#options
    onLate?.(
      this.#slab.key(slot) as Correlation,
      expected[place] as keyof P & string,
      value as P[keyof P & string],
    )
    return 'late'
  }

  #openJoin(correlation: Correlation, value: unknown): number {
    if (this.open >= this.#maxOpen) throw new AggregatorFullError(this.#options.name, this.#maxOpen, value)
    const slab = this.#slab
    const slot = slab.add(correlation)
    slab.setState(slot, OPEN)
    this.#line(slab.open, slot, this.#policy.deadlineMs)
    return slot
  }

  /** An incremental merge stores its accumulator in the slot, and does not keep the reasons of failed parts. */
  #hold(slot: number, place: number, as: number, value: unknown): void {
    if (this.#begin === undefined) this.#slab.setPart(slot, place, value)
    else if (as === ARRIVED) this.#accumulator(slot).add(this.#policy.expected[place] as string, value)
  }

  #accumulator(slot: number): Accumulator<unknown, R> {
    let merge = this.#slab.part(slot, 0) as Accumulator<unknown, R> | undefined
    if (merge === undefined) {
      const begin = this.#begin as (at: BeginContext) => Accumulator<unknown, R>
      merge = begin({ input: undefined, branches: this.#policy.expected, weights: this.#row })
      this.#slab.setPart(slot, 0, merge)
    }
    return merge
  }

  #decide(slot: number, timeIsUp: boolean): Filed {
    const slab = this.#slab
    const verdict = decideCounts(slab.count(slot, ARRIVED), slab.count(slot, LOST), this.#policy, timeIsUp)
    if (verdict === 'merge') return this.#merge(slot)
    if (verdict === 'fail') {
      this.#fail(slot, this.#missed(slot))
      return 'failed'
    }
    if (verdict === 'grace' && slab.state(slot) === OPEN) this.#giveGrace(slot)
    return 'waiting'
  }

  /** If the deadline comes first the join stays in its line, because each line is ordered by due time. */
  #giveGrace(slot: number): void {
    const slab = this.#slab
    const { graceMs } = this.#policy
    if (this.#now() + graceMs >= slab.due(slot)) return
    slab.remove(slab.open, slot)
    slab.setState(slot, GRACE)
    this.#line(slab.grace, slot, graceMs)
  }

  #merge(slot: number): Filed {
    const slab = this.#slab
    const correlation = slab.key(slot) as Correlation
    let result: JoinResult<R, P>
    try {
      result = this.#result(slot)
    } catch (error) {
      this.#fail(slot, error)
      return 'failed'
    }
    this.#end(slot, MERGED)
    this.#options.onResult(correlation, result)
    return 'merged'
  }

  #result(slot: number): JoinResult<R, P> {
    const seen = joinParts<P>(this.#joinOf(slot), this.#policy, this.#row, { defaults: this.#defaults })
    if (this.#begin === undefined) {
      return { ...seen, value: this.#options.merge(seen.parts, { input: undefined, weights: seen.weights }) }
    }
    const merge = this.#accumulator(slot)
    const { fallback, expected } = this.#policy
    for (const [place, branch] of expected.entries()) {
      if (fallback !== undefined && !this.#slab.has(slot, ARRIVED, place)) merge.add(branch, fallback.default)
    }
    return { ...seen, parts: {} as JoinResult<R, P>['parts'], value: merge.result() }
  }

  #joinOf(slot: number): Join {
    const slab = this.#slab
    const join: Join = { parts: new Map(), failed: new Map() }
    for (const [place, branch] of this.#policy.expected.entries()) {
      const value = this.#begin === undefined ? slab.part(slot, place) : undefined
      if (slab.has(slot, ARRIVED, place)) join.parts.set(branch, value)
      else if (slab.has(slot, LOST, place)) join.failed.set(branch, value)
    }
    return join
  }

  #missed(slot: number): QuorumMissedError {
    const { expected, quorum } = this.#policy
    const join = this.#joinOf(slot)
    const [cause] = join.failed.values()
    return new QuorumMissedError(this.#options.name, {
      quorum,
      arrived: join.parts.size,
      missing: expected.filter((branch) => !join.parts.has(branch) && !join.failed.has(branch)),
      failed: [...join.failed.keys()],
      cause,
    })
  }

  #fail(slot: number, error: unknown): void {
    const correlation = this.#slab.key(slot) as Correlation
    this.#end(slot, FAILED)
    this.#options.onFailure(correlation, error)
  }

  /** From here on the join is only remembered: callbacks can't make it answer again. */
  #end(slot: number, state: number): void {
    const slab = this.#slab
    slab.remove(slab.state(slot) === GRACE ? slab.grace : slab.open, slot)
    slab.clearParts(slot)
    slab.setState(slot, state)
    if (this.#rememberMs === 0 || this.#maxRemembered === 0) {
      slab.release(slot)
      return
    }
    if (slab.tombs.size >= this.#maxRemembered) this.#forget(slab.tombs.head)
    this.#line(slab.tombs, slot, this.#rememberMs)
  }

  #forget(slot: number): void {
    this.#slab.remove(this.#slab.tombs, slot)
    this.#slab.release(slot)
  }

  #line(line: Line, slot: number, waitMs: number): void {
    this.#slab.append(line, slot, this.#now() + waitMs)
    if (line.head === slot) this.#alarm.arm()
  }

  /** Handles what is due: joins whose time is up, and joins remembered long enough. */
  readonly #wake = (): void => {
    const slab = this.#slab
    const now = this.#now()
    for (const line of [slab.open, slab.grace]) {
      while (line.head !== NONE && slab.due(line.head) <= now) this.#decide(line.head, true)
    }
    while (slab.tombs.head !== NONE && slab.due(slab.tombs.head) <= now) this.#forget(slab.tombs.head)
  }

  #now(): number {
    return this.#options.kernel.clock.monotonic()
  }
}
