import { isThenable, promiseOf } from '../../kernel/thenable.ts'
import type { Envelope, ReplyTo } from '../../mailbox/envelope.ts'
import { ReplyError, StaleContextError } from '../errors.ts'
import type { ActorCell } from './actor-cell.ts'
import type { ActorContext } from './actor-context.ts'

/** The error of a context whose instance has ended. */
export function stale({ '~cell': cell }: ActorContext): StaleContextError {
  return new StaleContextError(cell.path)
}

/** @throws ReplyError (`reply`) if it is not an ask, or was answered or set aside before. */
export function mayReply(
  path: string,
  envelope: Envelope | undefined,
  end: 'replied' | 'stashed' | undefined,
): asserts envelope is Envelope & { readonly replyTo: ReplyTo } {
  if (envelope?.replyTo === undefined)
    throw new ReplyError(path, envelope?.type ?? '', 'replies to a message that was not an ask:')
  if (end === 'replied') throw new ReplyError(path, envelope.type, 'replies twice to')
  if (end === 'stashed') throw new ReplyError(path, envelope.type, 'answers a message that it has set aside:')
}

/**
 * A reply that is a promise would settle the ask later or never, past its timeout, or reject it with a foreign error.
 *
 * @throws ReplyError (`reply`), or what the value's own `then` getter throws
 */
export function mustBeSettled(path: string, { type }: Envelope, value: unknown): void {
  if (!isThenable(value)) return
  promiseOf(value).catch(() => {})
  throw new ReplyError(path, type, 'replies with a promise, which it has not awaited, to')
}

/** @throws ReplyError (`reply`) where the message was answered before. */
export function mayStash(path: string, envelope: Envelope, end: 'replied' | 'stashed' | undefined): void {
  if (end === 'replied')
    throw new ReplyError(path, envelope.type, 'sets aside a message that it has answered:')
}

/**
 * Whether the context's handler has ended, so that another message may be the current one by now. Its asker already has an
 * answer, and the log says so.
 */
export function isTooLate(context: ActorContext, what: string): boolean {
  const { message, envelope, '~cell': cell } = context
  if (message === undefined || envelope !== undefined) return false
  cell.log('error', new ReplyError(cell.path, message.type, what).message)
  return true
}

/** The handler replied, then returned a value: the asker got the first, and the log notes it. */
export function noteSecondReply(cell: ActorCell, { type }: Envelope): void {
  cell.log('error', new ReplyError(cell.path, type, 'replied and then returned a value to').message)
}
