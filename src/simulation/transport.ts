import { milliseconds } from '../kernel/durations.ts'
import type { SimulatedKernel } from '../kernel/simulated-kernel.ts'
import type { Delivery, Subscription, Transport } from '../ports/transport.ts'
import { MemoryTransport } from '../transport/memory-transport.ts'
import type { Chooser } from './chooser.ts'
import { duringDelivery } from './deliveries.ts'
import { named } from './fault-words.ts'
import type { Recorder } from './recorder.ts'
import type { Fault } from './site.ts'

/** How long a broker waits before it delivers an unacknowledged frame again. */
const REDELIVERY_MS = 30_000

/**
 * Carries frames like a broker: at least once. Faults: `lostFrame` (the frame arrives later, when the broker redelivers
 * unacknowledged frames), `redeliver` (twice), `reconnect` (a pause), `transportAckLost` (acknowledged, but delivered
 * again).
 */
export class SimulatedTransport implements Transport {
  /** Frames that come later, or again. */
  underWay = 0
  readonly #kernel: SimulatedKernel
  readonly #chooser: Chooser
  readonly #recorder: Recorder
  readonly #name: string
  readonly #carrier: MemoryTransport
  readonly #beforeAck: (delivery: object) => void
  /** When a broken connection is back, by destination. */
  readonly #backAt = new Map<string, number>()
  #closed = false

  /** `beforeAck` is called before every acknowledgement, to check that everything written for the delivery is durable. */
  constructor(
    kernel: SimulatedKernel,
    chooser: Chooser,
    recorder: Recorder,
    name: string,
    beforeAck: (delivery: object) => void,
  ) {
    this.#kernel = kernel
    this.#chooser = chooser
    this.#recorder = recorder
    this.#name = name
    this.#carrier = new MemoryTransport(kernel)
    this.#beforeAck = beforeAck
  }

  send(destination: string, frame: Uint8Array): Promise<void> {
    this.#recorder.add(
      'deliver',
      '',
      this.#name,
      `takes a frame of ${frame.byteLength} bytes for '${destination}'`,
    )
    return this.#carrier.send(destination, frame)
  }

  subscribe(destination: string, deliver: (delivery: Delivery) => void): Promise<Subscription> {
    return this.#carrier.subscribe(destination, (delivery) => this.#deliver(destination, delivery, deliver))
  }

  /** Stops all deliveries. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#carrier.close()
  }

  #deliver(destination: string, delivery: Delivery, deliver: (delivery: Delivery) => void): void {
    const fault = this.#strike('deliver', destination)
    const hand = (attempt: number): void => {
      if (this.#closed) return
      const watched = this.#watched(destination, delivery, attempt, hand)
      this.#recorder.add(
        'deliver',
        this.#name,
        destination,
        attempt === 1 ? 'frame' : `frame, attempt ${attempt}`,
      )
      duringDelivery(watched, () => deliver(watched))
    }
    const { now } = this.#kernel
    const pause = (this.#backAt.get(destination) ?? 0) - now
    if (fault === undefined) {
      // Behind a broken connection it waits with those before it.
      if (pause > 0) this.#later(pause, () => hand(delivery.attempt))
      else hand(delivery.attempt)
      return
    }
    switch (fault.kind) {
      case 'redeliver':
        hand(delivery.attempt)
        this.#later(fault.value, () => hand(delivery.attempt + 1))
        break
      case 'lostFrame':
        // Lost on the way; the broker still has it.
        this.#later(REDELIVERY_MS, () => hand(delivery.attempt + 1))
        break
      case 'reconnect': {
        const back = Math.max(pause, fault.value)
        this.#backAt.set(destination, now + back)
        this.#later(back, () => hand(delivery.attempt + 1))
        break
      }
      default:
        fault.kind satisfies never
    }
  }

  #watched(
    destination: string,
    delivery: Delivery,
    attempt: number,
    hand: (attempt: number) => void,
  ): Delivery {
    const watched: Delivery = {
      frame: delivery.frame,
      attempt,
      ack: async () => {
        this.#beforeAck(watched)
        this.#recorder.add('ack', destination, this.#name, 'ack')
        const fault = this.#strike('ack', destination)
        await delivery.ack()
        if (fault === undefined) return
        fault.kind satisfies 'transportAckLost'
        this.#later(REDELIVERY_MS, () => hand(attempt + 1))
      },
      nack: async (delayMs) => {
        this.#recorder.add('ack', destination, this.#name, 'nack')
        await delivery.nack(delayMs)
        if (delayMs !== undefined) this.#later(milliseconds(delayMs, 'delayMs'), () => {})
      },
    }
    return watched
  }

  #later(ms: number, then: () => void): void {
    this.underWay += 1
    const come = (): void => {
      this.underWay -= 1
      then()
    }
    this.#kernel.timers.after(ms, come, undefined)
  }

  #strike<P extends 'deliver' | 'ack'>(point: P, destination: string): Fault<P> | undefined {
    const fault = this.#chooser.fault(this.#chooser.site(point, [this.#name, destination]))
    if (fault !== undefined) this.#recorder.struck(fault.kind, this.#name, destination, named(fault))
    return fault
  }
}
