import type { Timer } from '../../kernel/kernel.ts'
import type { Envelope, Ticket } from '../../mailbox/envelope.ts'
import { CancelledError } from '../errors.ts'
import type { ActorCell } from './actor-cell.ts'

/**
 * One setting of one of an actor's timers. Its messages carry it. When such a message is taken, the ticket shows
 * whether the timer was cancelled, replaced or set by an earlier instance, wherever the message was until then.
 */
export class TimerTicket implements Timer, Ticket {
  timer: Timer | undefined = undefined
  readonly key: string
  readonly #cell: ActorCell
  readonly #instance: number
  readonly repeats: boolean
  readonly #waiting = new Set<Envelope>()
  #cancelled = false

  constructor(cell: ActorCell, key: string, repeats: boolean) {
    this.#cell = cell
    this.key = key
    this.#instance = cell.instances
    this.repeats = repeats
  }

  /** Of its actor. */
  get path(): string {
    return this.#cell.path
  }

  get live(): boolean {
    return !this.#cancelled && this.#instance === this.#cell.instances
  }

  /**
   * Whether one of its messages waits for its turn: in the mailbox, on its way there, set aside or between attempts.
   */
  get waits(): boolean {
    return this.#waiting.size > 0 || (this.#cell.extra?.heldOf(this.key).includes(this) ?? false)
  }

  cancel(): void {
    this.#cancelled = true
    this.timer?.cancel()
  }

  /** Its message leaves the mailbox: it needed no room there, so those of replaced settings would gather without bound. */
  takeOut(): void {
    const { mailbox } = this.#cell
    if (mailbox === undefined || this.#waiting.size === 0) return
    for (const envelope of mailbox.removeWhere(({ extra }) => extra?.ticket === this)) {
      mailbox.released(envelope.extra?.bytes ?? 0)
      this.#cell.lose(envelope, 'cancelled', new CancelledError(this.#cell.path))
    }
  }

  waiting(envelope: Envelope): void {
    this.#waiting.add(envelope)
    const timers = this.#cell.extra?.timers
    if (this.live && timers?.has(this.key) === false) timers.set(this.key, this)
  }

  ended(envelope: Envelope): void {
    this.#waiting.delete(envelope)
    if (!this.repeats) this.#forget()
  }

  taken(envelope: Envelope): boolean {
    this.ended(envelope)
    if (this.live) return true
    this.#cell.lose(envelope, 'cancelled', new CancelledError(this.#cell.path))
    return false
  }

  /** Through the system lane; a suspended actor handles it when it resumes. */
  call(run: () => void): void {
    this.#cell.signal((cell) => {
      if (!this.live) return
      if (cell.lifecycle === 'suspended') {
        const extra = cell.extras()
        extra.resumed ??= []
        extra.resumed.push(() => this.call(run))
        return
      }
      this.#forget()
      try {
        run()
      } catch (error) {
        cell.crash(error)
      }
    })
  }

  #forget(): void {
    const timers = this.#cell.extra?.timers
    if (timers?.get(this.key) === this) timers.delete(this.key)
  }
}
