import { given } from '../../kernel/given.ts'
import { isThenable, promiseOf } from '../../kernel/thenable.ts'
import type { Hop, Message } from '../../message/header.ts'
import type { Parcel } from '../../ports/host.ts'
import type { Runtime } from '../dispatch/runtime.ts'

/** A parcel as header, body, trailer. */
export function messageOf(
  { kernel }: Pick<Runtime, 'kernel'>,
  destination: string,
  parcel: Parcel,
  hops: readonly Hop[],
): Message {
  const finite = parcel.deadline !== Number.POSITIVE_INFINITY
  return {
    header: {
      id: parcel.id,
      kind: parcel.next === 'reply' ? 'output' : 'processing',
      type: parcel.type,
      source: parcel.source,
      destination,
      next: parcel.next,
      correlation: parcel.correlation,
      attempt: hops.at(-1)?.attempt ?? 1,
      ...(finite ? { budgetMs: parcel.deadline - kernel.clock.monotonic() } : {}),
      priority: parcel.priority ?? 0,
      ...given({ orderKey: parcel.orderKey, idempotencyKey: parcel.idempotencyKey, trace: parcel.trace }),
    },
    body: parcel.body,
    trailer: { hops },
  }
}

/** A processor's reply as its asker gets it. @throws the codec's error, with the path. */
export function replyFrame(runtime: Runtime, path: string, parcel: Parcel, value: unknown): unknown {
  const { codec } = runtime
  if (codec === undefined || value === undefined) return value
  if (isThenable(value)) return promiseOf(value).then((late) => replyFrame(runtime, path, parcel, late))
  const { header, trailer } = messageOf(runtime, path, parcel, [])
  return codec.decode(codec.encode({ header: { ...header, kind: 'output' }, body: value, trailer })).body
}

/** The body as from another machine, if messages become frames. @throws the codec's error */
export function roundTrip(runtime: Runtime, destination: string, parcel: Parcel): void {
  const { codec } = runtime
  if (codec === undefined) return
  const frame = codec.encode(messageOf(runtime, destination, parcel, []))
  parcel.body = codec.decode(frame).body
  parcel.frameBytes = frame.byteLength
}
