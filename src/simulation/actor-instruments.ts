import type { ActorDefinition } from '../behavior/define-actor.ts'
import { type Handler, HandlerTable } from '../behavior/handler-table.ts'
import { isThenable } from '../kernel/thenable.ts'
import type { Envelope } from '../mailbox/envelope.ts'
import type { ActorContext } from '../system/actor/actor-context.ts'
import { SimulatedFaultError } from './errors.ts'
import { crashLater, failRestart, instead, poisoned } from './handler-faults.ts'
import { whenLate } from './late-attempts.ts'
import type { Apparatus, Place, Sites } from './sites.ts'

/** Definitions with faults around every handler; each table of handlers is wrapped once. */
export class ActorInstruments {
  readonly #apparatus: Apparatus
  readonly #sites: Sites
  readonly #tables = new WeakMap<ActorDefinition<never>, ReadonlyMap<string, HandlerTable>>()

  constructor(apparatus: Apparatus, sites: Sites) {
    this.#apparatus = apparatus
    this.#sites = sites
  }

  definition<H>(definition: ActorDefinition<H>): ActorDefinition<H> {
    const sites = this.#sites
    let behaviors = this.#tables.get(definition as ActorDefinition<never>)
    if (behaviors === undefined) {
      behaviors = new Map(
        [...definition.behaviors].map(([name, table]) => [name, instrumented(this.#apparatus, sites, table)]),
      )
      this.#tables.set(definition as ActorDefinition<never>, behaviors)
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
  }
}

/** Smaller mailboxes and shorter timeouts than the author chose. */
function limitsOf<H>(
  definition: ActorDefinition<H>,
  sites: Sites,
): Pick<ActorDefinition<H>, 'mailbox' | 'timeoutMs'> {
  const fault = sites.strike('spawn', definition.name)
  const { mailbox, timeoutMs } = definition
  if (fault === undefined) return { mailbox, timeoutMs }
  switch (fault.kind) {
    case 'shrinkLimits':
      return { mailbox: { ...mailbox, capacity: fault.value }, timeoutMs }
    case 'shrinkTimeouts':
      return { mailbox, timeoutMs: timeoutMs === 0 ? 0 : Math.max(1, Math.floor(timeoutMs / fault.value)) }
    default:
      return fault.kind satisfies never
  }
}

function instrumented(apparatus: Apparatus, sites: Sites, table: HandlerTable): HandlerTable {
  const wrapped = new Map<string, Handler>()
  for (const type of table.types()) {
    const handler = table.get(type) as Handler
    wrapped.set(type, (ctx, body) => handle(apparatus, sites, type, handler, ctx, body))
  }
  return new HandlerTable(wrapped)
}

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
  const place = sites.placeOf(actor)
  const { path, name } = place
  recorder.mix(recorder.name(path))
  recorder.mix(recorder.name(type))
  monitor.begin(actor, context, envelope)
  recorder.lastPath = path
  recorder.lastType = type
  recorder.handles(name, type, body)
  recorder.state(name, context.state)
  const before = sites.strikeAt(place, 'handle')
  if (before?.kind === 'poison') poisoned.add(envelope)
  if (before?.kind === 'crashReceived') crashLater(kernel, actor)
  // The attempt ends with its instance, and nobody hears of it.
  if (before?.kind === 'crashReceived') monitor.end(actor, envelope, true)
  try {
    if (before === undefined && poisoned.has(envelope)) throw new SimulatedFaultError('poison', name)
    const result =
      before === undefined ? handler(ctx, body) : instead(kernel, before, name, () => handler(ctx, body))
    if (isThenable(result)) {
      let late = false
      if (actor.definition.timeoutMs > 0)
        whenLate(context.signal, (error) => {
          recorder.failed(name, type, error)
          late = true
        })
      return result.then(
        (value) => after(apparatus, sites, place, context, envelope, value),
        (error) => {
          if (!late) recorder.failed(name, type, error)
          monitor.end(actor, envelope, true)
          throw error
        },
      )
    }
    return after(apparatus, sites, place, context, envelope, result)
  } catch (error) {
    recorder.failed(name, type, error)
    monitor.end(actor, envelope, true)
    throw error
  }
}

function after(
  { monitor, kernel, recorder }: Apparatus,
  sites: Sites,
  place: Place,
  context: ActorContext,
  envelope: Envelope,
  value: unknown,
): unknown {
  const actor = context.observed
  recorder.state(place.name, context.state)
  // Where nobody waits for a reply there is none to repeat, and above a root actor there is only the system.
  const replies = envelope.replyTo !== undefined && !context.closed
  const fault = sites.strikeAt(place, 'handled', replies ? undefined : ['replyTwice'])
  if (fault !== undefined) {
    switch (fault.kind) {
      case 'crashHandled':
        crashLater(kernel, actor)
        monitor.end(actor, envelope, true)
        return new Promise(() => {})
      case 'replyTwice':
        context.reply(value)
        break
      default:
        fault.kind satisfies never
    }
  }
  const supervisor = actor.parent?.parent === undefined ? undefined : actor.parent
  const flushed = sites.strikeAt(place, 'flushed', supervisor === undefined ? ['supervisorCrash'] : undefined)
  if (flushed !== undefined) {
    switch (flushed.kind) {
      case 'crashFlushed':
        crashLater(kernel, actor)
        break
      case 'supervisorCrash':
        if (supervisor !== undefined) crashLater(kernel, supervisor)
        break
      default:
        flushed.kind satisfies never
    }
  }
  monitor.end(actor, envelope, false)
  return value
}
