import type { ActorDefinition } from '../../behavior/define-actor.ts'
import type { Durable } from '../../behavior/durable-options.ts'
import type { LifecycleEvent } from '../../behavior/lifecycle.ts'
import { isA } from '../../kernel/errors.ts'
import type { Envelope, ReplyTo } from '../../mailbox/envelope.ts'
import type { Mailbox } from '../../mailbox/mailbox.ts'
import type { DeadLetterReason } from '../../ports/events.ts'
import type { LogPut } from '../../ports/log.ts'
import { ActorCell } from '../../system/actor/actor-cell.ts'
import { sendMeasured } from '../../system/actor/admission.ts'
import { failAttempt, failed } from '../../system/actor/attempts.ts'
import { loseEnvelope } from '../../system/actor/dead-envelope.ts'
import { replyFrame } from '../../system/actor/message-view.ts'
import { sendLate } from '../../system/actor/send-late.ts'
import { behaviorOf } from '../../system/actor/states.ts'
import { ActorStoppedError, HandlerFailedError, StaleContextError } from '../../system/errors.ts'
import { deadRecord, keepsDead } from './dead-records.ts'
import { DurableContext } from './durable-context.ts'
import { asWritten } from './frames.ts'
import type { Keeper } from './keeper.ts'
import { KnownKeys } from './known-keys.ts'
import { Letter, letterOf, type SetTimer } from './letter.ts'
import { revive } from './revive.ts'
import { restoring, SavedState } from './saved-state.ts'
import { sorted } from './sorted.ts'
import { timerPut } from './timer-board.ts'

const NO_TIMERS: ReadonlyMap<string, undefined> = new Map()

/**
 * An actor whose mailbox and state are in a journal. A message is journaled as it is accepted, and may be handled at once. What its
 * handler did is one commit, with the end of the message. Whatever others can see of it waits until that commit is durable; the
 * commits before it are durable then too.
 *
 *   accepted ─▶ append ─▶ handler ─▶ commit { end, state, events, outgoing, key } ─▶ flushed ─▶ reply, messages to others
 */
export class DurableCell extends ActorCell {
  readonly keeper: Keeper
  readonly durable: Durable
  readonly saved: SavedState
  readonly #path: string
  readonly keys: KnownKeys
  /** Called when a commit has changed the bytes of its state. */
  resized: (() => void) | undefined
  /** The letters that came with an idempotency key and have not ended. */
  readonly #keyed = new Map<string, Letter>()
  /** Ended, and their ends not durable yet. */
  #ending = 0
  #enlisted = false
  /** A sender waits for the result of its `trySend`: it gets what fails. */
  #sending = false

  constructor(
    definition: ActorDefinition<unknown>,
    durable: Durable,
    parent: ActorCell,
    name: string,
    keeper: Keeper,
  ) {
    const path = `${parent.path}/${name}`
    const saved = new SavedState(keeper.log, path, definition, durable)
    super(parent.runtime, restoring(definition, saved), parent, name)
    this.keeper = keeper
    this.durable = durable
    this.saved = saved
    this.#path = path
    this.keys = new KnownKeys(keeper.log, path, durable, parent.runtime)
  }

  override get path(): string {
    return this.#path
  }

  override get load(): number {
    return super.load + this.#ending
  }

  override begin(): void {
    if (!this.#enlisted) {
      this.#enlisted = true
      this.keeper.enlist(this)
    }
    super.begin()
  }

  override contextOf(envelope: Envelope | undefined): DurableContext {
    return new DurableContext(this, envelope)
  }

  // ─── acceptance ───────────────────────────────────────────────────────────────────────────────────────────────────

  override trySend(envelope: Envelope): boolean {
    if (!this.open) throw this.gone(envelope)
    this.#sending = true
    try {
      return sendMeasured(this, envelope)
    } finally {
      this.#sending = false
    }
  }

  accepted(): Promise<void> {
    // A waiting sender is admitted just before its message is journaled.
    return Promise.resolve().then(() => this.keeper.log.flushed())
  }

