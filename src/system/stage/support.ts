import type { Message } from '../../message/header.ts'
import type { Parcel, Stage } from '../../ports/host.ts'
import { tellLoss } from '../actor/dead-envelope.ts'
import type { Runtime } from '../dispatch/runtime.ts'
import type { CellSupport } from './cell-support.ts'

type Wired = Pick<CellSupport, 'ledger' | 'dispatcher' | 'wheel' | 'crashed' | 'idle'>
type Wiring = Pick<
  Runtime,
  'kernel' | 'events' | 'deadLetters' | 'codec' | 'network' | 'keepsContexts' | 'log'
>

/** Connects cells with their system: codec, ledger, dead letters, events. */
export function cellSupport(system: Wiring, wired: Wired): CellSupport {
  const { kernel, events, deadLetters, codec, network, keepsContexts } = system
  return {
    kernel,
    events,
    network,
    keepsContexts,
    log: system.log,
    ...wired,
    transfer: (stage, parcel) => {
      if (codec === undefined) return
      const frame = codec.encode(messageOf(system, stage, parcel, 1))
      parcel.body = codec.decode(frame).body
      parcel.frameBytes = frame.byteLength
    },
    describe: (stage, parcel, hops) => ({
      ...messageOf(system, stage, parcel, hops.at(-1)?.attempt ?? 1),
      trailer: { hops },
    }),
    transitioned: (stage, from) => {
      if (!events.active) return
      events.emit({
        type: 'lifecycle',
        at: kernel.clock.monotonic(),
        path: stage.path,
        from,
        to: stage.state,
      })
    },
    retried: (stage, delivery, delayMs) => {
      wired.ledger.retry()
      if (!events.active) return
      events.emit({
        type: 'retry',
        at: kernel.clock.monotonic(),
        path: stage.path,
        message: delivery.parcel.type,
        attempt: delivery.attempt,
        delayMs,
        errors: delivery.errors,
      })
    },
    lost: (stage, delivery, reason) => {
      const { parcel, attempt, errors } = delivery
      wired.ledger.lose(reason)
      deadLetters.add({
        at: kernel.clock.now(),
        recipient: stage.path,
        type: parcel.type,
        body: parcel.body,
        correlation: parcel.correlation,
        attempt,
        reason,
        errors,
      })
      if (parcel.tag === undefined)
        tellLoss(system, { path: stage.path, message: parcel.type, reason, errors })
      if (!events.active) return
      const at = kernel.clock.monotonic()
      events.emit({ type: 'dead-letter', at, path: stage.path, message: parcel.type, reason, errors })
    },
  }
}

/** A parcel as header, body, trailer. */
function messageOf(system: Wiring, stage: Stage, parcel: Parcel, attempt: number): Message {
  const finite = parcel.deadline !== Number.POSITIVE_INFINITY
  return {
    header: {
      id: parcel.id,
      kind: parcel.next === 'reply' ? 'output' : 'processing',
      type: parcel.type,
      source: parcel.source,
      destination: stage.path,
      next: parcel.next,
      correlation: parcel.correlation,
      attempt,
      ...(finite ? { budgetMs: parcel.deadline - system.kernel.clock.monotonic() } : {}),
      priority: 0,
      ...(parcel.orderKey === undefined ? {} : { orderKey: parcel.orderKey }),
    },
    body: parcel.body,
    trailer: { hops: [] },
  }
}
