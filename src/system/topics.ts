import type { Watchable } from '../behavior/ref.ts'
import { recipientOf, rootCall } from './actor/actor-handle.ts'
import { sendLate } from './actor/send-late.ts'
import type { Recipient } from './dispatch/runtime.ts'

interface Subscription {
  readonly ref: Watchable
  readonly recipient: Recipient
  readonly type: string
}

/** Publish and subscribe by topic: each subscriber gets the body as a message of the type it chose. */
export class Topics {
  readonly #topics = new Map<string, Set<Subscription>>()

  /** Returns the unsubscribe function. A subscriber that stops is forgotten. */
  subscribe(topic: string, ref: Watchable, type: string): () => void {
    const subscription = { ref, recipient: recipientOf(ref), type }
    const subscriptions = this.#topics.get(topic) ?? new Set()
    subscriptions.add(subscription)
    this.#topics.set(topic, subscriptions)
    return () => this.#remove(topic, subscription)
  }

  /** Returns the number of subscribers. A full subscriber loses the message: that is a separate dead letter. */
  publish(topic: string, body: unknown): number {
    let sent = 0
    for (const subscription of this.#topics.get(topic) ?? []) {
      const { ref, recipient, type } = subscription
      if (ref.state === 'stopped' || ref.state === 'stopping') {
        this.#remove(topic, subscription)
        continue
      }
      sendLate(recipient, rootCall(recipient.runtime, type, body), undefined)
      sent += 1
    }
    return sent
  }

  #remove(topic: string, subscription: Subscription): void {
    const subscriptions = this.#topics.get(topic)
    subscriptions?.delete(subscription)
    if (subscriptions?.size === 0) this.#topics.delete(topic)
  }
}
