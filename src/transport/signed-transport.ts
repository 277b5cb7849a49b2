import { createHash } from 'node:crypto'
import { warnIfRejected, warnOf } from '../kernel/callbacks.ts'
import { aFilledText, aFunction, demand, methods } from '../kernel/demand.ts'
import { type Duration, milliseconds } from '../kernel/durations.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { onlyOptions } from '../kernel/only-options.ts'
import { wholeNumber } from '../kernel/whole-number.ts'
import { FrameError } from '../message/errors.ts'
import { openFrame, SENDER_BYTES, type Stamp, signFrame } from '../message/signed-frame.ts'
import type { Delivery, Subscription, Transport } from '../ports/transport.ts'
import { type FrameKeys, type KeyRing, keyRing } from './frame-keys.ts'
import { TransportError } from './memory-transport.ts'
import { type ReplayBounds, ReplayGuard } from './replay-guard.ts'

/** Keys, and how long frames count. */
export interface SignedTransportOptions extends FrameKeys {
  /** Clock and ids: `platformKernel()`. */
  readonly kernel: Kernel
  /** Frames signed longer ago are refused. As long as a frame may wait for its receiver. Default one day. */
  readonly maxAge?: Duration
  /** How far a frame of a sender may be behind its latest. Default 65,536. */
  readonly window?: number
  /** Senders that a subscription remembers. Default 10,000. */
  readonly senders?: number
  /** Told of each frame that was refused. Refused frames are acknowledged, so that they come once. */
  readonly onRefused?: (error: FrameError, frame: Uint8Array) => void
}

const OPTIONS = [
  'keys',
  'sign',
  'kernel',
  'maxAge',
  'window',
  'senders',
  'onRefused',
] as const satisfies readonly (keyof SignedTransportOptions)[]
const FAILED = 'onRefused of a signed transport failed'

/**
 * Another transport whose frames are signed. A frame that somebody else has made, changed, sent to another destination, kept too long or
 * repeated after it was acknowledged reaches no subscriber.
 */
export class SignedTransport implements Transport {
  readonly #inner: Transport
  readonly #kernel: Kernel
  readonly #bounds: ReplayBounds
  readonly #onRefused: SignedTransportOptions['onRefused']
  /** Another one for each instance: sequences begin at 1 again. */
  readonly #sender: string
  readonly #refused = new Map<string, number>()
  #ring: KeyRing
  #sent = 0

  /** @throws InvalidArgumentError (`invalid-argument`) naming what is wrong by its path */
  constructor(inner: Transport, options: SignedTransportOptions) {
    onlyOptions(options ?? null, 'SignedTransport', OPTIONS)
    this.#inner = methods(inner, 'transport', 'a transport', ['send', 'subscribe', 'close'])
    const { kernel, maxAge = '1d', window = 65_536, senders = 10_000, onRefused } = options
    this.#kernel = demand(
      kernel,
      'SignedTransport.kernel',
      'a kernel, such as platformKernel()',
      ({ clock, ids }) => typeof clock.now === 'function' && typeof ids.unique === 'function',
    )
    this.#bounds = {
      ageMs: milliseconds(maxAge, 'SignedTransport.maxAge'),
      window: wholeNumber(window, 'SignedTransport.window', 1),
      senders: wholeNumber(senders, 'SignedTransport.senders', 1),
    }
    this.#onRefused = onRefused === undefined ? undefined : aFunction(onRefused, 'SignedTransport.onRefused')
    this.#ring = keyRing(options, 'SignedTransport')
    const unique = createHash('sha256').update(kernel.ids.unique()).digest('hex')
    this.#sender = unique.slice(0, 2 * SENDER_BYTES)
  }

  /** How many frames were refused, by the code of the error. */
  get refused(): ReadonlyMap<string, number> {
    return this.#refused
  }

  /**
   * Other keys from now on. To change the key: give every receiver the new one, then sign with it, and take the old one away once
   * `maxAge` has passed.
   *
   * @throws InvalidArgumentError (`invalid-argument`); then the keys stay.
   */
  rotate(keys: FrameKeys): void {
    onlyOptions(keys ?? null, 'rotate', ['keys', 'sign'])
    this.#ring = keyRing(keys, 'rotate')
  }

  /** Rejects with TransportError (`transport-unsigned`) where no key signs, and as the other transport does. */
  async send(destination: string, frame: Uint8Array): Promise<void> {
    demand(frame, 'frame', 'bytes', (given) => given instanceof Uint8Array)
    aFilledText(destination, 'destination', 'a name')
    const { signs } = this.#ring
    if (signs === undefined) {
      throw new TransportError(
        'transport-unsigned',
        'this side has no key to sign with',
        'Name one in `sign`',
        frame,
      )
    }
    this.#sent += 1
    const issuedAt = this.#kernel.clock.now()
    const stamp = { keyId: signs.id, sender: this.#sender, sequence: this.#sent, issuedAt }
    const signed = signFrame(destination, frame, signs.key, stamp)
    try {
      await this.#inner.send(destination, signed)
    } catch (error) {
      // An error that hands the frame back hands back the one that was given.
      const held = error as { frame?: unknown }
      if (held?.frame === signed) held.frame = frame
      throw error
    }
  }

  async subscribe(destination: string, deliver: (delivery: Delivery) => void): Promise<Subscription> {
    aFunction(deliver, 'deliver')
    const guard = new ReplayGuard(this.#bounds)
    return this.#inner.subscribe(destination, (delivery) => {
      let opened: { readonly frame: Uint8Array; readonly stamp: Stamp }
      try {
        opened = openFrame(destination, delivery.frame, this.#ring.known)
        guard.check(opened.stamp, this.#kernel.clock.now())
      } catch (error) {
        if (!(error instanceof FrameError)) throw error
        this.#refuse(delivery, error)
        return undefined
      }
      const { frame, stamp } = opened
      return deliver({
        frame,
        attempt: delivery.attempt,
        ack: async () => {
          await delivery.ack()
          // Until the other transport has heard of it, it comes again.
          guard.acknowledged(stamp)
        },
        nack: (delayMs) => delivery.nack(delayMs),
      })
    })
  }

  close(): Promise<void> {
    return this.#inner.close()
  }

  #refuse(delivery: Delivery, error: FrameError): void {
    this.#refused.set(error.code, (this.#refused.get(error.code) ?? 0) + 1)
    warnIfRejected('a refused frame could not be acknowledged', delivery.ack())
    try {
      warnIfRejected(FAILED, this.#onRefused?.(error, delivery.frame))
    } catch (thrown) {
      warnOf(FAILED, thrown)
    }
  }
}
