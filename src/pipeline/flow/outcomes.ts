import { isA } from '../../kernel/errors.ts'
import type { Clock } from '../../kernel/kernel.ts'
import { isThenable, promiseOf } from '../../kernel/thenable.ts'
import type { Hop } from '../../message/header.ts'
import type { Loss, Parcel } from '../../ports/host.ts'
import { LoopBoundError, NoSuchBranchError, PipelineDeadlineError, ProcessorFailedError } from '../errors.ts'
import { Detour } from '../run/frame.ts'
import type { PipelineRun, RunEvent, Tag } from '../run/run.ts'
import type { Station } from '../run/station.ts'
import { ballotsOf } from '../run/votes.ts'
import type { Flow } from './flow.ts'
import { Asked } from './human.ts'
import { PART } from './merge-stage.ts'
import { setAside } from './pauses.ts'

/**
 * What happens to a run when one of its parcels has ended:
 *
 *   done(parcel, value) ─▶ record, learn, forward the value
 *   lost(parcel)        ─▶ a merge waits for it?  yes: tell the merge    no: the run fails
 */
export class Outcomes {
  readonly #flow: Flow
  readonly #clock: Clock

  constructor(flow: Flow, clock: Clock) {
    this.#flow = flow
    this.#clock = clock
  }

  /** A parcel has ended well with this value. */
  done(station: Station, parcel: Parcel, value: unknown, hop: Hop): void {
    const tag = parcel.tag as Tag
    const { run } = tag
    const { layout } = run
    const index = layout.indexOf(station)
    run.released(parcel.type)
    const { start, weight: weights } = layout.table
    const arrow = start[index] as number
    const single = (start[index + 1] as number) - arrow === 1
    const weight = single && value !== PART ? (weights[arrow] as number) : 1
    // The stage made it for this call only, so it may be completed instead of copied.
    const own = hop as { -readonly [K in keyof Hop]: Hop[K] }
    own.processor = station.name
    own.weight = weight
    this.#record(station, parcel, own)
    if (station.node.kind === 'merge') this.#voted(run, station.name, value)
    else if (run.decisions !== undefined) this.#ended(run, station.name, false)
    if (run.asked && this.#hasAsked(run, parcel, value)) {
      if (station.watched || run.orderKey !== undefined) station.ended(parcel)
      return
    }
    if (station.node.kind === 'processor') station.saw(parcel.body, value)
    const { frame, shadow } = tag
    // A shadow ends with its branch.
    if (value !== PART && (shadow === undefined || shadow !== station.name)) {
      if (Detour.is(value)) this.#flow.forward(run, index, value.value, value.frame, value.to, shadow)
      else this.#flow.forward(run, index, value, frame, undefined, shadow)
    }
    if (station.watched || run.orderKey !== undefined) station.ended(parcel)
    if (run.pause !== undefined && run.holding.size === 0) run.pause.ready()
  }