  override put(mailbox: Mailbox<Envelope>, envelope: Envelope): void {
    if (letterOf(envelope) === undefined && !this.#taken(envelope)) return
    super.put(mailbox, envelope)
  }

  /** From the journal: it was accepted before, so no bound applies. */
  receive(envelope: Envelope, sequence: number, name: string, timer?: SetTimer): void {
    this.#letter(envelope, sequence, name, timer)
    super.put(this.box(), envelope)
    this.runtime.ledger.accept()
  }

  /** Whether it is in the journal now, as a new message. */
  #taken(envelope: Envelope): boolean {
    try {
      const key = envelope.extra?.idempotencyKey
      if (key !== undefined && this.#isKnown(key, envelope)) return false
      const bytes = this.keeper.encode(this, envelope)
      const put = key === undefined ? [] : this.keys.add(key)
      const { first } = this.keeper.log.commit({ append: [{ to: this.path, bytes }], put })
      if (key !== undefined) this.keys.committed(put)
      envelope.body = asWritten(envelope.body, bytes)
      this.#letter(envelope, first, this.keeper.nameOf(first))
      return true
    } catch (error) {
      if (this.#sending) throw error
      super.lose(envelope, 'failed', error)
      return false
    }
  }

  #letter(envelope: Envelope, sequence: number, name: string, timer?: SetTimer): void {
    const key = envelope.extra?.idempotencyKey
    const letter = new Letter(sequence, key ?? name, envelope.replyTo, timer)
    envelope.replyTo = letter
    if (key !== undefined) this.#keyed.set(key, letter)
  }

  /** A repeated message is not handled again: its asker hears what the first one heard, or will hear. */
  #isKnown(key: string, envelope: Envelope): boolean {
    const known = this.keys.find(key)
    if (known === undefined) return false
    const { replyTo } = envelope
    if (known.done || replyTo === undefined) this.#repeat(replyTo, known.reply)
    else {
      this.#keyed.get(key)?.join(replyTo)
      this.runtime.ledger.handled()
    }
    return true
  }

