import type { AsyncContext } from '../../kernel/async-context.ts'
import { WheelEntry } from '../../kernel/timer-wheel.ts'
import { youngList } from '../../kernel/young-list.ts'
import type { Hop, Message } from '../../message/header.ts'
import type { TenantShare } from '../../ports/host.ts'
import type { Guest } from '../admission/guest.ts'
import { tenantShare } from '../plan/admission-policy.ts'
import type { MadeDecision } from './decisions.ts'
import type { Frame } from './frame.ts'
import { Holding } from './holding.ts'
import type { RunKeeper } from './keeper.ts'
import type { Layout } from './layout.ts'
import { disarm, forgetParts, type JoinRecord, joinKey, type OpenJoin, openJoin } from './open-join.ts'
import type { Pause } from './pause.ts'
import type { Ballot } from './votes.ts'

/** The events of one run's stream while it is in flight. */
export type RunEvent =
  | {
      readonly type: 'partial'
      readonly processor: string
      /** Attempt of the step that emitted it; a second attempt emits its partial results again. */
      readonly attempt: number
      readonly value: unknown
    }
  | { readonly type: 'hop'; readonly hop: Hop }

/** Listens for the outcome of runs. */
export interface RunOwner {
  /** Called once, when the run has its answer or its error. */
  settled(run: PipelineRun, error: unknown, value: unknown): void
  /** The run's deadline has come. */
  late(run: PipelineRun): void
  /** A step of a run that had settled has ended, or was cut short. */
  worked(run: PipelineRun, hop: Hop): void
  /** The run waits for a person. */
  waits(run: PipelineRun): void
}

const NO_MESSAGES: Message[] = []
const NO_JOINS: ReadonlyMap<string, OpenJoin> = new Map()

/** One message's way through the pipeline, from its ask to its settlement. It is the wheel entry of its own deadline. */
export class PipelineRun extends WheelEntry implements Guest {
  readonly id: number
  readonly input: unknown
  /** Monotonic milliseconds. */
  readonly startedAt: number
  readonly deadline: number
  /** When it settled, monotonic milliseconds. */
  endedAt: number | undefined
  readonly hops: Hop[] = youngList()
  /** Of a run that is traced, until it settles. */
  messages: Message[]
  readonly explain: boolean
  readonly onEvent: ((event: RunEvent) => unknown) | undefined
  readonly holding = new Holding()
  /** Made by the first merge. */
  #joins: Map<string, OpenJoin> | undefined
  /** W3C trace context of all its messages. */
  readonly trace: string | undefined
  /** Messages of one key keep their order through replacements and resizes. */
  readonly orderKey: string | undefined
  /** The asker's key for it, which every step can read. */
  readonly idempotencyKey: string | undefined
  /** The plan, A and stations that the whole run uses. */
  readonly layout: Layout
  /** Its caller's context, if contexts are kept: everything sent for it runs in it, whichever turn or timer sends it. */
  readonly context: AsyncContext | undefined
  /** The decisions of policies; made by the first. */
  decisions: MadeDecision[] | undefined
  /** Votes of its merges, by name. */
  votes: Map<string, readonly Ballot[]> | undefined
  /** Names of nodes that got a copy as a shadow. */
  shadows: Set<string> | undefined
  settled = false
  /** Whose share of the pipeline it takes. */
  readonly tenant: string | undefined
  /** The same with its share, which steps and models ask for. */
  readonly share: TenantShare | undefined
  readonly priority: number
  /** How many runs had begun when it did: steps serve first what began first. */
  turn = 0
  begunAt = Number.NaN
  costMs = 0
  /** Rows that it has put through models. */
  rows = 0
  company = 0
  meanCompany = Number.NaN
  charged = 0
  /** Sends its first parcels; kept while it waits to begin. */
  begin: ((run: PipelineRun) => void) | undefined
  /** The next run in its bucket of the runs in flight. */
  sibling: PipelineRun | undefined
  /** Answers of people, by the step that asked; kept until the step is done. */
  answers: Map<string, unknown[]> | undefined
  /** Whether a step of it has ever asked a person. */
  asked = false
  /** While it is paused: the parcels to send, and those in flight. */
  pause: Pause | undefined
  /** Why it failed; `undefined` while it is in flight, and once it is answered. */
  error: unknown
  /** Settles the asker's promise. */
  resolve: ((value: unknown) => void) | undefined
  reject: ((error: unknown) => void) | undefined
  /** The caller's signal and its listener. */
  signal: AbortSignal | undefined
  onAbort: (() => void) | undefined
  readonly keeper: RunKeeper | undefined
  readonly #owner: RunOwner