  #voted(run: PipelineRun, merge: string, value: unknown): void {
    try {
      const ballots = value === PART ? undefined : ballotsOf(value)
      if (ballots === undefined) return
      run.votes ??= new Map()
      run.votes.set(merge, ballots)
      if (run.decisions !== undefined) this.#flow.routes.voted(run, merge, ballots)
    } catch (error) {
      this.#flow.fail(run, new ProcessorFailedError(merge, 1, run.hops, error))
    }
  }

  /** Reports it to its policy. A reward rule or a callback that throws fails this run, and no other. */
  #ended(run: PipelineRun, part: string, failed: boolean): void {
    try {
      this.#flow.routes.ended(run, part, failed)
    } catch (error) {
      this.#flow.fail(run, new ProcessorFailedError(part, 1, run.hops, error))
    }
  }

  /** Whether the step waits for a person; one that is done needs its answers no more. */
  #hasAsked(run: PipelineRun, parcel: Parcel, value: unknown): boolean {
    if (!Asked.is(value)) {
      run.answers?.delete(parcel.type)
      return false
    }
    if (run.settled) return true
    if (run.pause === undefined) {
      run.held(parcel.type)
      this.#flow.people.add(run, parcel, value)
      run.waitForPerson()
      return true
    }
    setAside(parcel)
    if (run.holding.size === 0) run.pause.ready()
    return true
  }

  /** The run's deadline goes first, whichever timer fired: its error says who had not answered. */
  expires(parcel: Parcel): void {
    const { run } = parcel.tag as Tag
    if (run.waitsForDeadline && run.deadline <= this.#clock.monotonic()) run.fire()
  }

  /** A parcel has become a dead letter. */
  lost(station: Station, parcel: Parcel, loss: Loss): void {
    const tag = parcel.tag as Tag
    const { run } = tag
    run.released(parcel.type)
    this.#record(station, parcel, { ...loss.hop, processor: station.name })
    if (run.decisions !== undefined && isFailure(run, loss))
      this.#ended(run, this.#partAt(run, station), true)
    if (station.watched || run.orderKey !== undefined) station.ended(parcel)
    if (run.pause !== undefined && loss.reason === 'cancelled') {
      setAside(parcel)
      if (run.holding.size === 0) run.pause.ready()
      return
    }
    if (run.settled || loss.reason === 'late' || loss.reason === 'cancelled') return
    // The run's own timer settles it, with an error that shows where the time went.
    if (loss.reason === 'expired' && run.deadline <= this.#clock.monotonic()) return
    const error = isVerdict(loss.error)
      ? loss.error
      : new ProcessorFailedError(parcel.type, loss.hop.attempt, run.hops, loss.error)
    this.partLost(tag, run.layout.indexOf(station), error)
  }

  /** The branch that loses a message. */
  #partAt({ layout }: PipelineRun, station: Station): string {
    const part = layout.partOf[layout.indexOf(station)] ?? -1
    return part < 0 ? station.name : (layout.matrix.names[part] as string)
  }

  /** A parcel never reached its mailbox: there was no room, or the stage has stopped. */
  refused(station: Station, tag: Tag, to: number, error: unknown): void {
    const { run } = tag
    if (run.decisions !== undefined) this.#ended(run, this.#partAt(run, station), true)
    this.partLost(tag, to, error)
  }

  /** A join may work without a part; anywhere else a loss fails the run. A shadow's losses do not matter. */
  partLost(tag: Tag, lostAt: number, error: unknown): void {
    const { run, frame, shadow } = tag
    if (shadow !== undefined || run.settled) return
    const { layout } = run
    const part = layout.partOf[lostAt] ?? -1
    if (part < 0) {
      this.#flow.fail(run, error)
      return
    }
    const merge = layout.next(part)
    const within = run.frameOfJoin(layout.matrix.names[merge] as string, frame)
    this.#flow.send(merge, 0, undefined, { run, from: part, signal: 'part-lost', error, frame: within })
  }

  /** An observer that throws fails the run it watches, and no other. */
  #show(run: PipelineRun, event: RunEvent): void {
    try {
      const { onEvent, context } = run
      if (onEvent === undefined) return
      // Whoever ended the step, by a kill or a change, is not the run's caller.
      const room = context === undefined ? onEvent(event) : context.runInAsyncScope(onEvent, undefined, event)
      if (isThenable(room)) promiseOf(room).catch((error: unknown) => this.#unobserved(run, error))
    } catch (error) {
      this.#unobserved(run, error)
    }
  }

  #unobserved(run: PipelineRun, error: unknown): void {
    this.#flow.fail(run, new ProcessorFailedError('onEvent', 1, run.hops, error))
  }

  #record(station: Station, parcel: Parcel, hop: Hop): void {
    const { run, signal, shadow } = parcel.tag as Tag
    if (signal !== 'value') return
    const shown: Hop = shadow === undefined ? hop : { ...hop, shadow: true }
    run.worked(shown)
    if (run.layout.optional) {
      const part = run.layout.partOf[run.layout.indexOf(station)] ?? -1
      if (part >= 0)
        this.#flow.brownout.cost(station.name, run.layout.matrix.names[part] as string, hop.runMs)
    }
    if (run.onEvent !== undefined) this.#show(run, { type: 'hop', hop: shown })
    if (run.explain) run.messages.push(station.stage.describe(parcel, [shown]))
  }
}

/** A late part is not a failure of the branch around its merge; neither is a cancelled one, unless it was too slow. */
function isFailure(run: PipelineRun, { reason }: Loss): boolean {
  if (reason === 'cancelled') return isA(run.error, PipelineDeadlineError)
  return reason !== 'late'
}

/** The pipeline's own error about a run, which needs no other error around it. */
function isVerdict(error: unknown): boolean {
  return isA(error, LoopBoundError) || isA(error, NoSuchBranchError)
}
