import type { EventStream, RuntimeEvent } from '../ports/events.ts'

/** The system's one stream of events. Without listeners an emitter builds nothing. */
export class EventBus implements EventStream {
  readonly #listeners = new Set<(event: RuntimeEvent) => void>()

  get active(): boolean {
    return this.#listeners.size > 0
  }

  emit(event: RuntimeEvent): void {
    for (const listener of this.#listeners) listener(event)
  }

  subscribe(listener: (event: RuntimeEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }
}
