import { demand, maybeText } from '../../kernel/demand.ts'
import { type ErrorLink, GanglionError, partsOf, say } from '../../kernel/errors.ts'
import { onlyOptions } from '../../kernel/only-options.ts'
import { wholeNumber } from '../../kernel/whole-number.ts'
import { Ring } from '../../mailbox/ring.ts'
import type { DeadLetterReason } from '../../ports/events.ts'
import { bytesHeldBy } from './body-bytes.ts'

/** An envelope that could not be delivered or processed. `at` is wall time, milliseconds since the epoch. */
export interface DeadLetter {
  /** 1, 2, 3 … in order of loss. */
  readonly id: number
  readonly at: number
  readonly recipient: string
  readonly type: string
  readonly body: unknown
  readonly correlation: number
  readonly attempt: number
  readonly reason: DeadLetterReason
  /** Outermost first. */
  readonly errors: readonly ErrorLink[]
  /** How often this message was replayed. */
  readonly replays: number
}

/** Selects dead letters; all given conditions must hold. */
export interface DeadLetterFilter {
  readonly recipient?: string
  readonly type?: string
  readonly reason?: DeadLetterReason
  /** At most this many of the newest. */
  readonly limit?: number
}

const FILTERS = [
  'recipient',
  'type',
  'reason',
  'limit',
] as const satisfies readonly (keyof DeadLetterFilter)[]

export interface ResendOptions extends DeadLetterFilter {
  /**
   * A message replayed this often stays a dead letter, so that a poisoned one does not loop. Default 3.
   */
  readonly replaysMax?: number
}

export interface ResendResult {
  readonly replayed: number
  /** Those that could not be sent again, with the error; they stay in the store. */
  readonly refused: readonly { readonly letter: DeadLetter; readonly error: unknown }[]
}

/** A message can't be replayed. Code `not-replayable`. */
export class NotReplayableError extends GanglionError {
  constructor(letter: DeadLetter, why: string, remedy: string) {
    const { id, recipient } = partsOf(letter)
    super('not-replayable', say`dead letter ${id} for '${recipient}' can't be replayed: ${why}`, {
      path: recipient,
      value: id,
      remedy,
    })
  }
}

export const REPLAYS_MAX = 3

/** Delivers the message of a dead letter once more. @throws when it can't. */
export type Resend = (letter: DeadLetter) => void
type Entry = { readonly letter: DeadLetter; readonly resend: Resend | undefined; readonly bytes: number }

/**
 * The last dead letters, oldest first. Beyond the capacity, or the limit on bytes of bodies, the oldest are dropped, and `dropped`
 * counts them. A letter larger than the limit itself is not stored.
 */
export class DeadLetters {
  #entries = new Ring<Entry>()
  readonly #capacity: number
  readonly #bytesMax: number
  #bytes = 0
  #dropped = 0
  #last = 0

  /** @throws InvalidArgumentError for a bound below 1. */
  constructor(capacity: number, bytes: number) {
    this.#capacity = wholeNumber(capacity, 'deadLetterCapacity')
    this.#bytesMax = wholeNumber(bytes, 'deadLetterBytes')
  }

  get size(): number {
    return this.#entries.size
  }

  /** Approximate memory of the stored bodies and errors. */
  get bytes(): number {
    return this.#bytes
  }

  get dropped(): number {
    return this.#dropped
  }

  /** Without `resend` it can't be replayed. */
  add(letter: Omit<DeadLetter, 'id'>, resend: Resend | undefined): void {
    this.#last += 1
    const bytes = bytesHeldBy(letter.body) + bytesOfErrors(letter.errors)
    this.#entries.push({ letter: { ...letter, id: this.#last }, resend, bytes })
    this.#bytes += bytes
    while (this.#entries.size > this.#capacity || this.#bytes > this.#bytesMax) {
      this.#bytes -= this.#entries.shift()?.bytes ?? 0
      this.#dropped += 1
    }
  }

  /** The stored dead letters, oldest first. */
  list(filter: DeadLetterFilter = {}): DeadLetter[] {
    onlyOptions(filter, 'deadLetters.list', FILTERS)
    for (const name of ['recipient', 'type', 'reason'] as const) maybeText(filter[name], name, 'deadLetters')
    aCount(filter.limit ?? 0, 'limit')
    const found = [...this.#entries].map((entry) => entry.letter).filter((letter) => matches(letter, filter))
    return filter.limit === undefined ? found : found.slice(Math.max(0, found.length - filter.limit))
  }

  /**
   * Sends matching letters to their recipients again, oldest first. Sent letters leave the store. One that becomes a dead letter
   * again remembers how often it was replayed.
   */
  replay(options: ResendOptions = {}): ResendResult {
    onlyOptions(options, 'deadLetters.replay', [...FILTERS, 'replaysMax'])
    const { replaysMax = REPLAYS_MAX, ...filter } = options
    aCount(replaysMax, 'replaysMax')
    const wanted = new Set(this.list(filter).map((letter) => letter.id))
    const entries = [...this.#entries]
    const gone = new Set<number>()
    const refused: { letter: DeadLetter; error: unknown }[] = []
    for (const { letter, resend } of entries) {
      if (!wanted.has(letter.id)) continue
      try {
        send(letter, resend, replaysMax)
        gone.add(letter.id)
      } catch (error) {
        refused.push({ letter, error })
      }
    }
    for (const { bytes } of this.#entries.removeWhere(({ letter }) => gone.has(letter.id)))
      this.#bytes -= bytes
    return { replayed: gone.size, refused }
  }

  /** Forgets all of them. */
  clear(): void {
    this.#entries = new Ring()
    this.#bytes = 0
  }
}

function aCount(given: number, name: string): void {
  demand(
    given,
    `deadLetters.${name}`,
    'a number of at least 0',
    () => typeof given === 'number' && given >= 0,
  )
}

function bytesOfErrors(errors: readonly ErrorLink[]): number {
  return errors.reduce((bytes, { message }) => bytes + 2 * message.length, 0)
}

function send(letter: DeadLetter, resend: Resend | undefined, replaysMax: number): void {
  if (resend === undefined) {
    throw new NotReplayableError(letter, 'it belonged to a run that has settled', 'Ask the pipeline again')
  }
  if (letter.replays >= replaysMax) {
    throw new NotReplayableError(
      letter,
      `it was already replayed ${letter.replays} times`,
      'Fix the cause, then replay it with a higher replaysMax',
    )
  }
  resend(letter)
}

function matches(letter: DeadLetter, filter: DeadLetterFilter): boolean {
  return (
    (filter.recipient === undefined || letter.recipient === filter.recipient) &&
    (filter.type === undefined || letter.type === filter.type) &&
    (filter.reason === undefined || letter.reason === filter.reason)
  )
}
