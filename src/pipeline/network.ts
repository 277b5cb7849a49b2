import type { Hop } from '../message/header.ts'
import type { Host, Loss, Parcel, Stage, StageRun, StageSpec, StageSupervisor } from '../ports/host.ts'
import type { RouteTable } from '../routing/route-table.ts'
import { RoutingMatrix } from '../routing/routing-matrix.ts'
import { ProcessorFailedError } from './errors.ts'
import { type MergeWiring, mergeParcel, PART } from './merge-stage.ts'
import { INPUT, type Plan, type PlanNode } from './plan.ts'
import { processParcel } from './processor-stage.ts'
import type { PipelineRun, Tag } from './run.ts'

/**
 * The nodes of a plan as supervised stages, and the arrows of A between them.
 *
 *   done(parcel, value) ─▶ forward ─▶ column of A ─▶ send to each recipient's mailbox
 *   lost(parcel)        ─▶ a merge waits for it?  yes: tell the merge    no: the run fails
 */
export class Network {
  readonly matrix: RoutingMatrix
  /** By index in A; index 0 is the input, which has no stage. */
  readonly stages: readonly (Stage | undefined)[]
  readonly #nodes: readonly (PlanNode | undefined)[]
  readonly #host: Host
  readonly #supervisor: StageSupervisor
  readonly #table: RouteTable
  readonly #exit: number
  readonly #maxInFlight: number

