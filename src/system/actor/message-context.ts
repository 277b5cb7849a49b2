import type { AnyRef } from '../../behavior/ref.ts'
import type { Envelope } from '../../mailbox/envelope.ts'
import { StaleContextError } from '../errors.ts'
import type { ActorCell } from './actor-cell.ts'

/**
 * The context of one attempt at one message, or of an instance's signals, which have none. A handler that has ended may
 * still use it, from a timer or a promise that nobody awaits: it must never get hold of a later message.
 */
export class MessageContext {
  readonly message: Envelope | undefined
  readonly '~cell': ActorCell
  /** The instance that it belongs to; -1 once its attempt was ended from outside. */
  instance: number
  /** Its handler is asynchronous and in flight. */
  held: boolean

  constructor(cell: ActorCell, message: Envelope | undefined) {
    this['~cell'] = cell
    this.message = message
    this.instance = cell.instances
    this.held = false
  }

  /** The message, until its handler ends. */
  get envelope(): Envelope | undefined {
    if (this.held) return this.message
    return this['~cell'].handling && this['~cell'].runtime.dispatcher.cursor.context === this
      ? this.message
      : undefined
  }

  /** Whether its instance has ended, or its attempt was fenced off. */
  get closed(): boolean {
    return this.instance !== this['~cell'].instances
  }

  get sender(): AnyRef | undefined {
    this.live()
    return this.message?.sender as AnyRef | undefined
  }

  get attempt(): number {
    this.live()
    return this.message?.extra?.attempt ?? 1
  }

  get idempotencyKey(): string | undefined {
    this.live()
    return this.message?.extra?.idempotencyKey
  }

  get deadline(): number {
    this.live()
    return this.message?.deadline || Number.POSITIVE_INFINITY
  }

  get trace(): string | undefined {
    this.live()
    return this.message?.extra?.trace
  }

  /** @throws StaleContextError if the instance has ended. */
  live(): void {
    if (this.closed) throw new StaleContextError(this['~cell'].path)
  }
}
