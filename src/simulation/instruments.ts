import type { ActorDefinition } from '../behavior/define-actor.ts'
import { type Handler, HandlerTable } from '../behavior/handler-table.ts'
import type { SimulatedKernel } from '../kernel/simulated-kernel.ts'
import { isThenable } from '../kernel/thenable.ts'
import type { Envelope } from '../mailbox/envelope.ts'
import type { StageSpec } from '../ports/host.ts'
import type { ActorContext } from '../system/actor/actor-context.ts'
import type { Instruments, Observed } from '../system/dispatch/instruments.ts'
import type { Chooser, Fault, Site } from './choices.ts'
import { SimulatedFaultError } from './errors.ts'
import type { FaultPoint } from './faults.ts'
import type { Monitor } from './monitor.ts'
import { shortName } from './names.ts'
import type { SimulatedNetwork } from './network.ts'
import type { Recorder } from './recorder.ts'

/** What the parts of one simulated run share. */
export interface Apparatus {
  readonly kernel: SimulatedKernel
  readonly chooser: Chooser
  readonly monitor: Monitor
  readonly recorder: Recorder
  readonly network: SimulatedNetwork
}

/** Wraps handlers so that faults can strike around them and the monitor sees them begin and end. */
export function instrumentsFor(apparatus: Apparatus): Instruments {
  const sites = new Sites(apparatus)
  const tables = new WeakMap<ActorDefinition<never>, ReadonlyMap<string, HandlerTable>>()
  return {
    network: apparatus.network,
    definition(definition) {
      let behaviors = tables.get(definition as ActorDefinition<never>)
      if (behaviors === undefined) {
        behaviors = new Map(
          [...definition.behaviors].map(([name, table]) => [name, instrumented(apparatus, sites, table)]),
        )
        tables.set(definition as ActorDefinition<never>, behaviors)
      }
      let starts = 0
      return {
        ...definition,
        ...limitsOf(definition, sites),
        behaviors,
        state: () => {
          starts += 1
          if (starts > 1) failRestart(sites, definition.name)
          return definition.state()
        },
      }
    },
    stage: (spec, path, kill) => stageUnder(apparatus, sites, spec, path, kill),
  }
}

/** One site for each point and actor. */
class Sites {
  readonly #apparatus: Apparatus
  readonly #sites = new Map<FaultPoint, Map<string, Site>>()

  constructor(apparatus: Apparatus) {
    this.#apparatus = apparatus
  }

  strike(point: FaultPoint, path: string): Fault | undefined {
    let at = this.#sites.get(point)
    if (at === undefined) {
      at = new Map()
      this.#sites.set(point, at)
    }
    let site = at.get(path)
    if (site === undefined) {
      site = this.#apparatus.chooser.site(point, [shortName(path)])
      at.set(path, site)
    }
    const fault = this.#apparatus.chooser.fault(site)
    if (fault !== undefined) {
      const { kind, value } = fault
      const name = shortName(path)
      this.#apparatus.recorder.struck(kind, name, name, value === 0 ? kind : `${kind} ${value}`)
    }
    return fault
  }
}

function failRestart(sites: Sites, name: string): void {
  if (sites.strike('restart', name) !== undefined) throw new SimulatedFaultError('crashDuringRestart', name)
}

/** Smaller mailboxes and shorter timeouts than the author had in mind. */
function limitsOf<H>(
  definition: ActorDefinition<H>,
  sites: Sites,
): Pick<ActorDefinition<H>, 'mailbox' | 'timeoutMs'> {
  const fault = sites.strike('spawn', definition.name)
  const { mailbox, timeoutMs } = definition
  if (fault?.kind === 'shrinkLimits') return { mailbox: { ...mailbox, capacity: fault.value }, timeoutMs }
  if (fault?.kind === 'shrinkTimeouts')
    return { mailbox, timeoutMs: timeoutMs === 0 ? 0 : Math.max(1, Math.floor(timeoutMs / fault.value)) }
  return { mailbox, timeoutMs }
}

function instrumented(apparatus: Apparatus, sites: Sites, table: HandlerTable): HandlerTable {
  const wrapped = new Map<string, Handler>()
  for (const type of table.types()) {
    const handler = table.get(type) as Handler
    wrapped.set(type, (ctx, body) => handle(apparatus, sites, type, handler, ctx, body))
  }
  return new HandlerTable(wrapped)
}

/** Messages that fail whatever is done about it. */
const poisoned = new WeakSet<object>()

