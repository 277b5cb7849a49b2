import { channel } from 'node:diagnostics_channel'
import { warnOf } from '../../kernel/callbacks.ts'
import { aFunction } from '../../kernel/demand.ts'
import { isThenable, promiseOf } from '../../kernel/thenable.ts'
import type { EventStream, RuntimeEvent } from '../../ports/events.ts'

/** Listeners that have thrown and were reported: once each, however many systems they listen to. */
const TOLD = new WeakSet<(event: RuntimeEvent) => void>()

/** For tools that watch a process without its help (`node:diagnostics_channel`): every event of every system. */
const CHANNEL = channel('ganglion:events')

/** The system's one stream of events. Without listeners an emitter builds nothing. */
export class EventBus implements EventStream {
  readonly #listeners = new Set<(event: RuntimeEvent) => void>()

  get active(): boolean {
    return this.#listeners.size > 0 || CHANNEL.hasSubscribers
  }

  emit(event: RuntimeEvent): void {
    if (CHANNEL.hasSubscribers) CHANNEL.publish(event)
    for (const listener of this.#listeners) {
      try {
        const heard: unknown = listener(event)
        if (isThenable(heard)) promiseOf(heard).then(undefined, (error) => this.#complain(listener, error))
      } catch (error) {
        this.#complain(listener, error)
      }
    }
  }

  /** A listener must not hurt the system: its first throw is reported, and the event continues to the others. */
  #complain(listener: (event: RuntimeEvent) => void, error: unknown): void {
    if (TOLD.has(listener)) return
    TOLD.add(listener)
    warnOf('a listener of system.events threw', error)
  }

  subscribe(listener: (event: RuntimeEvent) => void): () => void {
    this.#listeners.add(aFunction(listener, 'events.subscribe'))
    return () => {
      this.#listeners.delete(listener)
    }
  }
}
