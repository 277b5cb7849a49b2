import { warnIfRejected, warnOf } from '../kernel/callbacks.ts'
import { aFilledText, aFunction, demand } from '../kernel/demand.ts'
import { milliseconds } from '../kernel/durations.ts'
import { GanglionError } from '../kernel/errors.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { Delivery, Subscription, Transport } from '../ports/transport.ts'

/** A transport can't accept a frame; `frame` hands it back. Codes `transport-closed`, `transport-full`, `transport-unsigned`. */
export class TransportError extends GanglionError {
  readonly frame: Uint8Array | undefined

  constructor(
    code: 'transport-closed' | 'transport-full' | 'transport-unsigned',
    what: string,
    remedy: string,
    frame?: Uint8Array,
  ) {
    super(code, what, { path: 'transport', remedy })
    this.frame = frame
  }
}

interface Pending {
  readonly frame: Uint8Array
  attempt: number
}

/** Frames of one destination that nobody has taken yet, and its subscriber. */
interface Channel {
  readonly waiting: Pending[]
  deliver: ((delivery: Delivery) => void) | undefined
}

const FAILED = 'a subscriber of the transport failed'

/** Frames that wait for a subscriber, per destination. */
const WAITING_MAX = 65_536

/** Carries frames from one part of the process to another as a broker would: in order, kept until acknowledged. */
export class MemoryTransport implements Transport {
  readonly #kernel: Kernel
  readonly #channels = new Map<string, Channel>()
  #closed = false

  constructor(kernel: Kernel) {
    this.#kernel = kernel
  }

  async send(destination: string, frame: Uint8Array): Promise<void> {
    if (this.#closed) throw closedError(frame)
    demand(frame, 'frame', 'bytes', (given) => given instanceof Uint8Array && given.byteLength >= 0)
    const channel = this.#channel(destination)
    if (channel.waiting.length >= WAITING_MAX) {
      const what = `${WAITING_MAX} frames wait for '${destination}'`
      throw new TransportError(
        'transport-full',
        what,
        'Send it again later: the error holds the frame',
        frame,
      )
    }
    // Not `slice`: that of a Buffer is no copy.
    channel.waiting.push({ frame: new Uint8Array(frame), attempt: 0 })
    this.#kernel.turns.soon(() => this.#flow(channel))
  }

  async subscribe(destination: string, deliver: (delivery: Delivery) => void): Promise<Subscription> {
    if (this.#closed) throw closedError(undefined)
    aFunction(deliver, 'deliver')
    const channel = this.#channel(destination)
    channel.deliver = deliver
    this.#kernel.turns.soon(() => this.#flow(channel))
    return {
      unsubscribe: async () => {
        if (channel.deliver === deliver) channel.deliver = undefined
      },
    }
  }

  /** Drops the waiting frames; every later call rejects with `transport-closed`. */
  async close(): Promise<void> {
    this.#closed = true
    this.#channels.clear()
  }

  #channel(destination: string): Channel {
    aFilledText(destination, 'destination', 'a name')
    let channel = this.#channels.get(destination)
    if (channel === undefined) {
      channel = { waiting: [], deliver: undefined }
      this.#channels.set(destination, channel)
    }
    return channel
  }

  #flow(channel: Channel): void {
    while (channel.deliver !== undefined && !this.#closed) {
      const pending = channel.waiting.shift()
      if (pending === undefined) return
      pending.attempt += 1
      const delivery = this.#delivery(channel, pending)
      try {
        warnIfRejected(FAILED, channel.deliver(delivery))
      } catch (error) {
        warnOf(FAILED, error)
      }
    }
  }

  #delivery(channel: Channel, pending: Pending): Delivery {
    let settled = false
    return {
      frame: pending.frame,
      attempt: pending.attempt,
      ack: async () => {
        settled = true
      },
      nack: async (delayMs = 0) => {
        if (settled) return
        const delay = milliseconds(delayMs, 'delayMs')
        settled = true
        const again = () => {
          channel.waiting.unshift(pending)
          this.#flow(channel)
        }
        this.#kernel.timers.after(delay, again, undefined)
      },
    }
  }
}

function closedError(frame: Uint8Array | undefined): TransportError {
  return new TransportError('transport-closed', 'the transport is closed', 'Open another', frame)
}
