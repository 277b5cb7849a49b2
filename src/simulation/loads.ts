import { decodeMessage, encodeMessage } from '../message/codec.ts'
import type { Receiver } from '../system/dispatch/instruments.ts'
import { SimulatedFaultError } from './errors.ts'

/** Sender and recipient. */
interface Way {
  readonly from: string
  readonly to: string
}

/** A message in flight, of any kind. */
export class Load<M extends { readonly type: string; readonly body: unknown }> {
  readonly #receiver: Receiver<M>
  readonly #message: M
  readonly #way: Way

  constructor(receiver: Receiver<M>, message: M, way: Way) {
    this.#receiver = receiver
    this.#message = message
    this.#way = way
  }

  arrive(): void {
    this.#receiver.arrive(this.#message)
  }

  lose(error: unknown): void {
    this.#receiver.lost(this.#message, error)
  }

  /** Delivers the same message again. */
  again(): void {
    this.#receiver.repeat(this.#message)
  }

  /** The sender's error when there is no room. */
  full(): Error {
    return this.#receiver.full(this.#message)
  }

  /** The bytes of its frame. @throws NotSerializableError */
  frame(): Uint8Array {
    const { type, body } = this.#message
    return encodeMessage(messageFor(this.#way, type, body))
  }
}

/** The result of the recipient's codec for a frame with one flipped bit, or without its end. */
export function damage(load: Pick<Load<never>, 'frame'>, flip: boolean): unknown {
  try {
    const frame = load.frame()
    const middle = frame.byteLength >> 1
    if (flip) frame[middle] = (frame[middle] as number) ^ 1
    decodeMessage(flip ? frame : frame.subarray(0, middle))
  } catch (error) {
    return error
  }
  return new SimulatedFaultError(flip ? 'corrupt' : 'truncate', 'a damaged frame that was not noticed')
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
