import { given } from '../../kernel/given.ts'
import type { Clock } from '../../kernel/kernel.ts'
import { Envelope } from '../../mailbox/envelope.ts'
import { bodyOfOwn, decodeMessage, encodeOwn } from '../../message/codec.ts'
import type { Header } from '../../message/header.ts'
import { JournalError } from '../errors.ts'
import type { SetTimer } from './letter.ts'
import { plainCopy } from './plain-copy.ts'

/** What the journal keeps of a message besides its body: another process has other clocks and other refs. */
interface JournalHeader {
  readonly type: string
  /** Of its body; 1 where it is absent. */
  readonly version?: number
  /** Which opening of the journal gave it its sequence: with both, its name is unique. */
  readonly epoch: number
  /** Its own name, for a message that a durable handler has sent. */
  readonly name?: string
  /** Path of the sender. */
  readonly from?: string
  /** Wall time of the deadline, milliseconds since the epoch. */
  readonly due?: number
  readonly priority?: number
  readonly orderKey?: string
  readonly idempotencyKey?: string
  readonly trace?: string
  readonly replays?: number
  readonly timer?: SetTimer
}

/** A message as the journal holds it. */
export interface StoredMessage {
  readonly envelope: Envelope
  readonly epoch: number
  readonly name: string | undefined
  readonly timer: SetTimer | undefined
}

/** An envelope as bytes. @throws NotSerializableError (`not-serializable`) naming the value by its path */
export function encodeEnvelope(
  envelope: Envelope,
  epoch: number,
  clock: Clock,
  version: number,
  name?: string,
  timer?: SetTimer,
): Uint8Array {
  const { type, body, deadline, extra } = envelope
  const sender = envelope.sender as { readonly path: string } | undefined
  const header: JournalHeader = {
    type,
    epoch,
    ...(version === 1 ? {} : { version }),
    ...given({ name, timer }),
    ...(sender === undefined ? {} : { from: sender.path }),
    ...(deadline === 0 ? {} : { due: clock.now() + deadline - clock.monotonic() }),
    ...(extra === undefined ? {} : rare(extra)),
  }
  return encodeOwn(header as unknown as Header, body, 'message')
}

/** The body of a message as the journal holds it, which is what the next process will handle: its sender may change its own. */
export function asWritten(body: unknown, bytes: Uint8Array): unknown {
  return plainCopy(body, () => bodyOfOwn(bytes))
}

function rare(extra: NonNullable<Envelope['extra']>) {
  const { priority, orderKey, idempotencyKey, trace, replays } = extra
  return {
    ...(priority === 0 ? {} : { priority }),
    ...given({ orderKey, idempotencyKey, trace }),
    ...(replays === 0 ? {} : { replays }),
  }
}

/**
 * `find` gives the ref of a sender that runs, `migrate` today's body.
 *
 * @throws FrameError for bytes that are no message, JournalError (`journal-message`), and what `migrate` throws.
 */
export function decodeEnvelope(
  bytes: Uint8Array,
  clock: Clock,
  find: (path: string) => object | undefined,
  migrate: (type: string, version: number, body: unknown) => unknown,
): StoredMessage {
  // A copy: binary values are parts of what they were read from, and the journal may still have to write that.
  const { header, body } = decodeMessage(new Uint8Array(bytes))
  if (!isHeader(header)) throw noMessage(header)
  const { type, version = 1, epoch, name, from, due, timer, ...fields } = header
  const sender = from === undefined ? undefined : find(from)
  const deadline = due === undefined ? 0 : Math.ceil(clock.monotonic() + due - clock.now()) || -1
  const envelope = new Envelope(type, migrate(type, version, body), sender, undefined, deadline)
  if (Object.keys(fields).length > 0) Object.assign(envelope.more(), fields)
  return { envelope, epoch, name, timer }
}

const HEADER: { readonly [K in keyof JournalHeader]-?: 'string' | 'number' | 'object' } = {
  type: 'string',
  version: 'number',
  epoch: 'number',
  name: 'string',
  from: 'string',
  due: 'number',
  priority: 'number',
  orderKey: 'string',
  idempotencyKey: 'string',
  trace: 'string',
  replays: 'number',
  timer: 'object',
}

function isHeader(header: object): header is JournalHeader {
  const { type, epoch, version = 1 } = header as Partial<JournalHeader>
  if (type === undefined || epoch === undefined || !Number.isSafeInteger(version) || version < 1) return false
  return Object.entries(header).every(([name, value]) => typeof value === HEADER[name as keyof JournalHeader])
}

function noMessage(value: object): JournalError {
  return new JournalError('journal-message', 'its header is none of a message', {
    path: 'header',
    value,
    remedy: 'Run the release that wrote it: the message waits in the journal',
  })
}

/** Plain data under a key: a state, a dead letter. `version` is that of its shape; `body` is an object that was made here. */
export function encodeRecord(type: string, version: number, body: object): Uint8Array {
  return encodeOwn({ type, version } as unknown as Header, body, 'record')
}

/** An event, whose data are a handler's. @throws NotSerializableError naming the value by its path */
export function encodeEvent(name: string, version: number, data: unknown): Uint8Array {
  return encodeOwn({ type: name, version } as unknown as Header, data, 'event')
}

/** A value as the journal would give it back: nobody else holds it. @throws NotSerializableError naming it by its path */
export function ownCopy(data: unknown): unknown {
  return typeof data === 'object' && data !== null ? decodeRecord(encodeEvent('copy', 1, data)).body : data
}

/** What a record holds. */
export interface Recorded {
  readonly type: string
  readonly version: number
  readonly body: unknown
}

/** @throws FrameError for bytes that are no record. */
export function decodeRecord(bytes: Uint8Array): Recorded {
  const { header, body } = decodeMessage(new Uint8Array(bytes))
  const { type, version } = header as unknown as Omit<Recorded, 'body'>
  return { type, version, body }
}
