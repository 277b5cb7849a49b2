/** How frames leave the process. Frames are msgpack as made by the codec; a transport never looks inside. */
export interface Transport {
  /** Resolves once the transport has taken responsibility for the frame. Rejects with `TransportError`. */
  send(destination: string, frame: Uint8Array): Promise<void>
  /** At least once, in order per destination unless redelivered. */
  subscribe(destination: string, deliver: (delivery: Delivery) => void): Promise<Subscription>
  /** Ends all delivery; every later call rejects. */
  close(): Promise<void>
}

/** One frame on its way to a subscriber, until it is acknowledged or refused. */
export interface Delivery {
  readonly frame: Uint8Array
  /** 1 for the first delivery. */
  readonly attempt: number
  /** Acknowledges the frame; it is not delivered again. Idempotent. */
  ack(): Promise<void>
  /** Deliver again, after `delayMs`. */
  nack(delayMs?: number): Promise<void>
}

/** What `subscribe` returns. */
export interface Subscription {
  /** Delivers nothing more to this subscriber; frames wait for the next one. */
  unsubscribe(): Promise<void>
}
