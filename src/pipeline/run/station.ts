import type { Processor } from '../../behavior/define-processor.ts'
import type { Endpoint } from '../../message/header.ts'
import type { Parcel, Stage, StageSupervisor } from '../../ports/host.ts'
import { lightest } from '../../routing/lightest.ts'
import type { PlanNode } from '../plan/plan.ts'

/** The last message that a step took, and what it gave for it. */
export interface Seen {
  readonly processor: Processor<never, unknown>
  readonly input: unknown
  readonly output: unknown
}

/** One running copy of a node. */
export interface Instance {
  readonly stage: Stage
  /** It takes nothing new, and stops once it holds nothing. */
  draining: boolean
}

/** Where the messages of one order key are, while there are any. */
interface Sticky {
  readonly instance: Instance
  count: number
}

/**
 * A node while it runs: one stage, or several copies of it. A processor that replaces another is a station of its own;
 * runs that began before go to the old one, which stops when nothing can come to it any more.
 *
 *     send ─▶ one stage (the rule)
 *          └▶ several: an order key stays with the copy that holds it, everything else goes to the least loaded
 */
export class Station {
  readonly name: string
  readonly node: PlanNode
  readonly path: string
  /** Row and column in the newest layout that holds it: a hint, which older layouts may contradict. */
  index = 0
  /** Living layouts that hold it. */
  layouts = 0
  /** It has taken the place of another, whose messages may still be under way. */
  readonly replacement: boolean
  /** Whether `ended` wants to hear of every parcel, and not only of those with an order key. */
  watched = false
  stage: Stage
  #source: Endpoint | undefined
  #input: unknown
  #output: unknown
  #sawOne = false
  readonly #supervisor: StageSupervisor
  readonly #start: (station: Station) => Stage
  #instances: Instance[]
  readonly #sticky = new Map<string, Sticky>()
  #turn = 0

  constructor(
    node: PlanNode,
    supervisor: StageSupervisor,
    start: (station: Station) => Stage,
    replacement: boolean,
  ) {
    this.name = node.name
    this.node = node
    this.path = `${supervisor.path}/${node.name}`
    this.replacement = replacement
    this.#supervisor = supervisor
    this.#start = start
    this.stage = start(this)
    this.#instances = [{ stage: this.stage, draining: false }]
  }

  /** What its messages say they come from; the same object for as long as its state stays. */
  get source(): Endpoint {
    const { state } = this.stage
    if (this.#source?.state !== state) this.#source = { path: this.path, state }
    return this.#source as Endpoint
  }

  /** Every copy, those that drain included. */
  get stages(): readonly Stage[] {
    return this.#instances.map(({ stage }) => stage)
  }

  /** The last message that it took, and what it gave for it. */
  get seen(): Seen | undefined {
    const { node } = this
    if (!this.#sawOne || node.kind !== 'processor') return undefined
    return { processor: node.processor, input: this.#input, output: this.#output }
  }

  saw(input: unknown, output: unknown): void {
    this.#sawOne = true
    this.#input = input
    this.#output = output
  }

  get replicas(): number {
    return this.#instances.reduce((count, { draining }) => count + (draining ? 0 : 1), 0)
  }

  /** @throws MailboxFullError, ActorStoppedError */
  send(parcel: Parcel): void {
    const { orderKey } = parcel
    if (orderKey === undefined) {
      const stage = this.watched ? this.#lightest().stage : this.stage
      stage.send(parcel)
      return
    }
    const sticky = this.#sticky.get(orderKey) ?? { instance: this.#lightest(), count: 0 }
    // Counted first: a full mailbox may shed the parcel, and `ended` hear of it, before `send` returns.
    sticky.count += 1
    this.#sticky.set(orderKey, sticky)
    try {
      sticky.instance.stage.send(parcel)
    } catch (error) {
      this.#letGo(orderKey)
      throw error
    }
  }

  cancel(correlation: number): void {
    for (const { stage } of this.#instances) stage.cancel(correlation)
  }

  kill(reason: string): void {
    for (const { stage } of this.#instances) stage.kill(reason)
  }

  /** A parcel has ended here. */
  ended(parcel: Parcel): void {
    const { orderKey } = parcel
    if (orderKey !== undefined) this.#letGo(orderKey)
    if (this.watched) this.#reap()
  }

  /** One message less of this key. */
  #letGo(orderKey: string): void {
    const sticky = this.#sticky.get(orderKey)
    if (sticky === undefined) return
    sticky.count -= 1
    if (sticky.count <= 0) this.#sticky.delete(orderKey)
  }

  /** So many copies from now on. One that goes takes nothing new and stops when it holds nothing; its messages end there. */
  resize(replicas: number): void {
    this.watched = true
    const live = this.#instances.filter(({ draining }) => !draining)
    for (const instance of live.slice(replicas)) instance.draining = true
    for (let missing = replicas - live.length; missing > 0; missing--) {
      const resting = this.#instances.find(({ draining }) => draining)
      if (resting !== undefined) resting.draining = false
      else this.#instances.push({ stage: this.#start(this), draining: false })
    }
    this.#reap()
  }

  /** No layout leads here any more: it stops once it holds nothing. */
  retire(): void {
    this.watched = true
    for (const instance of this.#instances) instance.draining = true
    this.#reap()
  }

  #reap(): void {
    const idle = this.#instances.filter(({ draining, stage }) => draining && stage.load === 0)
    if (idle.length === 0) return
    this.#instances = this.#instances.filter((instance) => !idle.includes(instance))
    for (const { stage } of idle) this.#supervisor.halt(stage)
    this.stage = this.#instances.find(({ draining }) => !draining)?.stage ?? this.stage
  }

  /** The live copy with the fewest parcels; where several have, they take turns. */
  #lightest(): Instance {
    this.#turn = (this.#turn + 1) % this.#instances.length
    return lightest(this.#instances, loadOf, this.#turn) ?? (this.#instances[0] as Instance)
  }
}

/** One that drains takes nothing more. */
const loadOf = ({ draining, stage }: Instance): number => (draining ? Number.POSITIVE_INFINITY : stage.load)
