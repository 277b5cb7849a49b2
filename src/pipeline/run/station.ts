import type { Processor } from '../../behavior/define-processor.ts'
import type { Endpoint } from '../../message/header.ts'
import type { Parcel, Stage, StageSupervisor } from '../../ports/host.ts'
import { lightest } from '../../routing/lightest.ts'
import type { PlanNode } from '../plan/plan.ts'

/** The last message that a step took, and its result. */
export interface Seen {
  readonly processor: Processor<never, unknown>
  readonly input: unknown
  readonly output: unknown
}

/** One running copy of a node. */
export interface Instance {
  readonly stage: Stage
  /** It accepts nothing new, and stops once it is empty. */
  draining: boolean
}

/** Where the messages of one order key are, while there are any. */
interface Sticky {
  readonly instance: Instance
  count: number
}

/**
 * A node while it runs: one stage, or several copies of it. A processor that replaces another gets a new station.
 * Earlier runs use the old one, which stops when nothing can reach it any more.
 *
 *     send ─▶ one stage (the usual case)
 *          └▶ several: an order key stays with its copy, everything else goes to the least loaded
 */
export class Station {
  readonly name: string
  readonly node: PlanNode
  readonly path: string
  /** Row and column in the newest layout that holds it: a hint, which may be wrong for older layouts. */
  index = 0
  /** Living layouts that hold it. */
  layouts = 0
  /** It took the place of another, whose messages may still be in flight. */
  readonly replacement: boolean
  /** Whether `ended` needs every parcel, and not only those with an order key. */
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

  /** The source of its messages; the same object while its state stays the same. */
  get source(): Endpoint {
    const { state } = this.stage
    if (this.#source?.state !== state) this.#source = { path: this.path, state }
    return this.#source as Endpoint
  }

  /** Every copy, including draining ones. */
  get stages(): readonly Stage[] {
    return this.#instances.map(({ stage }) => stage)
  }

  /** The last message that it took, and its result. */
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
    // Counted first: a full mailbox may shed the parcel, and call `ended`, before `send` returns.
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

  /** One message of this key has ended. */
  #letGo(orderKey: string): void {
    const sticky = this.#sticky.get(orderKey)
    if (sticky === undefined) return
    sticky.count -= 1
    if (sticky.count <= 0) this.#sticky.delete(orderKey)
  }

  /** Sets the number of copies. A leaving copy accepts nothing new and stops when empty; its messages end there. */
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

  /** No layout leads here any more: it stops once it is empty. */
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

  /** The live copy with the fewest parcels; ties take turns. */
  #lightest(): Instance {
    this.#turn = (this.#turn + 1) % this.#instances.length
    return lightest(this.#instances, loadOf, this.#turn) ?? (this.#instances[0] as Instance)
  }
}

/** A draining copy accepts nothing more. */
const loadOf = ({ draining, stage }: Instance): number => (draining ? Number.POSITIVE_INFINITY : stage.load)
