import type { Host, Parcel, StageRun, StageSpec, StageSupervisor } from '../../ports/host.ts'
import { RETRY_BUDGET_DEFAULT, RetryBudget } from '../../supervision/retry-budget.ts'
import { type MergeNode, type Plan, type PlanNode, policyOf } from '../plan/plan.ts'
import type { Tag } from '../run/run.ts'
import { Station } from '../run/station.ts'
import { passThrough } from './control-stages.ts'
import { Asked } from './human.ts'
import { type MergeWiring, mergeParcel, PART } from './merge-stage.ts'
import type { Outcomes } from './outcomes.ts'
import { processParcel, whoseTurn } from './processor-stage.ts'

/** Makes supervised stages from the nodes of plans. */
export class StationMaker {
  readonly #host: Host
  readonly #supervisor: StageSupervisor
  readonly #maxInFlight: number
  /** Number of stages that had this name: each new one gets a distinct name under the supervisor. */
  readonly #started = new Map<string, number>()
  readonly #pipeline: string
  readonly #exit: string
  readonly #outcomes: Outcomes
  /** Of all its stages together. */
  readonly #retries: { readonly retries?: RetryBudget }
  readonly #timeUp: (merge: string, tag: Tag) => void

  /** `timeUp` is called when a join of this merge has waited long enough. */
  constructor(
    plan: Plan,
    host: Host,
    supervisor: StageSupervisor,
    outcomes: Outcomes,
    timeUp: (merge: string, tag: Tag) => void,
  ) {
    this.#host = host
    this.#supervisor = supervisor
    this.#maxInFlight = plan.maxInFlight
    this.#pipeline = plan.name
    this.#exit = plan.exit
    this.#outcomes = outcomes
    const { retryBudget = RETRY_BUDGET_DEFAULT } = plan
    this.#retries = retryBudget === false ? {} : { retries: new RetryBudget(retryBudget) }
    this.#timeUp = timeUp
  }

  /** Starts it. `replacement`: it takes the place of another, whose messages may still be in flight. */
  make(node: PlanNode, replacement: boolean): Station {
    const start = (station: Station) => this.#supervisor.stage(this.#specOf(station))
    const station = new Station(node, this.#supervisor, start, replacement)
    if (node.kind === 'processor' && (node.replicas ?? 1) > 1) station.resize(node.replicas ?? 1)
    return station
  }

  wiring(node: MergeNode): MergeWiring {
    return {
      node,
      wakeUp: (tag, delayMs) =>
        this.#host.kernel.timers.after(delayMs, (late: Tag) => this.#timeUp(node.name, late), tag),
      now: () => this.#host.kernel.clock.monotonic(),
    }
  }

  #specOf(station: Station): StageSpec<undefined> {
    const { node } = station
    const policy = node.kind === 'processor' ? policyOf(node) : { ...REPEATABLE, mailbox: this.#roomOf(node) }
    const nth = (this.#started.get(node.name) ?? 0) + 1
    this.#started.set(node.name, nth)
    const last = node.name === this.#exit ? 'answered' : 'forwarded'
    return {
      name: nth === 1 ? node.name : `${node.name}~${nth}`,
      concurrency: policy.concurrency,
      mailbox: policy.mailbox,
      attempts: policy.attempts,
      backoffMs: policy.backoffMs,
      ...this.#retries,
      ...(policy.timeoutMs === undefined ? {} : { timeoutMs: policy.timeoutMs }),
      ends: (value) => (value === PART ? 'merged' : Asked.is(value) ? 'forwarded' : last),
      ...(node.kind === 'processor' ? { whose: whoseTurn } : {}),
      turn: ({ tag }) => (tag as Tag).run.turn,
      start: () => undefined,
      run: this.#handlerOf(node),
      done: (parcel, value, hop) => this.#outcomes.done(station, parcel, value, hop),
      expires: (parcel) => this.#outcomes.expires(parcel),
      lost: (parcel, loss) => this.#outcomes.lost(station, parcel, loss),
    }
  }

  #handlerOf(node: PlanNode): (state: undefined, parcel: Parcel, stageRun: StageRun) => unknown {
    if (node.kind === 'processor') {
      return (_state, parcel, stageRun) => processParcel(this.#pipeline, node, this.#host, parcel, stageRun)
    }
    if (node.kind !== 'merge') {
      const nextId = (): number => this.#host.kernel.ids.next()
      return (_state, parcel, stageRun) => passThrough(node, parcel, stageRun, nextId)
    }
    const wiring = this.wiring(node)
    return (_state, parcel, stageRun) => mergeParcel(wiring, parcel, stageRun)
  }

  /** Room for every part, failure and expiry of every run in flight: a merge never sheds parts it must join. */
  #roomOf(node: PlanNode): { capacity: number } {
    return { capacity: this.#maxInFlight * (node.kind === 'merge' ? node.join.expected.length + 1 : 1) }
  }
}

/** Maps and merges are pure, so repeating one after a crash is safe. */
const REPEATABLE = { attempts: 3, backoffMs: [0], concurrency: 1, timeoutMs: undefined } as const
