import { messageOfError } from '../../kernel/errors.ts'
import { decodeMessage } from '../../message/codec.ts'
import type { Log } from '../../ports/log.ts'
import type { StoreEntry } from '../../ports/store.ts'
import { decodeRecord } from '../actor/frames.ts'
import { keyIn } from '../actor/known-keys.ts'
import { DEAD_LETTERS, EVENTS, KEYS, STATES, TIMERS } from '../actor/spaces.ts'
import { timerIn } from '../actor/timer-board.ts'
import { readLetter } from './dead-letters.ts'

/** What an actor has in a journal and can't be read. */
export interface UnreadEntry {
  /** `messages`, or where the journal keeps it. */
  readonly space: string
  readonly key: string
  readonly why: string
}

/** Reads whatever the actors of a journal have in it, and tells what can't be read. What stores hold is their owners' own. */
export function unreadEntries(log: Log): UnreadEntry[] {
  const unread: UnreadEntry[] = []
  const look = (space: string, key: string, read: () => unknown): void => {
    try {
      read()
    } catch (error) {
      unread.push({ space, key, why: messageOfError(error) })
    }
  }
  for (const { sequence, bytes } of log.unsettled())
    look('messages', String(sequence), () => decodeMessage(bytes))
  for (const space of log.spaces()) {
    const read = readerOf(space)
    if (read === undefined) continue
    for (const entry of log.entries(space)) look(space, entry.key, () => read(entry))
  }
  return unread
}

function readerOf(space: string): ((entry: StoreEntry) => unknown) | undefined {
  if (space === DEAD_LETTERS) return ({ key, value }) => readLetter(key, value)
  if (space.startsWith(TIMERS)) return (entry) => timerIn({ space, ...entry })
  if (space.startsWith(KEYS)) return (entry) => keyIn({ space, ...entry })
  // Which versions of a state and of events are known is up to the actor.
  if (space === STATES || space.startsWith(EVENTS)) return ({ value }) => decodeRecord(value)
  return undefined
}