  constructor(plan: Plan, host: Host) {
    this.#host = host
    this.#maxInFlight = plan.maxInFlight
    this.#nodes = [undefined, ...plan.nodes]
    this.matrix = RoutingMatrix.from({
      names: [INPUT, ...plan.nodes.map((node) => node.name)],
      edges: plan.edges,
    })
    this.#table = this.matrix.table()
    this.#exit = this.matrix.indexOf(plan.exit)
    this.#supervisor = host.supervise(plan.name, { strategy: 'one-for-one' })
    this.stages = this.#nodes.map((node, index) =>
      node === undefined ? undefined : this.#supervisor.stage(this.#specOf(node, index)),
    )
  }

  /** Sends a run's input along column 0. */
  begin(run: PipelineRun): void {
    this.#forward(run, 0, run.input)
  }

  /** Fails the run and cancels whatever it still holds. */
  fail(run: PipelineRun, error: unknown): void {
    if (run.settled) return
    run.settle(error, undefined)
    this.#cancelRest(run)
  }

  /** Nobody waits for what a settled run still holds: branches that a quorum did without, or that a failure left. */
  #cancelRest(run: PipelineRun): void {
    for (const name of [...run.holding.keys()]) this.stages[this.matrix.indexOf(name)]?.cancel(run.id)
  }

  /** y = A·x for one message: the value goes along every arrow of column `from`. */
  #forward(run: PipelineRun, from: number, value: unknown): void {
    if (run.settled) return
    if (from === this.#exit) {
      run.settle(undefined, value)
      this.#cancelRest(run)
      return
    }
    const { start, target, weight } = this.#table
    const first = start[from] as number
    const end = start[from + 1] as number
    const tag: Tag = { run, from, signal: 'value' }
    // A fan's branches end at one merge, which shows its strategy what went in.
    const merge = this.#nodes[this.#next(target[first] as number)]
    if (merge?.kind === 'merge') run.join(merge.name).input = value
    for (let at = first; at < end; at++) this.#send(target[at] as number, weight[at] as number, value, tag)
  }

  #send(to: number, weight: number, body: unknown, tag: Tag): void {
    const stage = this.stages[to] as Stage
    const { run, from } = tag
    const sender = this.stages[from]
    run.held(stage.name)
    try {
      stage.send({
        id: this.#host.kernel.ids.next(),
        type: stage.name,
        body,
        correlation: run.id,
        weight,
        deadline: run.deadline,
        orderKey: undefined,
        source: { path: sender?.path ?? this.#supervisor.path, state: sender?.state ?? 'running' },
        next: to === this.#exit ? 'reply' : (this.matrix.names[this.#next(to)] as string),
        tag,
      })
    } catch (error) {
      run.released(stage.name)
      this.#partLost(run, to, error)
    }
  }

  /** The recipient of a node's first arrow; 0, the input, has none pointing to it and stands for nothing. */
  #next(index: number): number {
    return index === this.#exit ? 0 : (this.#table.target[this.#table.start[index] as number] as number)
  }

  #specOf(node: PlanNode, index: number): StageSpec<undefined> {
    const policy = node.kind === 'processor' ? node.processor : { ...REPEATABLE, mailbox: this.#roomOf(node) }
    return {
      name: node.name,
      concurrency: policy.concurrency,
      mailbox: policy.mailbox,
      attempts: policy.attempts,
      backoffMs: policy.backoffMs,
      ...(policy.timeoutMs === undefined ? {} : { timeoutMs: policy.timeoutMs }),
      ends: (value) => (value === PART ? 'merged' : index === this.#exit ? 'answered' : 'forwarded'),
      start: () => undefined,
      run: this.#handlerOf(node, index),
      done: (parcel, value, hop) => this.#done(index, parcel, value, hop),
      lost: (parcel, loss) => this.#lost(index, parcel, loss),
    }
  }

  #handlerOf(
    node: PlanNode,
    index: number,
  ): (state: undefined, parcel: Parcel, stageRun: StageRun) => unknown {
    if (node.kind === 'processor') {
      return (_state, parcel, stageRun) => processParcel(node, this.#host, parcel, stageRun)
    }
    if (node.kind === 'map') {
      const run = node.run as (value: unknown, at: { input: unknown }) => unknown
      return (_state, parcel) => run(parcel.body, { input: (parcel.tag as Tag).run.input })
    }
    const wiring: MergeWiring = {
      node,
      weights: () =>
        Object.fromEntries(node.join.expected.map((name) => [name, this.matrix.weight(name, node.name)])),
      nameOf: (from) => this.matrix.names[from] as string,
      wakeUp: (tag, delayMs) =>
        this.#host.kernel.timers.after(delayMs, (late: Tag) => this.#timeUp(index, late), tag),
    }
    return (_state, parcel, stageRun) => mergeParcel(wiring, parcel, stageRun)
  }

  #timeUp(merge: number, tag: Tag): void {
    if (!tag.run.settled) this.#send(merge, 0, undefined, tag)
  }

  /** Room for every part, failure and expiry of every run in flight: a merge never sheds what it must join. */
  #roomOf(node: PlanNode): { capacity: number } {
    return { capacity: this.#maxInFlight * (node.kind === 'merge' ? node.join.expected.length + 1 : 1) }
  }

  #done(index: number, parcel: Parcel, value: unknown, hop: Hop): void {
    const { run } = parcel.tag as Tag
    run.released(parcel.type)
    const arrow = this.#table.start[index] as number
    const single = (this.#table.start[index + 1] as number) - arrow === 1
    const weight = single && value !== PART ? (this.#table.weight[arrow] as number) : 1
    this.#record(index, parcel, { ...hop, weight })
    if (value !== PART) this.#forward(run, index, value)
  }

  #lost(index: number, parcel: Parcel, loss: Loss): void {
    const { run } = parcel.tag as Tag
    run.released(parcel.type)
    this.#record(index, parcel, loss.hop)
    if (run.settled || loss.reason === 'late' || loss.reason === 'cancelled') return
    // The run's own timer settles it with the error that says where the time went.
    if (loss.reason === 'expired' && run.deadline <= this.#host.kernel.clock.monotonic()) return
    this.#partLost(run, index, new ProcessorFailedError(parcel.type, loss.hop.attempt, run.hops, loss.error))
  }

  /** A join may do without a part; anywhere else a loss fails the run. */
  #partLost(run: PipelineRun, lostAt: number, error: unknown): void {
    const next = this.#next(lostAt)
    if (this.#nodes[next]?.kind === 'merge') {
      this.#send(next, 0, undefined, { run, from: lostAt, signal: 'part-lost', error })
    } else {
      this.fail(run, error)
    }
  }

  #record(index: number, parcel: Parcel, hop: Hop): void {
    const { run, signal } = parcel.tag as Tag
    if (signal !== 'value') return
    run.hops.push(hop)
    run.onEvent?.({ type: 'hop', hop })
    if (run.explain) run.messages.push((this.stages[index] as Stage).describe(parcel, [hop]))
  }
}

/** Maps and merges are pure: repeating one after a crash is safe. */
const REPEATABLE = { attempts: 3, backoffMs: [0], concurrency: 1, timeoutMs: undefined } as const
