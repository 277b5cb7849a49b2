import type { ActorDefinition } from '../../behavior/define-actor.ts'
import type { Durable } from '../../behavior/durable-options.ts'
import { demand } from '../../kernel/demand.ts'
import { isA, messageOfError } from '../../kernel/errors.ts'
import type { Timer } from '../../kernel/kernel.ts'
import { Envelope } from '../../mailbox/envelope.ts'
import type { Log } from '../../ports/log.ts'
import type { ActorCell } from '../../system/actor/actor-cell.ts'
import type { Durability, DurableTimer } from '../../system/actor/durability.ts'
import type { Recipient, Runtime } from '../../system/dispatch/runtime.ts'
import { recordUnread } from '../../system/dispatch/unread-record.ts'
import { JournalError } from '../errors.ts'
import { isName, NAME } from '../log/change.ts'
import type { DeadRecords } from './dead-records.ts'
import { DurableCell } from './durable-cell.ts'
import type { Outgoing } from './durable-context.ts'
import { Entities, EntityHandle } from './entities.ts'
import { asWritten, decodeEnvelope, encodeEnvelope, ownCopy } from './frames.ts'
import type { KnownKeys } from './known-keys.ts'
import { letterOf } from './letter.ts'
import { migratedBody, versionOf } from './message-versions.ts'
import { acceptedName, derivedName } from './names.ts'
import { SPACE_BYTES } from './spaces.ts'
import { nextBeat, TimerBoard, type TimerRecord, timerPut, type WaitingTimer } from './timer-board.ts'

/** How long the end of a system waits for the disk. */
const LAST_FLUSH_MS = 5000

/** What the systems that use one journal share. */
export interface Kept {
  readonly log: Log
  /** Names the journal. */
  readonly incarnation: string
  /** How often it was opened. */
  readonly epoch: number
  readonly deadRecords: DeadRecords
  /** By path, the messages that wait for an actor that does not run: oldest first. */
  readonly waiting: Map<string, number[]>
  /** A system uses it no longer. */
  release(system: string): unknown
}

/** Work that follows once a commit is durable; `failure` says that it never will be. */
export type AfterFlush = (failure?: { readonly error: unknown }) => void

/** One system's durable actors in a journal. */
export class Keeper implements Durability {
  readonly log: Log
  readonly runtime: Runtime
  readonly timers: TimerBoard
  readonly #kept: Kept
  readonly #cells = new Map<string, DurableCell>()
  /** By the name of their definition. */
  readonly #entities = new Map<string, Entities>()
  /** What waits for the flush that comes next. */
  #flush: { readonly flushed: Promise<void>; readonly after: AfterFlush[] } | undefined

