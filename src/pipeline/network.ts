import { decideJoin } from '../merge/join.ts'
import type { Endpoint, Hop } from '../message/header.ts'
import type { Host, Loss, Parcel, StageRun, StageSpec, StageSupervisor } from '../ports/host.ts'
import type { Edge } from '../routing/edge.ts'
import { passThrough } from './control-stages.ts'
import {
  NoSuchBranchError,
  PipelineDeadlineError,
  PipelineStoppedError,
  ProcessorFailedError,
} from './errors.ts'
import { type Chosen, FanRoutes } from './fan-routes.ts'
import { Detour, type Frame } from './frame.ts'
import { Asked, People } from './human.ts'
import { KeyOrder } from './key-order.ts'
import { type Fan, joinOver, Layout } from './layout.ts'
import { armJoin, type MergeWiring, mergeParcel, PART } from './merge-stage.ts'
import { type MergeNode, type Plan, type PlanNode, policyOf } from './plan.ts'
import { processParcel } from './processor-stage.ts'
import type { Seen } from './replacement.ts'
import { ReshapeError, withWeights } from './reshape.ts'
import type { PipelineRun, RunEvent, Standing, Tag } from './run.ts'
import { Station } from './station.ts'
import { ballotsOf } from './votes.ts'

/**
 * The nodes of a plan as supervised stages, and the arrows of A between them.
 *
 *   done(parcel, value) ─▶ forward ─▶ column of A ─▶ send to each recipient's mailbox
 *   lost(parcel)        ─▶ a merge waits for it?  yes: tell the merge    no: the run fails
 *
 * Every run goes by the layout that was in force when it began; `install` puts another in force.
 */
export class Network {
  readonly routes: FanRoutes
  /** Questions that steps have for people. */
  readonly people: People
  readonly #host: Host
  readonly #supervisor: StageSupervisor
  readonly #maxInFlight: number
  readonly #keys = new KeyOrder()
  /** Stages that ever had this name: each next one gets a name of its own under the supervisor. */
  readonly #started = new Map<string, number>()
  readonly #exit: string
  /** Of what comes from outside. */
  readonly #source: Endpoint
  #layout: Layout

  constructor(plan: Plan, host: Host) {
    this.#host = host
    this.#maxInFlight = plan.maxInFlight
    this.#exit = plan.exit
    this.people = new People(host.kernel, (run, parcel) => this.#again(run, parcel))
    this.#supervisor = host.supervise(plan.name, {
      strategy: 'one-for-one',
      // A run that waits for a person has no parcel in a stage that could end it.
      stopped: () => {
        for (const run of this.people.runs()) this.fail(run, new PipelineStoppedError(plan.name, run.input))
      },
    })
    this.#source = { path: this.#supervisor.path, state: 'running' }
    const byName = new Map(plan.nodes.map((node) => [node.name, node]))
    const station = (name: string) => this.#station(byName.get(name) as PlanNode, false)
    this.#layout = this.#adopt(new Layout(plan, station))
    this.routes = new FanRoutes(plan.name, host.kernel, (name) => this.#load(name))
    this.routes.follow(this.#layout)
  }

  /** In force for the runs that begin now. */
  get layout(): Layout {
    return this.#layout
  }

  /**
   * Puts another plan in force, at once and as a whole: runs that have begun stay with theirs. Nodes that are the same
   * object keep their stations; others get new ones, and the old ones stop when nothing can come to them any more.
   *
   * @throws whatever speaks against the plan; then nothing has changed.
   */
  install(plan: Plan): Layout {
    const known = new Map(this.#layout.stations.map((station) => [station?.name, station]))
    const byName = new Map(plan.nodes.map((node) => [node.name, node]))
    const made: Station[] = []
    const stationOf = (name: string): Station => {
      const node = byName.get(name) as PlanNode
      const before = known.get(name)
      if (before?.node === node) return before
      const station = this.#station(node, before !== undefined)
      // As many copies as it was resized to.
      if (node.kind === 'processor' && before !== undefined && before.replicas !== station.replicas)
        station.resize(before.replicas)
      made.push(station)
      return station
    }
    let next: Layout
    try {
      next = new Layout(plan, stationOf)
      this.routes.follow(next)
    } catch (error) {
      for (const station of made) station.retire()
      throw error
    }
    const before = this.#layout
    this.#layout = this.#adopt(next)
    if (before.runs === 0) this.#leave(before)
    return next
  }

  /** @throws ReshapeError (`reshape`) where there is no such processor or map. */
  resize(name: string, replicas: number): void {
    const station = this.#layout.stations.find((one) => one?.name === name)
    if (station === undefined || station.node.kind === 'merge') {
      throw new ReshapeError(`'${name}' can't be resized`, name, replicas, 'Name a processor or a map')
    }
    station.resize(replicas)
  }

  /** The last message that a step took, and what it gave for it. */
  seen(name: string): Seen | undefined {
    return this.#layout.stations.find((one) => one?.name === name)?.seen
  }

  #adopt(layout: Layout): Layout {
    layout.stations.forEach((station, index) => {
      if (station !== undefined) station.index = index
    })
    return this.#hold(layout)
  }

  #hold(layout: Layout): Layout {
    for (const station of layout.stations) if (station !== undefined) station.layouts += 1
    return layout
  }

