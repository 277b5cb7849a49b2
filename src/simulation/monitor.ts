import {
  LIFECYCLE_EVENTS,
  type LifecycleEvent,
  type LifecycleState,
  nextState,
} from '../behavior/lifecycle.ts'
import type { SimulatedKernel } from '../kernel/simulated-kernel.ts'
import type { Envelope } from '../mailbox/envelope.ts'
import type { Tag } from '../pipeline/run/run.ts'
import type { RuntimeEvent } from '../ports/events.ts'
import type { Parcel, StageSpec } from '../ports/host.ts'
import type { ActorContext } from '../system/actor/actor-context.ts'
import type { Observed } from '../system/dispatch/instruments.ts'
import { InvariantError } from './errors.ts'
import { OUTSIDE, shortName } from './names.ts'
import type { Recorder } from './recorder.ts'
import type { Watcher } from './step-watcher.ts'

/** What the monitor has seen of one actor. */
interface Watched {
  /** By lane and order key: the number of the last message that began, and of the one that has not ended. */
  readonly begun: Map<unknown, number>
  readonly open: Map<unknown, Envelope>
  running: { readonly context: ActorContext; readonly envelope: Envelope } | undefined
}

interface WatchedStage {
  /** Running attempts, by their signals. */
  readonly running: Set<AbortSignal>
  /** By lane: the numbers and turns of the last parcels that began; none that another of them says more than. */
  readonly begun: Map<string, readonly { readonly number: number; readonly turn: number }[]>
  /** Runs for which it has filed a part, and those for which it has emitted. */
  readonly filed: Set<number | string>
  readonly emitted: Set<number | string>
}

/**
 * Checks the invariants of every run: order, one handler at a time, attempts, deadlines, bounds, lifecycle, one emission per
 * join. It sees messages when they are accepted and when their handlers begin, and checks the runtime's own claims against
 * that.
 */
export class Monitor {
  readonly #kernel: SimulatedKernel
  readonly #recorder: Recorder
  readonly #violated: (error: InvariantError) => void
  readonly #actors = new Map<Observed, Watched>()
  readonly #byPath = new Map<string, Observed>()
  readonly #stages = new WeakMap<object, WatchedStage>()
  /** Messages offered and not begun. (A WeakMap costs a fifth of a run.) */
  readonly #numbers = new Map<object, number>()
  /** Sees what steps touch, in a search over all orders. */
  readonly #watcher: Watcher | undefined
  #last = 0

  constructor(
    kernel: SimulatedKernel,
    recorder: Recorder,
    violated: (error: InvariantError) => void,
    watcher?: Watcher,
  ) {
    this.#watcher = watcher
    this.#kernel = kernel
    this.#recorder = recorder
    this.#violated = violated
  }

  /** A message is offered to a mailbox, in its order. */
  offered(item: object): void {
    this.#last += 1
    this.#numbers.set(item, this.#last)
  }

  /** A fault makes it overtake or repeat, so its order is not checked. */
  exempt(item: object): void {
    this.#numbers.delete(item)
  }

  begin(actor: Observed, context: ActorContext, envelope: Envelope): void {
    const watched = this.#watched(actor)
    const { definition } = actor
    const name = (): string => `${envelope.type} to ${actor.path}`
    this.#watcher?.handles(actor, envelope)
    const { running } = watched
    if (running?.context['~rare']?.held === true && !definition.reentrant) {
      this.#violate('one handler at a time', `${name()} began while ${running.envelope.type} was running`)
    }
    const deadline = envelope.deadline === 0 ? Number.POSITIVE_INFINITY : envelope.deadline
    this.#attempt(name, envelope.extra?.attempt ?? 1, definition.attempts, deadline)
    this.#bounded(actor)
    if (!definition.skipAhead) this.#ordered(watched, actor, envelope, name)
    watched.running = { context, envelope }
  }

  end(actor: Observed, envelope: Envelope, failed: boolean): void {
    const watched = this.#watched(actor)
    if (this.#watcher !== undefined) {
      const context = watched.running?.context
      this.#watcher.ended(actor, failed, context?.closed === false ? context.state : undefined)
    }
    if (watched.running?.envelope === envelope) watched.running = undefined
    const key = keyOf(envelope)
    const over = !failed || (envelope.extra?.attempt ?? 1) >= actor.definition.attempts
    if (over && watched.open.get(key) === envelope) watched.open.delete(key)
    // Stashed messages come back later, out of order.
    if (!failed && actor.setAside(envelope)) this.exempt(envelope)
  }

  /** The actors whose handlers run, with their states. */
  *working(): Iterable<readonly [path: string, state: unknown]> {
    for (const [{ path }, { running }] of this.#actors) {
      if (running?.context.closed === false) yield [path, running.context.state]
    }
  }

