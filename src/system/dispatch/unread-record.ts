import { chainText, errorChain } from '../../kernel/errors.ts'
import type { UnreadRecord } from '../../ports/events.ts'
import type { Named } from './lifecycle-record.ts'
import type { Runtime } from './runtime.ts'

/** Something in a journal or a store can't be read: tells the log and the listeners. It stays where it is. */
export function recordUnread(
  { events, kernel, log }: Pick<Runtime, 'events' | 'kernel' | 'log'>,
  { path }: Named,
  record: UnreadRecord,
  key: string,
  error: unknown,
): void {
  const errors = errorChain(error)
  log?.write('error', { path }, `${record} '${key}' can't be read, and stays as it is: ${chainText(errors)}`)
  if (events.active) events.emit({ type: 'unread', at: kernel.clock.monotonic(), path, record, key, errors })
}
