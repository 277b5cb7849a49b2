/** A connection that its system closes when nothing moves on it. Node keeps that time itself, so it costs no timer of ours. */
interface Connection {
  readonly timeout?: number | undefined
  setTimeout(ms: number): unknown
}

/** Closes a connection, or that of a response, once nothing has moved on it for `ms`; 0: never. */
export function closeIfStill(one: Pick<Connection, 'setTimeout'>, ms: number): void {
  one.setTimeout(ms)
}

/** Takes back `closeIfStill(…, ms)`, unless the connection was given another time since. */
export function mayBeStill(socket: Connection, ms: number): void {
  if (socket.timeout === ms) socket.setTimeout(0)
}
