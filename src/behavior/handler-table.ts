export type Handler = (ctx: never, body: never) => unknown

/**
 * The handlers of one behavior by message type. It remembers the last lookup, because messages of one type come in
 * runs.
 */
export class HandlerTable {
  private readonly handlers: ReadonlyMap<string, Handler>
  private type: string | undefined = undefined
  private handler: Handler | undefined = undefined

  constructor(handlers: ReadonlyMap<string, Handler>) {
    this.handlers = handlers
  }

  get(type: string): Handler | undefined {
    return type === this.type ? this.handler : this.find(type)
  }

  private find(type: string): Handler | undefined {
    const handler = this.handlers.get(type)
    if (handler !== undefined) {
      this.type = type
      this.handler = handler
    }
    return handler
  }

  /** Every handled message type. */
  types(): string[] {
    return [...this.handlers.keys()]
  }
}
