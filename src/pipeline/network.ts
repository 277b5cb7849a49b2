import type { Hop } from '../message/header.ts'
import type { Host, Loss, Parcel, Stage, StageRun, StageSpec, StageSupervisor } from '../ports/host.ts'
import type { RouteTable } from '../routing/route-table.ts'
import { RoutingMatrix } from '../routing/routing-matrix.ts'
import { passThrough } from './control-stages.ts'
import { ProcessorFailedError } from './errors.ts'
import { Detour, type Frame } from './frame.ts'
import { type MergeWiring, mergeParcel, PART } from './merge-stage.ts'
import { INPUT, type Plan, type PlanNode, policyOf } from './plan.ts'
import { mergesByFan, partsOf } from './plan-shape.ts'
import { processParcel } from './processor-stage.ts'
import { ReplicaSet } from './replica-set.ts'
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
  /** By index: the merge that a node's fan-out comes back to. */
  readonly #mergeAfter: readonly (string | undefined)[]
  /** By index: the part that is lost with a message there; -1 where a loss fails the run. */
  readonly #partOf: Int32Array

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
    const merges = mergesByFan(plan)
    const parts = partsOf(plan)
    this.#mergeAfter = this.matrix.names.map((name) => merges.get(name)?.name)
    this.#partOf = Int32Array.from(this.matrix.names, (name) => {
      const part = parts.get(name)
      return part === undefined ? -1 : this.matrix.indexOf(part)
    })
    this.stages = this.#nodes.map((node, index) =>
      node === undefined ? undefined : this.#stageOf(node, index),
    )
  }

  #stageOf(node: PlanNode, index: number): Stage {
    const spec = this.#specOf(node, index)
    const replicas = node.kind === 'processor' ? (node.replicas ?? 1) : 1
    if (replicas === 1) return this.#supervisor.stage(spec)
    const stages = Array.from({ length: replicas }, (_, i) =>
      this.#supervisor.stage({ ...spec, name: `${node.name}#${i + 1}` }),
    )
    return new ReplicaSet(node.name, `${this.#supervisor.path}/${node.name}`, stages)
  }

  /** Sends a run's input along column 0. */
  begin(run: PipelineRun): void {
    this.#forward(run, 0, run.input, undefined, undefined)
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

  /** y = A·x for one message: the value goes along every arrow of column `from`, or along the one that was chosen. */
  #forward(
    run: PipelineRun,
    from: number,
    value: unknown,
    frame: Frame | undefined,
    only: string | undefined,
  ): void {
    if (run.settled) return
    if (from === this.#exit) {
      run.settle(undefined, value)
      this.#cancelRest(run)
      return
    }
    const { start, target, weight } = this.#table
    const first = start[from] as number
    const end = start[from + 1] as number
    const tag: Tag = { run, from, signal: 'value', frame }
    if (only !== undefined) {
      this.#send(this.matrix.indexOf(only), 1, value, tag)
      return
    }
    // A fan's branches end at one merge, which shows its strategy what went in.
    const merge = this.#mergeAfter[from]
    if (merge !== undefined) run.join(merge, frame).input = value
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
      this.#partLost(tag, to, error)
    }
  }

  /** The recipient of a node's first arrow; 0, the input, has none pointing to it and stands for nothing. */
  #next(index: number): number {
    return index === this.#exit ? 0 : (this.#table.target[this.#table.start[index] as number] as number)
  }

  #specOf(node: PlanNode, index: number): StageSpec<undefined> {
    const policy = node.kind === 'processor' ? policyOf(node) : { ...REPEATABLE, mailbox: this.#roomOf(node) }
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
    if (node.kind !== 'merge') {
      const nextId = (): number => this.#host.kernel.ids.next()
      return (_state, parcel, stageRun) => passThrough(node, parcel, stageRun, nextId)
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
    const { run, frame } = parcel.tag as Tag
    run.released(parcel.type)
    const arrow = this.#table.start[index] as number
    const single = (this.#table.start[index + 1] as number) - arrow === 1
    const weight = single && value !== PART ? (this.#table.weight[arrow] as number) : 1
    this.#record(index, parcel, { ...hop, processor: parcel.type, weight })
    if (value instanceof Detour) this.#forward(run, index, value.value, value.frame, value.to)
    else if (value !== PART) this.#forward(run, index, value, frame, undefined)
  }

  #lost(index: number, parcel: Parcel, loss: Loss): void {
    const tag = parcel.tag as Tag
    const { run } = tag
    run.released(parcel.type)
    this.#record(index, parcel, { ...loss.hop, processor: parcel.type })
    if (run.settled || loss.reason === 'late' || loss.reason === 'cancelled') return
    // The run's own timer settles it with the error that says where the time went.
    if (loss.reason === 'expired' && run.deadline <= this.#host.kernel.clock.monotonic()) return
    this.#partLost(tag, index, new ProcessorFailedError(parcel.type, loss.hop.attempt, run.hops, loss.error))
  }

  /** A join may do without a part; anywhere else a loss fails the run. */
  #partLost({ run, frame }: Tag, lostAt: number, error: unknown): void {
    const part = this.#partOf[lostAt] ?? -1
    if (part < 0) {
      this.fail(run, error)
      return
    }
    const merge = this.#next(part)
    const within = run.frameOfJoin(this.matrix.names[merge] as string, frame)
    this.#send(merge, 0, undefined, { run, from: part, signal: 'part-lost', error, frame: within })
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