  constructor(details: {
    id: number
    input: unknown
    startedAt: number
    deadline: number
    explain: boolean
    onEvent: ((event: RunEvent) => unknown) | undefined
    orderKey: string | undefined
    idempotencyKey: string | undefined
    trace: string | undefined
    layout: Layout
    context: AsyncContext | undefined
    tenant?: string | undefined
    priority?: number
    keeper?: RunKeeper | undefined
    owner: RunOwner
  }) {
    super()
    // A caller waits for its answer, so the process must not end before it.
    this.holds = true
    this.#owner = details.owner
    this.id = details.id
    this.input = details.input
    this.startedAt = details.startedAt
    this.deadline = details.deadline
    this.explain = details.explain
    this.messages = details.explain ? [] : NO_MESSAGES
    this.onEvent = details.onEvent
    this.orderKey = details.orderKey
    this.idempotencyKey = details.idempotencyKey
    this.trace = details.trace
    this.layout = details.layout
    this.context = details.context
    this.tenant = details.tenant
    this.share = tenantShare(details.layout.plan.admission, details.tenant)
    this.priority = details.priority ?? 0
    this.keeper = details.keeper
  }

  /** A step of it has ended, or was cut short. */
  worked(hop: Hop): void {
    this.hops.push(hop)
    this.costMs += hop.runMs
    if (hop.inference !== undefined) for (const { rows } of hop.inference) this.rows += rows
    if (this.settled) this.#owner.worked(this, hop)
  }

  /** It waits for a person, and takes no place among those in flight any more. */
  waitForPerson(): void {
    this.keeper?.waits(this)
    this.#owner.waits(this)
  }

  settle(error: unknown, value: unknown): void {
    this.settled = true
    this.error = error
    this.close()
    this.#owner.settled(this, error, value)
  }

  /** Not after it has settled, nor while it is set aside. */
  get waitsForDeadline(): boolean {
    return this.slot !== -1
  }

  /** It has settled, and is only remembered: it holds on neither to its asker nor to what went through it. Shadows go on. */
  forget(): void {
    this.resolve = undefined
    this.reject = undefined
    if (this.shadows !== undefined) return
    this.messages = []
    for (const join of this.joins()) forgetParts(join)
  }

  fire(): void {
    this.#owner.late(this)
  }

  join(merge: string, frame?: Frame): OpenJoin {
    const key = joinKey(merge, frame)
    this.#joins ??= new Map()
    let join = this.#joins.get(key)
    if (join === undefined) {
      join = openJoin(merge, frame)
      this.#joins.set(key, join)
    }
    return join
  }

  joins(): Iterable<OpenJoin> {
    return (this.#joins ?? NO_JOINS).values()
  }

  /** The frame in which a merge was fanned out to, from a frame inside it: the part may have entered loops since. */
  frameOfJoin(merge: string, within: Frame | undefined): Frame | undefined {
    let frame = within
    while (frame !== undefined && this.#joins?.has(joinKey(merge, frame)) !== true) frame = frame.outer
    return frame
  }

  joinRecords(): JoinRecord[] {
    return [...this.joins()].flatMap((join) => (join.record === undefined ? [] : [join.record]))
  }

  shadow(node: string): void {
    this.shadows ??= new Set()
    this.shadows.add(node)
  }

  held(node: string): void {
    this.holding.add(node)
  }

  released(node: string): void {
    this.holding.remove(node)
  }

  /** Cancels its timers. */
  close(): void {
    for (const join of this.joins()) disarm(join)
  }
}

/** What a parcel carries back to the pipeline with its outcome. */
export interface Tag {
  readonly run: PipelineRun
  /** Index in A of the node that sent it. */
  readonly from: number
  readonly signal: 'value' | 'part-lost' | 'time-up'
  /** The turn of a loop, or the sub-pipeline, it belongs to. */
  readonly frame?: Frame | undefined
  /** With `part-lost`: the reason. */
  readonly error?: unknown
  /** A copy for this shadow branch: its output goes nowhere. */
  readonly shadow?: string | undefined
}
