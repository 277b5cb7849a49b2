import { Envelope } from '../mailbox/envelope.ts'
import { decodeMessage, encodeMessage } from '../message/codec.ts'
import type { Parcel } from '../ports/host.ts'
import type { ActorCell } from '../system/actor/actor-cell.ts'
import type { StageCell } from '../system/stage/stage-cell.ts'
import { SimulatedFaultError } from './errors.ts'

/** From whom to whom. */
interface Way {
  readonly from: string
  readonly to: string
}

/** What is carried, whatever it is. */
export interface Load {
  arrive(): void
  lose(error: unknown): void
  /** Delivers the same message once more. */
  again(): void
  /** What the sender hears when there is no room. */
  full(): Error
  /** The bytes of its frame. @throws NotSerializableError */
  frame(): Uint8Array
}

export class EnvelopeLoad implements Load {
  readonly #cell: ActorCell
  readonly #envelope: Envelope
  readonly #way: Way

  constructor(cell: ActorCell, envelope: Envelope, way: Way) {
    this.#cell = cell
    this.#envelope = envelope
    this.#way = way
  }

  arrive(): void {
    this.#cell.arrive(this.#envelope)
  }

  lose(error: unknown): void {
    this.#cell.lostOnTheWay(this.#envelope, error)
  }

  again(): void {
    const { type, body, sender, deadline, extra } = this.#envelope
    const copy = new Envelope(type, body, sender, undefined, deadline)
    copy.context = this.#envelope.context
    if (extra !== undefined) Object.assign(copy.more(), extra)
    this.#cell.repeat(copy)
  }

  full(): Error {
    return this.#cell.full(this.#envelope)
  }

  frame(): Uint8Array {
    return encodeMessage(messageFor(this.#way, this.#envelope.type, this.#envelope.body))
  }
}

export class ParcelLoad implements Load {
  readonly #cell: StageCell<unknown>
  readonly #parcel: Parcel
  readonly #way: Way

  constructor(cell: StageCell<unknown>, parcel: Parcel, way: Way) {
    this.#cell = cell
    this.#parcel = parcel
    this.#way = way
  }

  arrive(): void {
    this.#cell.arrive(this.#parcel)
  }

  lose(error: unknown): void {
    this.#cell.lostOnTheWay(this.#parcel, error)
  }

  again(): void {
    this.#cell.repeat({ ...this.#parcel })
  }

  full(): Error {
    return this.#cell.full(this.#parcel)
  }

  frame(): Uint8Array {
    return encodeMessage(messageFor(this.#way, this.#parcel.type, this.#parcel.body))
  }
}

/** What the recipient's codec says to a frame with one bit flipped, or its end missing. */
export function damage(load: Load, flip: boolean): unknown {
  try {
    const frame = load.frame()
    const middle = frame.byteLength >> 1
    if (flip) frame[middle] = (frame[middle] as number) ^ 1
    decodeMessage(flip ? frame : frame.subarray(0, middle))
  } catch (error) {
    return error
  }
  return new SimulatedFaultError(flip ? 'corrupt' : 'truncate', 'a frame whose damage went unseen')
}

function messageFor(way: Way, type: string, body: unknown): Parameters<typeof encodeMessage>[0] {
  return {
    header: {
      id: 1,
      kind: 'processing',
      type,
      source: { path: way.from, state: 'running' },
      destination: way.to,
      correlation: 1,
      attempt: 1,
      priority: 0,
    },
    body,
    trailer: { hops: [] },
  }
}
