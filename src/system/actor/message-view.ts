import { given } from '../../kernel/given.ts'
import type { Envelope } from '../../mailbox/envelope.ts'
import type { Endpoint, Header, Hop, Message } from '../../message/header.ts'
import type { MessageCodec } from '../dispatch/runtime.ts'
import type { ActorCell } from './actor-cell.ts'
import type { ActorHandle } from './actor-handle.ts'
import { HandleTable } from './handle-table.ts'

/** An envelope as header, body, trailer. */
export function messageOf(cell: ActorCell, envelope: Envelope, hops: readonly Hop[] = []): Message {
  const { deadline, replyTo } = envelope
  const more = envelope.more()
  if (more.id === 0) more.id = cell.runtime.kernel.ids.next()
  const source = sourceOf(envelope)
  const chain: string[] = []
  for (let link = replyTo?.chain; link !== undefined; link = link.before) {
    chain.unshift((link.party as { path: string }).path)
  }
  const header: Header = {
    id: more.id,
    kind: replyTo === undefined ? 'processing' : 'input',
    type: envelope.type,
    ...(source === undefined ? {} : { source }),
    destination: cell.path,
    ...(replyTo === undefined ? {} : { next: 'reply' }),
    correlation: more.id,
    attempt: more.attempt,
    ...(deadline === 0 ? {} : { budgetMs: Math.max(0, deadline - cell.runtime.kernel.clock.monotonic()) }),
    priority: more.priority,
    ...given({ orderKey: more.orderKey, idempotencyKey: more.idempotencyKey, trace: more.trace }),
    ...(chain.length === 0 ? {} : { chain }),
  }
  return { header, body: envelope.body, trailer: { hops } }
}

function sourceOf(envelope: Envelope): Endpoint | undefined {
  const sender = envelope.sender as ActorHandle | undefined
  return sender === undefined ? undefined : { path: sender.path, state: sender.state }
}

/** The body as it would arrive from another machine. @throws the codec's error, with the path. */
export function roundTrip(codec: MessageCodec, cell: ActorCell, envelope: Envelope): unknown {
  return byFrame(codec, messageOf(cell, envelope))
}

/** A reply as the asker gets it. @throws the codec's error, with the path. */
export function replyFrame(cell: ActorCell, envelope: Envelope, value: unknown): unknown {
  const { codec } = cell.runtime
  return codec === undefined || value === undefined ? value : replyRoundTrip(codec, cell, envelope, value)
}

function replyRoundTrip(codec: MessageCodec, cell: ActorCell, envelope: Envelope, value: unknown): unknown {
  const { header } = messageOf(cell, envelope)
  return byFrame(codec, {
    header: { ...header, kind: 'output', source: { path: cell.path, state: cell.lifecycle } },
    body: value,
    trailer: { hops: [] },
  })
}

function byFrame(codec: MessageCodec, message: Message): unknown {
  const handles = new HandleTable()
  const body = handles.leave(message.body)
  const arrived = codec.decode(codec.encode({ ...message, body })).body
  return handles.empty ? arrived : handles.arrive(arrived)
}
