import type { TellOptions, Watchable } from '../../behavior/ref.ts'
import { isA, messageOfError } from '../../kernel/errors.ts'
import type { Envelope } from '../../mailbox/envelope.ts'
import { ActorContext } from '../../system/actor/actor-context.ts'
import { innerCall, recipientOf } from '../../system/actor/actor-handle.ts'
import { address } from '../../system/actor/ask.ts'
import { mayReply, mustBeSettled } from '../../system/actor/reply-rules.ts'
import type { Recipient } from '../../system/dispatch/runtime.ts'
import { ReplyError } from '../../system/errors.ts'
import { JournalError } from '../errors.ts'
import type { DurableCell } from './durable-cell.ts'
import { DurableTimers } from './durable-timers.ts'
import { letterOf } from './letter.ts'
import { derivedName } from './names.ts'
import type { PersistedEvent } from './saved-state.ts'
import type { TimerRecord } from './timer-board.ts'

/** A message that a handler has sent: it leaves once the handler has ended well. */
export interface Outgoing {
  readonly to: Recipient
  readonly envelope: Envelope
  /** The same when the handler is repeated. */
  readonly name: string
  /** For a recipient in the same journal. */
  readonly bytes: Uint8Array | undefined
}

/**
 * What a durable actor's handler acts through. Tells, events and the reply wait for the handler's end: they become durable with the
 * state and the end of the message, in one commit, or none of them does.
 */
export class DurableContext extends ActorContext {
  readonly cell: DurableCell
  outgoing: Outgoing[] = []
  events: PersistedEvent[] = []
  /** The handler has looked at the state, so it may have changed it. */
  sawState = false
  /** Durable timers that it sets; undefined for one that it cancels. */
  timerChanges: Map<string, TimerRecord | undefined> | undefined
  replied: { readonly value: unknown } | undefined
  /** An event was thrown out halfway: the state is neither with nor without it, so the message fails even if its handler goes on. */
  spoiled: { readonly error: unknown } | undefined

  constructor(cell: DurableCell, message: Envelope | undefined) {
    super(cell, message)
    this.cell = cell
    // Its end is always looked at.
    this.rare().touched = true
  }

  override get state(): unknown {
    this.sawState = true
    return super.state
  }

  /** The sender's name for the work, or the journal's. */
  override get idempotencyKey(): string | undefined {
    this.live()
    return this.message === undefined ? undefined : letterOf(this.message)?.key
  }

  override tell(to: Watchable, type: string, body?: unknown, options?: TellOptions): void {
    this.live()
    const { message, envelope } = this
    // In signals, and after the handler's end, there is no commit to wait for.
    if (message === undefined || envelope === undefined) {
      super.tell(to, type, body, options)
      return
    }
    if (this['~rare']?.end === 'stashed') throw this.#aside(message)
    const recipient = recipientOf(to)
    const sent = innerCall(this.cell, message, type, body, envelope.deadline)
    if (options !== undefined) address(recipient.runtime, sent, options)
    const name = derivedName(letterOf(message)?.key ?? '', this.outgoing.length)
    const bytes = this.cell.keeper.outgoing(recipient, sent, name)
    this.outgoing.push({ to: recipient, envelope: sent, name, bytes })
  }

  override get timers(): DurableTimers {
    this.live()
    return new DurableTimers(this)
  }

  timerOf(key: string): TimerRecord | undefined {
    if (this.timerChanges?.has(key) === true) return this.timerChanges.get(key)
    return this.cell.keeper.timers.get(this.cell.path, key)
  }

  hasTimer(key: string): boolean {
    if (this.timerChanges?.has(key) === true) return this.timerChanges.get(key) !== undefined
    return this.cell.keeper.timers.has(this.cell.path, key)
  }

  setTimer(key: string, record: TimerRecord | undefined): void {
    // In signals, and after the handler's end, there is no commit to wait for.
    if (this.envelope === undefined) {
      this.cell.keeper.setTimer(this.cell.path, key, record)
      return
    }
    this.timerChanges ??= new Map()
    this.timerChanges.set(key, record)
  }

  override reply(value: unknown): void {
    this.live()
    const { envelope } = this
    if (envelope === undefined) {
      super.reply(value)
      return
    }
    const asked = letterOf(envelope)?.asked === true ? envelope : undefined
    mayReply(this.cell.path, asked, this.replied === undefined ? this['~rare']?.end : 'replied')
    mustBeSettled(this.cell.path, asked, value)
    this.replied = { value }
  }

  override persist(name: string, data?: unknown): void {
    this.live()
    if (this['~rare']?.end === 'stashed' && this.message !== undefined) throw this.#aside(this.message)
    const { saved } = this.cell
    // In signals, and after the handler's end, no commit follows that would hold it.
    if (this.envelope === undefined) throw saved.refused(name)
    const event = saved.event(name, data)
    this.sawState = true
    try {
      saved.apply(super.state, name, event.data)
    } catch (error) {
      this.spoiled ??= { error }
      throw error
    }
    this.events.push(event)
  }

  override stash(): void {
    const { message } = this
    if (
      message !== undefined &&
      this.outgoing.length + this.events.length + (this.timerChanges?.size ?? 0) > 0
    )
      throw this.#aside(message)
    super.stash()
  }

  /** A message that waits would send everything again. */
  #aside({ type }: Envelope): ReplyError {
    return new ReplyError(this.cell.path, type, 'sends or persists, and sets aside:')
  }

  override become(name: string): void {
    super.become(name)
    this.sawState = true
  }

  /** The cell decides, and tells whoever waits, once all of it is durable. */
  override handled(value: unknown): boolean {
    if (this.message !== undefined)
      this.cell.complete(this, this.message, this.replied === undefined ? value : this.replied.value)
    return true
  }

  override undo(): void {
    this.outgoing = []
    this.events = []
    this.timerChanges = undefined
    this.replied = undefined
    if (!this.sawState || this.closed) return
    try {
      this.cell.state = this.cell.saved.restore()
    } catch (error) {
      this.cell.log('error', `its state can't be restored: ${messageOfError(error)}`)
      // What the handler left of it must not be saved. A journal that has failed saves nothing anyway.
      const { lifecycle } = this.cell
      if (isA(error, JournalError) && error.code === 'journal-state' && lifecycle === 'running')
        this.cell.crash(error)
    }
  }
}