function handle(
  apparatus: Apparatus,
  sites: Sites,
  type: string,
  handler: Handler,
  ctx: never,
  body: never,
): unknown {
  const { monitor, recorder, kernel } = apparatus
  const context = ctx as ActorContext
  const actor = context.observed
  const envelope = context.envelope as Envelope
  const { path } = actor
  recorder.mix(recorder.name(path))
  recorder.mix(recorder.name(type))
  monitor.begin(actor, context, envelope)
  recorder.add('handle', shortName(path), shortName(path), type)
  const before = sites.strike('handle', path)
  if (before?.kind === 'poison') poisoned.add(envelope)
  if (before?.kind === 'crashReceived') crashLater(kernel, actor)
  try {
    const result =
      before === undefined
        ? handler(ctx, body)
        : instead(kernel, before, shortName(path), () => handler(ctx, body))
    if (isThenable(result)) {
      return result.then(
        (value) => after(apparatus, sites, actor, context, envelope, value),
        (error) => {
          monitor.end(actor, envelope, true)
          throw error
        },
      )
    }
    return after(apparatus, sites, actor, context, envelope, result)
  } catch (error) {
    monitor.end(actor, envelope, true)
    throw error
  }
}

/** In a step of its own: what is under way now has failed or ended by then. */
function crashLater(kernel: SimulatedKernel, one: { kill(reason: string): void }): void {
  kernel.turns.later(() => one.kill('a simulated crash'))
}

/** What the fault makes of a handler's run. */
function instead(kernel: SimulatedKernel, fault: Fault, name: string, run: () => unknown): unknown {
  const error = new SimulatedFaultError(fault.kind, name)
  switch (fault.kind) {
    case 'reject':
      return Promise.reject(error)
    case 'hang':
      return new Promise(() => {})
    case 'slow':
      return new Promise((resolve) => kernel.timers.after(fault.value, resolve, undefined)).then(run)
    default:
      throw error
  }
}

function after(
  { monitor, kernel }: Apparatus,
  sites: Sites,
  actor: Observed,
  context: ActorContext,
  envelope: Envelope,
  value: unknown,
): unknown {
  const name = shortName(actor.path)
  if (poisoned.has(envelope)) throw new SimulatedFaultError('poison', name)
  const fault = sites.strike('handled', actor.path)
  if (fault?.kind === 'crashHandled') {
    crashLater(kernel, actor)
    throw new SimulatedFaultError(fault.kind, name)
  }
  if (fault?.kind === 'replyTwice' && envelope.replyTo !== undefined && !context.closed) context.reply(value)
  const flushed = sites.strike('flushed', actor.path)
  if (flushed?.kind === 'crashFlushed') crashLater(kernel, actor)
  const supervisor = actor.parent
  if (flushed?.kind === 'supervisorCrash' && supervisor?.parent !== undefined) crashLater(kernel, supervisor)
  monitor.end(actor, envelope, false)
  return value
}

/** Calls `over` when the attempt has returned, thrown or settled. */
function watched(attempt: () => unknown, over: () => void): unknown {
  let result: unknown
  try {
    result = attempt()
  } catch (error) {
    over()
    throw error
  }
  if (isThenable(result)) result.then(over, over)
  else over()
  return result
}

function stageUnder<S>(
  apparatus: Apparatus,
  sites: Sites,
  spec: StageSpec<S>,
  path: string,
  kill: (reason: string) => void,
): StageSpec<S> {
  const { monitor, recorder, kernel } = apparatus
  const crash = (): void => crashLater(kernel, { kill })
  const name = shortName(path)
  let starts = 0
  const under: StageSpec<S> = {
    ...spec,
    start: () => {
      starts += 1
      if (starts > 1) failRestart(sites, path)
      return spec.start()
    },
    run: (state, parcel, stageRun) => {
      recorder.mix(recorder.name(path))
      recorder.mix(parcel.correlation)
      stageRun.maybe = (point) => apparatus.network.maybe(path, point)
      monitor.beginStage(under, path, parcel, stageRun.attempt, stageRun.signal)
      recorder.add('handle', name, name, parcel.type)
      if (poisoned.has(parcel)) throw new SimulatedFaultError('poison', name)
      const fault = sites.strike('handle', path)
      if (fault?.kind === 'poison') poisoned.add(parcel)
      if (fault?.kind === 'crashReceived') crash()
      const checked = (result: unknown): unknown => {
        const handled = sites.strike('handled', path)
        if (handled === undefined) return result
        if (handled.kind === 'crashHandled') crash()
        throw new SimulatedFaultError(handled.kind, name)
      }
      const attempt = (): unknown => {
        const value = spec.run(state, parcel, stageRun)
        return isThenable(value) ? value.then(checked) : checked(value)
      }
      const over = (): void => monitor.endStage(under, stageRun.signal)
      return watched(() => (fault === undefined ? attempt() : instead(kernel, fault, name, attempt)), over)
    },
    done: (parcel, value, hop) => {
      monitor.emitted(under, path, parcel, spec.ends(value))
      recorder.mix(parcel.correlation)
      spec.done(parcel, value, hop)
      const flushed = sites.strike('flushed', path)
      if (flushed !== undefined) crash()
    },
  }
  return under
}
