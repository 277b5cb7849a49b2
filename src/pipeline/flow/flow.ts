import { isA } from '../../kernel/errors.ts'
import type { Endpoint } from '../../message/header.ts'
import type { Host, Parcel, StageSupervisor } from '../../ports/host.ts'
import { NoSuchBranchError, PipelineStoppedError, ProcessorFailedError } from '../errors.ts'
import type { Plan, PlanNode } from '../plan/plan.ts'
import { joinOver } from '../plan/shape.ts'
import type { Frame } from '../run/frame.ts'
import type { Fan, Layout } from '../run/layout.ts'
import type { OpenJoin } from '../run/open-join.ts'
import type { PipelineRun, Tag } from '../run/run.ts'
import type { Station } from '../run/station.ts'
import { Brownout } from './brownout.ts'
import { type Chosen, FanRoutes } from './fan-routes.ts'
import { People } from './human.ts'
import { KeyOrder } from './key-order.ts'
import { Layouts } from './layouts.ts'
import { Outcomes } from './outcomes.ts'
import { Pauses, standingAt } from './pauses.ts'
import { StationMaker } from './station-maker.ts'

/**
 * The nodes of a plan as supervised stages, and the arrows of A between them.
 *
 *   done(parcel, value) ─▶ forward ─▶ column of A ─▶ send to each recipient's mailbox
 *
 * Every run uses the layout that was current when it began; `install` makes another layout current.
 */
export class Flow {
  readonly routes: FanRoutes
  /** Questions of steps for people. */
  readonly people: People
  readonly layouts: Layouts
  readonly pauses: Pauses
  /** Leaves optional branches out while runs wait. */
  readonly brownout = new Brownout()
  readonly #host: Host
  readonly #keys = new KeyOrder()
  readonly #outcomes: Outcomes
  readonly #supervisor: StageSupervisor
  /** Deliveries from outside. */
  readonly #source: Endpoint

  /** `stopped` is called once nothing of it runs any more. */
  constructor(plan: Plan, host: Host, stopped: () => void) {
    this.#host = host
    this.routes = new FanRoutes(plan.name, host.kernel, (name) => this.layouts.load(name))
    // First, because a refusal must not leave anything started behind.
    this.routes.follow({ plan })
    this.people = new People(host.kernel, (run, parcel) => this.#again(run, parcel))
    const supervisor = host.supervise(plan.name, {
      strategy: 'one-for-one',
      // A run waiting for a person has no parcel in a stage that could end it.
      stopped: () => {
        for (const run of this.people.runs()) this.fail(run, new PipelineStoppedError(plan.name, run.input))
        stopped()
      },
    })
    this.#supervisor = supervisor
    this.#source = { path: supervisor.path, state: 'running' }
    this.#outcomes = new Outcomes(this, host.kernel.clock)
    const timeUp = (merge: string, tag: Tag) => this.#timeUp(merge, tag)
    const maker = new StationMaker(plan, host, supervisor, this.#outcomes, timeUp)
    this.pauses = new Pauses(this, this.#keys, maker)
    const make = (node: PlanNode, replacement: boolean) => maker.make(node, replacement)
    this.layouts = new Layouts(plan, make, (layout) => this.routes.follow(layout))
  }

  /** Ends every stage; the messages they hold become dead letters. */
  stop(): void {
    this.#supervisor.stop()
  }

  /** The record of a durable run can't be read. */
  unread(key: string, error: unknown): void {
    this.#supervisor.unread(key, error)
  }

  /** The layout for runs that begin now. */
  get layout(): Layout {
    return this.layouts.current
  }

  /** From now on the run counts: its layout lives as long as it does. */
  enter(run: PipelineRun): void {
    const { layout } = run
    this.layouts.enter(layout)
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
    // The run has ended, so a checkpoint need not wait for it.
    run.pause?.ready()
    if (run.asked) this.people.take(run)
    this.layouts.leave(layout)
    if (orderKey !== undefined) this.#keys.settled(orderKey, run)
  }

  /** Cancels what a settled run still holds: branches that a quorum did not need, or that a failure left. */
  cancelRest(run: PipelineRun, answered: boolean): void {
    if (run.holding.size === 0) return
    for (const name of run.holding.keys()) {
      // A shadow is there to be measured, so it may end, unless the run has failed or was cancelled.
      if (!(answered && run.shadows?.has(name) === true)) this.#stationOf(run, name)?.cancel(run.id)
    }
  }

  #stationOf(run: PipelineRun, name: string): Station | undefined {
    return run.layout.stations[run.layout.matrix.indexOf(name)]
  }

  /** y = A·x for one message: the value goes along every arrow of column `from`, or along the chosen one. */
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
      this.#answer(run, value)
      return
    }
    const tag: Tag = { run, from, signal: 'value', frame, shadow }
    if (only !== undefined) {
      this.send(layout.matrix.indexOf(only), 1, value, tag)
      return
    }
    const fan = layout.fans[from]
    if (fan !== undefined) {
      // A fan's branches end at one merge, whose strategy gets the fan's input.
      const join = run.join(fan.merge, frame)
      join.input = value
      join.policy = fan.join
      const shed = fan.optional === undefined ? undefined : this.#shed(fan, join)
      if (fan.route !== undefined) {
        this.#fanOut(fan, tag, value)
        return
      }
      if (shed !== undefined) {
        join.policy = joinOver(fan.join, keptOf(fan.branches, shed))
        for (const [at, branch] of fan.branches.entries())
          if (!shed.includes(branch)) this.send(fan.heads[at] as number, 1, value, tag)
        return
      }
    }
    const { start, target, weight } = layout.table
    const end = start[from + 1] as number
    for (let at = start[from] as number; at < end; at++)
      this.send(target[at] as number, weight[at] as number, value, tag)
  }