  #repeat(asker: ReplyTo | undefined, reply: unknown): void {
    this.#ending += 1
    this.keeper.log.flushed().then(
      () => this.#end(() => this.#answer(asker, reply)),
      (error: unknown) => this.#end(() => this.#lostWithJournal(asker, error)),
    )
  }

  // ─── ends ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The handler has ended well: everything that it did becomes durable, or the message has failed. */
  complete(context: DurableContext, envelope: Envelope, value: unknown): void {
    const letter = letterOf(envelope)
    if (letter === undefined || context['~rare']?.end === 'stashed') return
    if (context.closed) {
      // It ended its own instance: what it did to the state is gone.
      failAttempt(this, envelope, new StaleContextError(this.path))
      return
    }
    try {
      if (context.spoiled !== undefined) throw context.spoiled.error
      this.#commit(context, envelope, letter, letter.asked ? replyFrame(this, envelope, value) : value)
    } catch (error) {
      failed(this, envelope, context, error)
    }
  }

  #commit(context: DurableContext, envelope: Envelope, letter: Letter, reply: unknown): void {
    const { outgoing, events, sawState, timerChanges = NO_TIMERS } = context
    const put = sawState ? [...this.saved.changes(this.state, behaviorOf(this), events)] : []
    const key = envelope.extra?.idempotencyKey
    if (key !== undefined) put.push(...this.keys.end(key, reply))
    for (const [timer, record] of timerChanges) put.push(timerPut(this.path, timer, record))
    const { inside, outside, keyed } = sorted(outgoing, put, (path) => this.keeper.keysOf(path))
    const append = inside.map(({ to, bytes }) => ({ to: to.path, bytes: bytes as Uint8Array }))
    const { first, flushed } = this.keeper.log.commit({
      append,
      settle: [letter.sequence],
      put,
      ending: true,
    })
    this.#forget(envelope)
    for (const { keys, added } of keyed) keys.committed(added)
    for (const [timer, record] of timerChanges) this.keeper.timers.set(this.path, timer, record)
    for (const [i, sent] of inside.entries()) this.keeper.hand(sent, first + i)
    if (sawState) this.resized?.()
    this.#whenDurable(flushed, letter, () => {
      for (const { to, envelope: sent } of outside) sendLate(to, sent, undefined)
      this.#answer(letter.asked ? letter : undefined, reply)
    })
  }

  override lose(envelope: Envelope, reason: DeadLetterReason, error: unknown): void {
    const letter = letterOf(envelope)
    if (letter === undefined) {
      super.lose(envelope, reason, error)
      return
    }
    this.#forget(envelope)
    if (this.#waitsForNextLife(reason, error)) {
      envelope.extra?.ticket?.ended(envelope)
      this.keeper.leave(this.path, letter.sequence)
      this.runtime.ledger.end('forwarded')
      letter.reject(this.gone(envelope))
      return
    }
    try {
      this.#bury(envelope, letter, reason, error)
    } catch (failure) {
      this.#lostWithJournal(letter, failure)
    }
  }

  /** Its end as a dead letter is a commit too, and its asker hears of it after that. */
  #bury(envelope: Envelope, letter: Letter, reason: DeadLetterReason, error: unknown): void {
    const { log, deadRecords } = this.keeper
    const key = envelope.extra?.idempotencyKey
    const put: LogPut[] = key === undefined ? [] : this.keys.forget(key)
    const message = log.message(letter.sequence)?.bytes
    if (message !== undefined && keepsDead(reason)) {
      const at = this.runtime.kernel.clock.now()
      put.push(
        ...deadRecords.add(letter.sequence, deadRecord(this.path, envelope, reason, error, at, message)),
      )
    }
    const { flushed } = log.commit({ settle: [letter.sequence], put, ending: true })
    this.#whenDurable(flushed, letter, () => {
      if (!letter.asked) envelope.replyTo = undefined
      loseEnvelope(this, envelope, reason, error, (again) => revive(this, again, letter))
    })
  }

  /** An actor that stops leaves its messages to the one that is started under its path next. */
  #waitsForNextLife(reason: DeadLetterReason, error: unknown): boolean {
    if (this.lifecycle !== 'stopping') return false
    return reason === 'stopped' || (isA(error, HandlerFailedError) && isA(error.cause, ActorStoppedError))
  }

  #whenDurable(flushed: Promise<void>, letter: Letter, end: () => void): void {
    this.#ending += 1
    this.keeper.whenDurable(flushed, (failure) =>
      this.#end(() => {
        if (failure === undefined) end()
        else this.#lostWithJournal(letter, failure.error)
      }),
    )
  }

  #end(end: () => void): void {
    this.#ending -= 1
    // A stopped actor is counted nowhere else.
    if (this.lifecycle === 'stopped') this.runtime.onTheWay -= 1
    end()
    if (this.extra?.retiring === true) this.settle()
    if (!this.runtime.accepting) this.runtime.idle()
  }

  #answer(asker: ReplyTo | undefined, reply: unknown): void {
    if (asker?.resolve(reply) === true) this.runtime.ledger.answered()
    else this.runtime.ledger.handled()
  }

  /** The journal has failed: nobody knows whether it is durable, and the next process decides. */
  #lostWithJournal(asker: ReplyTo | undefined, error: unknown): void {
    asker?.reject(error)
    this.runtime.ledger.lose('failed')
  }

  #forget({ extra }: Envelope): void {
    if (extra?.idempotencyKey !== undefined) this.#keyed.delete(extra.idempotencyKey)
  }

  override become(event: LifecycleEvent): void {
    const { lifecycle } = this
    super.become(event)
    if (this.lifecycle !== 'stopped' || lifecycle === 'stopped') return
    this.runtime.onTheWay += this.#ending
    this.keeper.release(this)
  }
}