  /** No run goes by it any more. */
  #leave(layout: Layout): void {
    for (const station of layout.stations) {
      if (station === undefined) continue
      station.layouts -= 1
      if (station.layouts === 0) station.retire()
    }
  }

  /** From here on the run counts: its layout lives as long as it does. */
  enter(run: PipelineRun): void {
    const { layout } = run
    // A layout of its own holds its stations from its first run on.
    if (layout.runs === 0 && layout !== this.#layout) this.#hold(layout)
    layout.runs += 1
    if (run.orderKey !== undefined) this.#keys.began(run.orderKey, run)
  }

  /** Fails the run and cancels whatever it still holds. */
  fail(run: PipelineRun, error: unknown): void {
    if (run.settled) return
    this.#settle(run, error, undefined)
  }

  #settle(run: PipelineRun, error: unknown, value: unknown): void {
    const { layout, orderKey } = run
    run.settle(error, value)
    // Whoever pauses it waits no longer: it has ended.
    run.pause?.ready()
    this.#cancelRest(run, error === undefined)
    if (run.asked) this.people.take(run)
    layout.runs -= 1
    if (layout.runs === 0 && layout !== this.#layout) this.#leave(layout)
    if (orderKey !== undefined) this.#keys.settled(orderKey, run)
  }

  /** Nobody waits for what a settled run still holds: branches that a quorum did without, or that a failure left. */
  #cancelRest(run: PipelineRun, answered: boolean): void {
    if (run.holding.size === 0) return
    for (const name of run.holding.keys()) {
      // A shadow is there to be measured: it may end, unless the run has failed or nobody wants it.
      if (!(answered && run.shadows?.has(name) === true)) this.#stationOf(run, name)?.cancel(run.id)
    }
  }

  #stationOf(run: PipelineRun, name: string): Station | undefined {
    return run.layout.stations[run.layout.matrix.indexOf(name)]
  }

  #load(name: string): number {
    let load = 0
    for (const station of this.#layout.stations) {
      if (station === undefined) continue
      const { name: own, within } = station.node
      // A branch that is a pipeline is as loaded as all of its steps.
      if (own !== name && within !== name && within?.startsWith(`${name}.`) !== true) continue
      for (const stage of station.stages) load += stage.load
    }
    return load
  }

  /** y = A·x for one message: the value goes along every arrow of column `from`, or along the one that was chosen. */
  forward(
    run: PipelineRun,
    from: number,
    value: unknown,
    frame?: Frame,
    only?: string,
    shadow?: string,
  ): void {
    if (run.settled) return
    const { layout } = run
    if (from === layout.exit) {
      this.#settle(run, undefined, value)
      return
    }
    const tag: Tag = { run, from, signal: 'value', frame, shadow }
    if (only !== undefined) {
      this.#send(layout.matrix.indexOf(only), 1, value, tag)
      return
    }
    const fan = layout.fans[from]
    if (fan !== undefined) {
      // A fan's branches end at one merge, which shows its strategy what went in.
      const join = run.join(fan.merge, frame)
      join.input = value
      join.policy = fan.join
      if (fan.route !== undefined) {
        this.#fanOut(fan, tag, value)
        return
      }
    }
    const { start, target, weight } = layout.table
    const end = start[from + 1] as number
    for (let at = start[from] as number; at < end; at++)
      this.#send(target[at] as number, weight[at] as number, value, tag)
  }

  /** A policy chooses: the join waits for the chosen, and never sees what a shadow puts out. */
  #fanOut(fan: Fan, tag: Tag, value: unknown): void {
    const { run, frame } = tag
    const now = this.#host.kernel.clock.monotonic()
    let chosen: readonly Chosen[]
    try {
      chosen = this.routes.choose(fan, run, value, now)
    } catch (error) {
      const known = error instanceof NoSuchBranchError
      this.fail(run, known ? error : new ProcessorFailedError(fan.merge, 1, run.hops, error))
      return
    }
    const counted = chosen.filter(({ shadow }) => !shadow).map(({ branch }) => branch)
    run.join(fan.merge, frame).policy = joinOver(
      fan.join,
      fan.branches.filter((branch) => counted.includes(branch)),
    )
    for (const { branch, head, weight, shadow } of chosen) {
      this.#send(head, weight, value, shadow ? { ...tag, shadow: branch } : tag)
    }
  }

  #send(to: number, weight: number, body: unknown, tag: Tag): void {
    const { run, from } = tag
    const { layout } = run
    const station = layout.stations[to] as Station
    if (run.pause !== undefined) {
      if (tag.signal !== 'time-up' && tag.shadow === undefined)
        run.pause.parcels.push(this.#standing(station.name, weight, body, tag))
      return
    }
    const parcel: Parcel = {
      id: this.#host.kernel.ids.next(),
      type: station.name,
      body,
      correlation: run.id,
      weight,
      deadline: run.deadline,
      orderKey: run.orderKey,
      source: layout.stations[from]?.source ?? this.#source,
      next: to === layout.exit ? 'reply' : (layout.matrix.names[layout.next(to)] as string),
      tag,
    }
    run.held(station.name)
    if (tag.shadow !== undefined) run.shadow(station.name)
    if (run.orderKey !== undefined && station.replacement) {
      if (this.#keys.holds(station, run, parcel, () => this.#deliver(station, to, parcel))) return
    }
    this.#deliver(station, to, parcel)
  }

  /**
   * Takes everything of a run out of the stages, without an end to it. Resolves once nothing is under way any more: then
   * `run.pause.parcels` says where each parcel stands. What is running is given up: it will be run again.
   */
  pause(run: PipelineRun): Promise<void> {
    return new Promise((resolve) => {
      run.pause = { parcels: [], ready: resolve }
      run.close()
      const waiting = [
        ...(run.asked ? this.people.take(run) : []),
        ...(run.orderKey === undefined ? [] : this.#keys.take(run.orderKey, run)),
      ]
      for (const parcel of waiting) {
        run.released(parcel.type)
        this.#setAside(parcel)
      }
      this.#cancelRest(run, false)
      if (run.holding.size === 0) resolve()
    })
  }

  /** A parcel of a run that is being paused has left its stage. */
  #setAside(parcel: Parcel): void {
    const tag = parcel.tag as Tag
    if (tag.shadow !== undefined) return
    const { run } = tag
    const node = run.layout.stations[run.layout.matrix.indexOf(parcel.type)]?.node
    const join = node?.kind === 'merge' ? run.join(node.name, tag.frame) : undefined
    // It was to complete its join, and will when it comes again.
    if (join?.completedBy === parcel) join.completedBy = undefined
    // Its timers are set anew when the run goes on.
    if (tag.signal === 'time-up') return
    run.pause?.parcels.push(this.#standing(parcel.type, parcel.weight, parcel.body, tag))
  }

  #standing(to: string, weight: number, body: unknown, tag: Tag): Standing {
    const { run, from, signal, error, frame } = tag
    return { to, from: run.layout.matrix.names[from] as string, weight, body, signal, frame, error }
  }

  /** Sends what a paused run has standing; joins that wait get their timers again. */
  proceed(run: PipelineRun, standing: readonly Standing[]): void {
    run.pause = undefined
    const { matrix, stations } = run.layout
    for (const join of run.joins()) {
      const { merge, frame } = join
      const node = stations[matrix.indexOf(merge)]?.node
      if (node?.kind !== 'merge' || join.completedBy !== undefined || join.parts.size === 0) continue
      const verdict = decideJoin(join, join.policy ?? node.join, false)
      armJoin(this.#wiring(node), join, { run, from: 0, signal: 'time-up', frame }, verdict)
    }
    for (const { to, from, weight, body, signal, frame, error } of standing) {
      if (run.settled) return
      const tag: Tag = { run, from: matrix.indexOf(from), signal, frame, error }
      this.#send(matrix.indexOf(to), weight, body, tag)
    }
  }

  /** A checkpoint has failed: the run goes on where it stood. */
  unpause(run: PipelineRun): void {
    const { pause } = run
    if (!run.settled && pause !== undefined) this.proceed(run, pause.parcels)
  }

  /** The layout in force, or another over the same stations, for a run that comes with weights of its own. */
  layoutWith(edges: readonly Edge[]): Layout {
    const { plan: now } = this.#layout
    const weightOf = (from: string, to: string) =>
      edges.find((edge) => edge.from === from && edge.to === to)?.weight ?? 0
    if (now.edges.every(({ from, to, weight }) => weightOf(from, to) === weight)) return this.#layout
    const plan = withWeights(now, edges)
    const byName = new Map(this.#layout.stations.map((station) => [station?.name, station]))
    return new Layout(plan, (name) => byName.get(name) as Station)
  }

  /** The step of this parcel runs once more. @throws MailboxFullError, ActorStoppedError */
  #again(run: PipelineRun, parcel: Parcel): void {
    const station = this.#stationOf(run, parcel.type) as Station
    station.send({ ...parcel, id: this.#host.kernel.ids.next() })
  }

  #deliver(station: Station, to: number, parcel: Parcel): void {
    try {
      station.send(parcel)
    } catch (error) {
      const { run } = parcel.tag as Tag
      run.released(station.name)
      if (run.decisions !== undefined) this.routes.ended(run, this.#partAt(run, station), true)
      this.#partLost(parcel.tag as Tag, to, error)
    }
  }

  #station(node: PlanNode, replacement: boolean): Station {
    const start = (station: Station) => this.#supervisor.stage(this.#specOf(station))
    const station = new Station(node, this.#supervisor, start, replacement)
    if (node.kind === 'processor' && (node.replicas ?? 1) > 1) station.resize(node.replicas ?? 1)
    return station
  }

  #specOf(station: Station): StageSpec<undefined> {
    const { node } = station
    const policy = node.kind === 'processor' ? policyOf(node) : { ...REPEATABLE, mailbox: this.#roomOf(node) }
    const nth = (this.#started.get(node.name) ?? 0) + 1
    this.#started.set(node.name, nth)
    return {
      name: nth === 1 ? node.name : `${node.name}~${nth}`,
      concurrency: policy.concurrency,
      mailbox: policy.mailbox,
      attempts: policy.attempts,
      backoffMs: policy.backoffMs,
      ...(policy.timeoutMs === undefined ? {} : { timeoutMs: policy.timeoutMs }),
      ends: (value) => {
        if (value === PART) return 'merged'
        return node.name === this.#exit && !(value instanceof Asked) ? 'answered' : 'forwarded'
      },
      start: () => undefined,
      run: this.#handlerOf(node),
      done: (parcel, value, hop) => this.#done(station, parcel, value, hop),
      lost: (parcel, loss) => this.#lost(station, parcel, loss),
    }
  }

  #handlerOf(node: PlanNode): (state: undefined, parcel: Parcel, stageRun: StageRun) => unknown {
    if (node.kind === 'processor') {
      return (_state, parcel, stageRun) => processParcel(node, this.#host, parcel, stageRun)
    }
    if (node.kind !== 'merge') {
      const nextId = (): number => this.#host.kernel.ids.next()
      return (_state, parcel, stageRun) => passThrough(node, parcel, stageRun, nextId)
    }
    const wiring = this.#wiring(node)
    return (_state, parcel, stageRun) => mergeParcel(wiring, parcel, stageRun)
  }

  #wiring(node: MergeNode): MergeWiring {
    return {
      node,
      wakeUp: (tag, delayMs) =>
        this.#host.kernel.timers.after(delayMs, (late: Tag) => this.#timeUp(node.name, late), tag),
    }
  }

  #timeUp(merge: string, tag: Tag): void {
    if (!tag.run.settled) this.#send(tag.run.layout.matrix.indexOf(merge), 0, undefined, tag)
  }

  /** Room for every part, failure and expiry of every run in flight: a merge never sheds what it must join. */
  #roomOf(node: PlanNode): { capacity: number } {
    return { capacity: this.#maxInFlight * (node.kind === 'merge' ? node.join.expected.length + 1 : 1) }
  }

  #done(station: Station, parcel: Parcel, value: unknown, hop: Hop): void {
    const tag = parcel.tag as Tag
    const { run } = tag
    const { layout } = run
    const index = layout.indexOf(station)
    run.released(parcel.type)
    const { start, weight: weights } = layout.table
    const arrow = start[index] as number
    const single = (start[index + 1] as number) - arrow === 1
    const weight = single && value !== PART ? (weights[arrow] as number) : 1
    // Made by the stage for this call alone: it may be completed instead of copied.
    const own = hop as { -readonly [K in keyof Hop]: Hop[K] }
    own.processor = station.name
    own.weight = weight
    this.#record(station, parcel, own)
    if (station.node.kind === 'merge') this.#voted(run, station.name, value)
    else if (run.decisions !== undefined) this.routes.ended(run, station.name, false)
    if (run.asked && this.#hasAsked(run, parcel, value)) {
      if (station.watched || run.orderKey !== undefined) station.ended(parcel)
      return
    }
    if (station.node.kind === 'processor') station.saw(parcel.body, value)
    const { frame, shadow } = tag
    // A shadow ends with its branch.
    if (value !== PART && (shadow === undefined || shadow !== station.name)) {
      if (value instanceof Detour) this.forward(run, index, value.value, value.frame, value.to, shadow)
      else this.forward(run, index, value, frame, undefined, shadow)
    }
    if (station.watched || run.orderKey !== undefined) station.ended(parcel)
    if (run.pause !== undefined && run.holding.size === 0) run.pause.ready()
  }

  #voted(run: PipelineRun, merge: string, value: unknown): void {
    const ballots = value === PART ? undefined : ballotsOf(value)
    if (ballots === undefined) return
    run.votes ??= new Map()
    run.votes.set(merge, ballots)
    if (run.decisions !== undefined) this.routes.voted(run, merge, ballots)
  }

  /** Whether the step waits for a person; one that is done needs its answers no more. */
  #hasAsked(run: PipelineRun, parcel: Parcel, value: unknown): boolean {
    if (!(value instanceof Asked)) {
      run.answers?.delete(parcel.type)
      return false
    }
    if (run.settled) return true
    if (run.pause === undefined) {
      run.held(parcel.type)
      this.people.add(run, parcel, value)
      return true
    }
    this.#setAside(parcel)
    if (run.holding.size === 0) run.pause.ready()
    return true
  }

  #lost(station: Station, parcel: Parcel, loss: Loss): void {
    const tag = parcel.tag as Tag
    const { run } = tag
    run.released(parcel.type)
    this.#record(station, parcel, { ...loss.hop, processor: station.name })
    if (run.decisions !== undefined && isFailure(run, loss))
      this.routes.ended(run, this.#partAt(run, station), true)
    if (station.watched || run.orderKey !== undefined) station.ended(parcel)
    if (run.pause !== undefined && loss.reason === 'cancelled') {
      this.#setAside(parcel)
      if (run.holding.size === 0) run.pause.ready()
      return
    }
    if (run.settled || loss.reason === 'late' || loss.reason === 'cancelled') return
    // The run's own timer settles it with the error that says where the time went.
    if (loss.reason === 'expired' && run.deadline <= this.#host.kernel.clock.monotonic()) return
    const error = new ProcessorFailedError(parcel.type, loss.hop.attempt, run.hops, loss.error)
    this.#partLost(tag, run.layout.indexOf(station), error)
  }

  /** The branch that a message is lost to. */
  #partAt({ layout }: PipelineRun, station: Station): string {
    const part = layout.partOf[layout.indexOf(station)] ?? -1
    return part < 0 ? station.name : (layout.matrix.names[part] as string)
  }

  /** A join may do without a part; anywhere else a loss fails the run. Nobody misses what a shadow loses. */
  #partLost(tag: Tag, lostAt: number, error: unknown): void {
    const { run, frame, shadow } = tag
    if (shadow !== undefined || run.settled) return
    const { layout } = run
    const part = layout.partOf[lostAt] ?? -1
    if (part < 0) {
      this.fail(run, error)
      return
    }
    const merge = layout.next(part)
    const within = run.frameOfJoin(layout.matrix.names[merge] as string, frame)
    this.#send(merge, 0, undefined, { run, from: part, signal: 'part-lost', error, frame: within })
  }

  /** An observer that throws fails the run that it watches, and no other. */
  #show(run: PipelineRun, event: RunEvent): void {
    try {
      const room = run.onEvent?.(event)
      if (room instanceof Promise) room.catch((error: unknown) => this.fail(run, error))
    } catch (error) {
      this.fail(run, error)
    }
  }

  #record(station: Station, parcel: Parcel, hop: Hop): void {
    const { run, signal, shadow } = parcel.tag as Tag
    if (signal !== 'value') return
    const shown: Hop = shadow === undefined ? hop : { ...hop, shadow: true }
    run.hops.push(shown)
    if (run.onEvent !== undefined) this.#show(run, { type: 'hop', hop: shown })
    if (run.explain) run.messages.push(station.stage.describe(parcel, [shown]))
  }
}

/** A late part is no failure of the branch around its merge; nor is what was cancelled, unless it was too slow. */
function isFailure(run: PipelineRun, { reason }: Loss): boolean {
  if (reason === 'cancelled') return run.error instanceof PipelineDeadlineError
  return reason !== 'late'
}

/** Maps and merges are pure: repeating one after a crash is safe. */
const REPEATABLE = { attempts: 3, backoffMs: [0], concurrency: 1, timeoutMs: undefined } as const