  #answer(run: PipelineRun, value: unknown): void {
    const exit = run.layout.matrix.names[run.layout.exit] as string
    let answer: unknown
    try {
      answer = this.#host.copyOf(value, exit)
    } catch (error) {
      this.fail(run, new ProcessorFailedError(exit, 1, run.hops, error))
      return
    }
    this.#settle(run, undefined, answer)
  }

  #shed(fan: Fan, join: OpenJoin): readonly string[] | undefined {
    const shed = this.brownout.shed(fan, this.#host.kernel.clock.monotonic())
    join.shed = shed.length === 0 ? undefined : shed
    return join.shed
  }

  /** A policy chooses: the join waits for the chosen branches and never sees the output of a shadow. */
  #fanOut(fan: Fan, tag: Tag, value: unknown): void {
    const { run, frame } = tag
    const now = this.#host.kernel.clock.monotonic()
    let chosen: readonly Chosen[]
    try {
      chosen = this.routes.choose(fan, run, value, now)
    } catch (error) {
      const known = isA(error, NoSuchBranchError)
      this.fail(run, known ? error : new ProcessorFailedError(fan.merge, 1, run.hops, error))
      return
    }
    const join = run.join(fan.merge, frame)
    if (join.shed !== undefined) {
      const { shed } = join
      const kept = chosen.filter(({ branch, shadow }) => shadow || !shed.includes(branch))
      // What the policy has not chosen is not missed, and the last that it has chosen stays.
      const stays = kept.some(({ shadow }) => !shadow)
      join.shed = stays ? chosen.filter((one) => !kept.includes(one)).map(({ branch }) => branch) : undefined
      if (stays) chosen = kept
    }
    const counted = chosen.filter(({ shadow }) => !shadow).map(({ branch }) => branch)
    join.policy = joinOver(
      fan.join,
      fan.branches.filter((branch) => counted.includes(branch)),
    )
    for (const { branch, head, weight, shadow } of chosen) {
      this.send(head, weight, value, shadow ? { ...tag, shadow: branch } : tag)
    }
  }

  /** One parcel to one node. */
  send(to: number, weight: number, body: unknown, tag: Tag): void {
    const { run, from } = tag
    const { layout } = run
    const station = layout.stations[to] as Station
    if (run.pause !== undefined) {
      if (tag.signal !== 'time-up' && tag.shadow === undefined)
        run.pause.parcels.push(standingAt(station.name, weight, body, tag))
      return
    }
    if (tag.signal === 'value') layout.count(from, to)
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
      trace: run.trace,
      context: run.context,
    }
    run.held(station.name)
    if (tag.shadow !== undefined) run.shadow(station.name)
    if (run.orderKey !== undefined && station.replacement && this.#held(station, to, parcel, run)) return
    this.#deliver(station, to, parcel)
  }

  /** A separate function: a closure in `send` would cost every message a context. */
  #held(station: Station, to: number, parcel: Parcel, run: PipelineRun): boolean {
    return this.#keys.holds(station, run, parcel, () => this.#deliver(station, to, parcel))
  }

  /** Runs the step of this parcel again. @throws MailboxFullError, ActorStoppedError */
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
      this.#outcomes.refused(station, parcel.tag as Tag, to, error)
    }
  }

  #timeUp(merge: string, tag: Tag): void {
    if (!tag.run.settled) this.send(tag.run.layout.matrix.indexOf(merge), 0, undefined, tag)
  }
}

function keptOf(branches: readonly string[], shed: readonly string[]): readonly string[] {
  return branches.filter((branch) => !shed.includes(branch))
}
