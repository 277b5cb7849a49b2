/** A request, whoever received it: `node:http`, or a server that speaks fetch. */
export interface Call {
  readonly method: string
  /** As sent, without the query and without the prefix of the service. */
  readonly path: string
  /** Without the question mark. */
  readonly query: string
  /** A header by its name in lower case; several of one name are joined by commas. */
  header(name: string): string | undefined
  /**
   * The whole body, unpacked; a promise if it is still coming, or was packed. Rejects with HttpError: `body-too-large` beyond `limits.bytes`,
   * packed or not, `body-time` beyond `limits.timeMs`, `body-malformed`. @throws HttpError (`content-type`)
   */
  body(limits: BodyLimits): Uint8Array | Promise<Uint8Array>
  /** Aborted when the client goes away before it has its answer. Made on first use. */
  readonly signal: AbortSignal
  /** The same for a run that is asked once, at a fraction of the price: it has `abort` listeners, and nothing else of a signal. */
  readonly gone: AbortSignal
  /** Sends the answer, once. The service's `ended` is called when it has left, or its client has. */
  answer(reply: Reply): void
}

/** How much of a body is read, and how long. */
export interface BodyLimits {
  readonly bytes: number
  readonly timeMs: number
}

/** An answer. A body that is iterated is sent piece by piece, at the client's pace. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array | AsyncIterable<string>
}

/** A client has gone before its answer. It is the reason of the signal that cancels its run. */
export class ClientGone extends Error {
  readonly code = 'client-gone'

  constructor() {
    super('the client has gone')
    this.name = 'ClientGone'
  }
}

/** The body of a reply that streams, or undefined. */
export function streamOf(body: Reply['body']): AsyncIterable<string> | undefined {
  return typeof body === 'object' && Symbol.asyncIterator in body ? body : undefined
}