  constructor(kept: Kept, runtime: Runtime) {
    this.#kept = kept
    this.log = kept.log
    this.runtime = runtime
    this.timers = new TimerBoard(kept.log, runtime, (timer) => this.#fire(timer))
  }

  get deadRecords(): DeadRecords {
    return this.#kept.deadRecords
  }

  /** @throws InvalidArgumentError (`invalid-argument`): the path of the actor is a name in the journal. */
  cell(definition: ActorDefinition<unknown>, parent: ActorCell, name: string): DurableCell {
    demand(name, 'name', NAME, () => isName(`${parent.path}/${name}`, SPACE_BYTES))
    return new DurableCell(definition, definition.durable as Durable, parent, name, this)
  }

  entity(definition: ActorDefinition<unknown>, root: ActorCell, key: string): EntityHandle {
    return new EntityHandle(this.#entitiesOf(definition, root), key)
  }

  #entitiesOf(definition: ActorDefinition<unknown>, root: ActorCell): Entities {
    const known = this.#entities.get(definition.name)
    if (known !== undefined) {
      demand(
        definition,
        'definition',
        `the definition that is the entity '${definition.name}' here`,
        (given) => given === known.definition,
      )
      return known
    }
    const entities = new Entities(root, definition)
    this.#entities.set(definition.name, entities)
    const prefix = `${entities.path}/`
    const left = [...this.#kept.waiting.keys(), ...this.timers.parked()]
    entities.resume(new Set(left.filter((path) => path.startsWith(prefix))))
    return entities
  }

  /** The running actor of this path; an entity is activated. */
  #running(path: string): DurableCell | undefined {
    const cell = this.#cells.get(path)
    if (cell?.open === true) return cell
    this.#entitiesAt(path)?.awaken(path)
    return this.#cells.get(path)
  }

  #entitiesAt(path: string): Entities | undefined {
    if (!this.runtime.accepting) return undefined
    for (const entities of this.#entities.values()) if (path.startsWith(`${entities.path}/`)) return entities
    return undefined
  }

  waiting(): Iterable<DurableTimer> {
    return this.timers.waiting()
  }

  async detach(): Promise<void> {
    this.timers.stop()
    for (const entities of this.#entities.values()) entities.stop()
    try {
      await this.#lastFlush()
    } catch (error) {
      const line = `what was not durable is lost: ${messageOfError(error)}`
      this.runtime.log?.write('error', { path: this.runtime.name }, line)
    }
    this.#kept.release(this.runtime.name)
  }

  /** A disk that stays full must not keep the system from stopping: the journal's own end says what could not be written. */
  async #lastFlush(): Promise<void> {
    const { timers } = this.runtime.kernel
    let timer: Timer | undefined
    const patience = new Promise<void>((resolve) => {
      timer = timers.after(LAST_FLUSH_MS, resolve, undefined, true)
    })
    await Promise.race([this.log.flushed(), patience])
    timer?.cancel()
  }

  // ─── the actors ───────────────────────────────────────────────────────────────────────────────────────────────────

  /** It starts: the messages that wait for it are the first in its mailbox. */
  enlist(cell: DurableCell): void {
    const { path } = cell
    this.#cells.set(path, cell)
    const waiting = this.#kept.waiting.get(path) ?? []
    this.#kept.waiting.delete(path)
    for (const sequence of waiting.sort((a, b) => a - b)) this.#deliver(cell, sequence)
    this.timers.started(path)
  }

  release(cell: DurableCell): void {
    const { path } = cell
    if (this.#cells.get(path) === cell) this.#cells.delete(path)
    // One whose state can't be read would fail again at once: its messages wait for a release that reads it.
    if (!this.#kept.waiting.has(path) || isA(cell.extra?.stopError, JournalError)) return
    // It still has its name now: it leaves its family after this.
    this.runtime.kernel.turns.soon(() => {
      if (this.#kept.waiting.has(path)) this.#entitiesAt(path)?.resume([path])
    })
  }

  /** A message that nobody handles now waits for the next actor under this path. */
  leave(path: string, sequence: number): void {
    const waiting = this.#kept.waiting.get(path)
    if (waiting === undefined) this.#kept.waiting.set(path, [sequence])
    else waiting.push(sequence)
  }

  #deliver(cell: DurableCell, sequence: number): void {
    const message = this.log.message(sequence)
    if (message === undefined) return
    try {
      const { clock } = this.runtime.kernel
      const stored = decodeEnvelope(
        message.bytes,
        clock,
        (path) => this.#cells.get(path)?.ref,
        (type, version, body) => migratedBody(cell.durable, type, version, body),
      )
      const name = stored.name ?? acceptedName(this.#kept.incarnation, stored.epoch, sequence)
      cell.receive(stored.envelope, sequence, name, stored.timer)
    } catch (error) {
      // A later release may read it: it stays where it is.
      this.leave(cell.path, sequence)
      recordUnread(this.runtime, cell, 'message', String(sequence), error)
    }
  }

  // ─── timers ───────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Sets or deletes a timer in a commit of its own. */
  setTimer(path: string, key: string, record: TimerRecord | undefined): void {
    this.log.commit({ put: [timerPut(path, key, record)] })
    this.timers.set(path, key, record)
  }

  /** Its message is appended and the timer deleted, or set to its next beat, in one commit. */
  #fire(timer: WaitingTimer): boolean {
    const { path, key, due, every, cron, type } = timer
    const cell = this.#running(path)
    if (cell === undefined) return false
    const { clock } = this.runtime.kernel
    const name = derivedName(timer.name, due)
    const fired = { key, dueAt: due }
    try {
      const version = versionOf(cell.durable, type)
      const { version: of = 1 } = timer
      // A migration may change what it gets.
      const given = of === version ? timer.body : ownCopy(timer.body)
      const body = migratedBody(cell.durable, type, of, given)
      const nextDue = nextBeat(timer, clock.now())
      const next =
        nextDue === undefined
          ? undefined
          : { due: nextDue, every, cron, type, version, body, name: timer.name }
      const envelope = new Envelope(type, body, cell.ref, undefined, 0)
      // Missed beats are skipped: at most one waits.
      const waits = (every !== undefined || cron !== undefined) && waitsFor(cell, key)
      const bytes = encodeEnvelope(envelope, this.#kept.epoch, clock, version, name, fired)
      const append = waits ? [] : [{ to: path, bytes }]
      const { first } = this.log.commit({ append, put: [timerPut(path, key, next)], ending: true })
      // Its handler may change what it gets: the next beat gets what was set.
      envelope.body = asWritten(body, bytes)
      if (!waits) cell.receive(envelope, first, name, fired)
      this.timers.set(path, key, next)
    } catch (error) {
      if (isA(error, JournalError) && error.code === 'journal-message')
        recordUnread(this.runtime, cell, 'timer', key, error)
      else cell.log('error', `the timer '${key}' can't fire: ${messageOfError(error)}`)
    }
    return true
  }

  // ─── messages ─────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The name of a message that is accepted now. */
  nameOf(sequence: number): string {
    return acceptedName(this.#kept.incarnation, this.#kept.epoch, sequence)
  }

  encode(to: DurableCell, envelope: Envelope, name?: string): Uint8Array {
    const version = versionOf(to.durable, envelope.type)
    return encodeEnvelope(envelope, this.#kept.epoch, this.runtime.kernel.clock, version, name)
  }

  /**
   * The bytes of a message for an actor in this journal; undefined for others.
   *
   * @throws ActorStoppedError, MailboxFullError, NotSerializableError: as if it were sent now.
   */
  outgoing(to: Recipient, envelope: Envelope, name: string): Uint8Array | undefined {
    if (!(to instanceof DurableCell) || to.keeper !== this) return undefined
    if (!to.open) throw to.gone(envelope)
    if (to.box().full(0)) throw to.full(envelope)
    const bytes = this.encode(to, envelope, name)
    // Its handler has not ended, and may change its own.
    envelope.body = asWritten(envelope.body, bytes)
    return bytes
  }

  /** The keys that the running actor of this path knows. */
  keysOf(path: string): KnownKeys | undefined {
    return this.#cells.get(path)?.keys
  }

  /** Into the mailbox of an actor in this journal: the message was committed. */
  hand({ to, envelope, name }: Outgoing, sequence: number): void {
    const cell = this.#running(to.path)
    if (cell !== undefined) cell.receive(envelope, sequence, name)
    else this.leave(to.path, sequence)
  }

  /** Calls `after` once `flushed` has settled, in the order of the commits. */
  whenDurable(flushed: Promise<void>, after: AfterFlush): void {
    if (this.#flush?.flushed === flushed) {
      this.#flush.after.push(after)
      return
    }
    const flush = { flushed, after: [after] }
    this.#flush = flush
    const run = (failure?: { readonly error: unknown }): void => {
      if (this.#flush === flush) this.#flush = undefined
      for (const each of flush.after) each(failure)
    }
    flushed.then(
      () => run(),
      (error: unknown) => run({ error }),
    )
  }
}

/** Whether a message of this timer waits for its turn. */
function waitsFor({ mailbox }: DurableCell, timer: string): boolean {
  for (const envelope of mailbox ?? []) if (letterOf(envelope)?.timer?.key === timer) return true
  return false
}
