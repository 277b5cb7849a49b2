import type { NatsConnection } from '@nats-io/transport-node'
import type { Kernel } from '../../../src/kernel/kernel.ts'
import { OpinionMonitorError } from '../errors.ts'
import { headlineOf } from '../read-headlines.ts'
import { HeadlineQueue } from '../serving/headline-queue.ts'
import type { StreamHeadline } from '../stream-headline.ts'

/** Which messages are read, and who is told of the others. */
export interface NatsOptions {
  /** `nats://HOST:PORT`, with `USER:PASSWORD@` or `TOKEN@` before the host if the server asks for it. */
  readonly server: string
  /** Such as `news.headlines`; `*` and `>` stand for parts of a name. */
  readonly subject: string
  readonly kernel: Kernel
  /** Ends the subscription: what has come is still handed on. */
  readonly signal: AbortSignal
  /** A message that is no headline, or a connection that is lost and made again. */
  readonly onNotice: (text: string) => void
}

/** Headlines that wait for the monitor. Those beyond are lost, and counted in a notice. */
const WAITING_MOST = 20_000
/** Bad messages named one by one, and lost ones between two notices. */
const NAMED_MOST = 20
const LOST_STEP = 1_000

/**
 * The messages of a NATS subject as headlines, each the JSON of one. A message without `at` is of now, and `nats-msg-id` is the id of one
 * that has none. A lost connection is made again for as long as it takes.
 *
 * Rejects with OpinionMonitorError (`nats-missing`, `nats-refused`).
 */
export async function natsHeadlines(options: NatsOptions): Promise<AsyncIterable<StreamHeadline>> {
  const { subject, kernel, signal, onNotice } = options
  const connection = await connected(options.server)
  const queue = new HeadlineQueue(WAITING_MOST)
  let bad = 0
  let lost = 0
  connection.subscribe(subject, {
    callback(error, message) {
      if (error !== null) {
        onNotice(`${subject}: ${error.message}`)
        return
      }
      const id = message.headers?.get('Nats-Msg-Id') || undefined
      const headline = headlineOf(message.string(), { at: kernel.clock.now(), id })
      if (typeof headline === 'string') {
        bad += 1
        if (bad <= NAMED_MOST) onNotice(`a message of ${message.subject} is left out: ${headline}`)
      } else if (!queue.offer([headline])) {
        lost += 1
        if (lost % LOST_STEP === 1)
          onNotice(`${lost} headlines are lost: they come faster than they are read`)
      }
    },
  })
  // The server has the subscription once it has answered.
  await connection.flush()
  void told(connection, onNotice).finally(() => queue.end())
  const end = () => void connection.drain().catch(() => connection.close())
  if (signal.aborted) end()
  else signal.addEventListener('abort', end, { once: true })
  return queue
}

async function connected(server: string): Promise<NatsConnection> {
  const { connect } = await client()
  const { protocol, host, username, password } = new URL(server)
  try {
    return await connect({
      servers: host,
      name: 'ganglion opinion-monitor',
      maxReconnectAttempts: -1,
      ...(protocol === 'tls:' ? { tls: {} } : {}),
      ...(username === '' ? {} : credentials(decodeURIComponent(username), decodeURIComponent(password))),
    })
  } catch (cause) {
    throw new OpinionMonitorError('nats-refused', `the NATS server at ${host} refuses or does not answer`, {
      path: 'nats',
      value: host,
      remedy: 'Check its address and credentials',
      cause,
    })
  }
}

function credentials(user: string, pass: string) {
  return pass === '' ? { token: user } : { user, pass }
}

async function client() {
  try {
    return await import('@nats-io/transport-node')
  } catch (cause) {
    throw new OpinionMonitorError('nats-missing', 'the client of NATS is not installed', {
      path: 'nats',
      value: '@nats-io/transport-node',
      remedy: 'Install it beside ganglion: npm install @nats-io/transport-node',
      cause,
    })
  }
}

/** Says when the connection is lost and made again, until it is closed. */
async function told(connection: NatsConnection, onNotice: (text: string) => void): Promise<void> {
  for await (const status of connection.status()) {
    if (status.type === 'disconnect') onNotice(`lost the connection to ${status.server}; trying again`)
    if (status.type === 'reconnect') onNotice(`connected to ${status.server} again`)
    if (status.type === 'error') onNotice(status.error.message)
  }
}
