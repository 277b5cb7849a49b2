import type { Watchable } from '../behavior/ref.ts'
import { demand } from '../kernel/demand.ts'
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
  /** How many were left at the last look for stopped ones. */
  readonly #looked = new WeakMap<Set<Subscription>, number>()

  /** Returns the unsubscribe function. A subscriber that stops is forgotten. */
  subscribe(topic: string, ref: Watchable, type: string): () => void {
    demand(topic, 'topic', 'a name', (given) => typeof given === 'string')
    demand(type, 'type', 'a message type', (given) => typeof given === 'string')
    const subscription = { ref, recipient: recipientOf(ref), type }
    const subscriptions = this.#topics.get(topic) ?? new Set()
    subscriptions.add(subscription)
    this.#forgetStopped(topic, subscriptions)
    this.#topics.set(topic, subscriptions)
    return () => this.#remove(topic, subscription)
  }

  /** Returns the number of subscribers. A full subscriber loses the message: that is a separate dead letter. */
  publish(topic: string, body: unknown): number {
    let sent = 0
    for (const subscription of this.#topics.get(topic) ?? []) {
      const { ref, recipient, type } = subscription
      if (hasStopped(ref)) {
        this.#remove(topic, subscription)
        continue
      }
      sendLate(recipient, rootCall(recipient.runtime, type, body), undefined)
      sent += 1
    }
    return sent
  }

  /** Those that stopped leave when they may be half of the subscribers, though nothing is published: a few looks for each. */
  #forgetStopped(topic: string, subscriptions: Set<Subscription>): void {
    if (subscriptions.size < (this.#looked.get(subscriptions) ?? 16) * 2) return
    for (const subscription of subscriptions)
      if (hasStopped(subscription.ref)) this.#remove(topic, subscription)
    this.#looked.set(subscriptions, Math.max(16, subscriptions.size))
  }

  #remove(topic: string, subscription: Subscription): void {
    const subscriptions = this.#topics.get(topic)
    subscriptions?.delete(subscription)
    if (subscriptions?.size === 0) this.#topics.delete(topic)
  }
}

function hasStopped({ state }: Watchable): boolean {
  return state === 'stopped' || state === 'stopping'
}