  beginStage<S>(spec: StageSpec<S>, path: string, parcel: Parcel, attempt: number, over: AbortSignal): void {
    const stage = this.#stage(spec)
    this.#watcher?.everything()
    const name = (): string => `${parcel.type} at ${path}`
    const concurrency = spec.concurrency ?? 1
    if (stage.running.size >= concurrency) {
      this.#violate(
        'no more at once than its concurrency',
        `${stage.running.size + 1} of ${concurrency}: ${name()}`,
      )
    }
    this.#attempt(name, attempt, spec.attempts, parcel.deadline)
    const number = this.#numbers.get(parcel)
    this.#numbers.delete(parcel)
    if (number !== undefined && attempt === 1) {
      const { path: source } = parcel.source
      // Order holds per sender: messages of two senders with one key may overtake each other on the way. Tenants take turns.
      const lane = parcel.orderKey ?? spec.whose?.(parcel)?.tenant
      const key = lane === undefined ? source : `${source} ${lane}`
      const turn = spec.turn?.(parcel) ?? 0
      const before = stage.begun.get(key) ?? []
      if (before.some((one) => number < one.number && turn <= one.turn)) {
        this.#violate('first in, first out', `${name()} from ${source} began after a later one`)
      }
      stage.begun.set(key, [
        ...before.filter((one) => one.number > number || one.turn > turn),
        { number, turn },
      ])
    }
    stage.running.add(over)
    over.addEventListener('abort', () => stage.running.delete(over), { once: true })
  }

  /** The function of an attempt has ended. Its outcome may wait for earlier ones. */
  endStage<S>(spec: StageSpec<S>, over: AbortSignal): void {
    this.#watcher?.everything()
    this.#stage(spec).running.delete(over)
  }

  /** A stage has emitted a value: as a part of a join that waits for more, or onwards. */
  emitted<S>(spec: StageSpec<S>, path: string, parcel: Parcel, how: string): void {
    const stage = this.#stage(spec)
    const { correlation } = parcel
    const join = joinOf(parcel)
    if (how === 'merged') {
      stage.filed.add(join)
      return
    }
    if (!stage.filed.has(join)) return
    if (stage.emitted.has(join)) {
      this.#violate('a join emits once', `${path} merged run ${correlation} twice`)
    }
    stage.emitted.add(join)
  }

  event(event: RuntimeEvent): void {
    this.#watcher?.event(event)
    if (event.type === 'lifecycle') {
      this.#recorder.mix(this.#recorder.name(event.path))
      this.#recorder.mix(this.#recorder.name(event.to))
      const legal = LIFECYCLE_EVENTS.some(
        (one: LifecycleEvent) => nextState(event.from as LifecycleState, one) === event.to,
      )
      if (!legal) this.#violate('legal lifecycle', `${event.path} went from ${event.from} to ${event.to}`)
      if (event.to === 'restarting')
        this.#recorder.add('restart', shortName(event.path), shortName(event.path), 'restarts')
    } else if (event.type === 'restart') {
      this.#withinIntensity(event.path, event.restarts)
    } else if (event.type === 'dead-letter') {
      this.#recorder.mix(this.#recorder.name(event.path))
      this.#recorder.mix(this.#recorder.name(event.reason))
      this.#recorder.add(
        'dead-letter',
        shortName(event.path),
        shortName(event.path),
        `${event.message}: ${event.reason}`,
      )
    }
  }

  /** Another attempt begins: checks that it is allowed and in time. */
  #attempt(name: () => string, attempt: number, most: number, deadline: number): void {
    if (attempt > most)
      this.#violate('attempts within their limit', `attempt ${attempt} of ${most}: ${name()}`)
    const late = this.#kernel.now - deadline
    if (late >= 0) this.#violate('no attempt after its deadline', `${name()} began ${late} ms late`)
  }

  #ordered(watched: Watched, actor: Observed, envelope: Envelope, name: () => string): void {
    const number = this.#numbers.get(envelope)
    if (number === undefined) return
    this.#numbers.delete(envelope)
    const key = keyOf(envelope)
    const last = watched.begun.get(key) ?? 0
    const open = watched.open.get(key)
    if (number < last) {
      this.#violate('first in, first out', `${name()} began after a later message of the same sender`)
    } else if (open !== undefined && open !== envelope && actor.definition.attempts > 1 && actor.load > 0) {
      if (actor.resting(open)) {
        this.#violate(
          'first in, first out',
          `${name()} began while ${open.type} before it waits for its next attempt`,
        )
      }
    }
    watched.begun.set(key, number)
    watched.open.set(key, envelope)
  }

  #withinIntensity(path: string, restarts: number): void {
    const policy = this.#byPath.get(path)?.parent?.policy
    if (policy !== undefined && restarts > policy.intensity.restarts) {
      const most = policy.intensity.restarts
      this.#violate('restarts within their intensity', `${restarts} of ${most} at ${path}`)
    }
  }

  #bounded(actor: Observed): void {
    const { waiting, definition } = actor
    const { capacity } = definition.mailbox
    // The message that begins has just left; messages returned after a failure may exceed the bound.
    if (waiting <= capacity || definition.attempts > 1 || actor.tookBack) return
    this.#violate('mailboxes within their bounds', `${waiting} of ${capacity} at ${actor.path}`)
  }

  #violate(invariant: string, what: string): void {
    this.#violated(new InvariantError(invariant, what))
  }

  #watched(actor: Observed): Watched {
    let watched = this.#actors.get(actor)
    if (watched === undefined) {
      watched = { begun: new Map(), open: new Map(), running: undefined }
      this.#actors.set(actor, watched)
      this.#byPath.set(actor.path, actor)
    }
    return watched
  }

  #stage(spec: object): WatchedStage {
    let stage = this.#stages.get(spec)
    if (stage === undefined) {
      stage = { running: new Set(), begun: new Map(), filed: new Set(), emitted: new Set() }
      this.#stages.set(spec, stage)
    }
    return stage
  }
}

/** Messages are in order by lane and key, as in the mailbox. */
function keyOf(envelope: Envelope): unknown {
  const { extra } = envelope
  if (extra === undefined || (extra.priority === 0 && extra.orderKey === undefined)) {
    return envelope.sender ?? OUTSIDE
  }
  const key = extra.orderKey ?? (envelope.sender as { path?: string } | undefined)?.path ?? OUTSIDE
  return `${extra.priority} ${key}`
}

/** A run has one join at a merge, or one per turn of a loop around it. */
function joinOf({ correlation, tag }: Parcel): number | string {
  const frame = (tag as Partial<Tag> | undefined)?.frame
  return frame === undefined ? correlation : `${correlation}@${frame.id}`
}
