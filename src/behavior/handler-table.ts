export type Handler = (ctx: never, body: never) => unknown

/**
 * The handlers of one behavior by message type. It remembers the last lookup, because messages of one type come in
 * runs.
 */
export class HandlerTable {
  readonly #handlers: ReadonlyMap<string, Handler>
  #type: string | undefined = undefined
  #handler: Handler | undefined = undefined

  constructor(handlers: ReadonlyMap<string, Handler>) {
    this.#handlers = handlers
  }

  get(type: string): Handler | undefined {
    if (type === this.#type) return this.#handler
    const handler = this.#handlers.get(type)
    if (handler !== undefined) {
      this.#type = type
      this.#handler = handler
    }
    return handler
  }

  /** Every handled message type. */
  types(): string[] {
    return [...this.#handlers.keys()]
  }
}
