import { crc32 } from 'node:zlib'
import type { Envelope, ReplyTo } from '../mailbox/envelope.ts'
import type { RuntimeEvent } from '../ports/events.ts'
import { ActorCell } from '../system/actor/actor-cell.ts'
import type { ActorHandle } from '../system/actor/actor-handle.ts'
import { observed } from '../system/actor/observed-cell.ts'
import { routerOf } from '../system/router.ts'
import { ENTRY, type Footprint, footprintOf, TIMER, WHEEL } from './footprint.ts'
import { OUTSIDE } from './names.ts'

/** An ask whose answer will touch its askers. */
interface OpenAsk {
  readonly asker: ReplyTo
  answered: boolean
}

/**
 * Sees what each step of one run touches. What it does not follow (spawns, stops, failures, faults, pipelines, models, stores, full
 * mailboxes, routers) touches everything: that costs runs, and never an order that differs.
 */
export class Watcher {
  #step: Footprint | undefined
  /** The place of the step. */
  #at = -1
  #mayTouchAnything = false
  readonly #names = new Map<object, string>()
  readonly #paths = new Map<string, number>()
  /** What an actor has handled, and its states, in their order: the same in orders that differ in nothing. */
  readonly shown = new Map<string, number>()
  /** The place of the step that sent a message. */
  readonly #sent = new WeakMap<Envelope, number>()
  /** How many messages an actor has taken since nothing was ready. */
  readonly #taken = new Map<string, number>()
  #isWheel = false
  #asks: OpenAsk[] = []

  /** A name that is the same in every run with the same steps before; a path may be taken again by another system. */
  nameOf(one: { readonly path: string }): string {
    const key = one instanceof ActorCell ? observed(one) : one
    let name = this.#names.get(key)
    if (name === undefined) {
      const { path } = one
      const times = (this.#paths.get(path) ?? 0) + 1
      this.#paths.set(path, times)
      name = times === 1 ? path : `${path} (${times})`
      this.#names.set(key, name)
    }
    return name
  }

  /** A step begins: one message of an actor. */
  begin(worker: { readonly path: string }, at: number): void {
    const step = footprintOf(this.nameOf(worker))
    this.#step = step
    this.#at = at
    step.cause = Number.NaN
    if (this.#mayTouchAnything || !(worker instanceof ActorCell)) step.everything = true
    else {
      const { definition, extra } = worker
      // What waits in its system lane, or for room in its mailbox, goes on in this step.
      const waits = (extra?.signals?.size ?? 0) > 0 || (extra?.waiters?.size ?? 0) > 0
      if (waits || definition.reentrant || definition.durable !== undefined) step.everything = true
    }
  }

  /** The step is over; undefined where none has begun since the last. */
  end(): Footprint | undefined {
    const step = this.#step
    this.#step = undefined
    const open: OpenAsk[] = []
    for (const ask of this.#asks) {
      if (!ask.asker.settled) open.push(ask)
      // Cancelled, so that its recipient does not handle it, or is told to stop.
      else if (!ask.answered && step !== undefined) step.everything = true
    }
    this.#asks = open
    if (step === undefined) return undefined
    // It has handled nothing that was seen.
    if (Number.isNaN(step.cause)) {
      step.cause = -1
      step.everything = true
    }
    return step
  }

  touch(what: string): void {
    this.#step?.touched.add(what)
  }

  /** The kernel's timer is set. */
  timer(due: number): void {
    if (this.#isWheel) this.#isWheel = false
    else this.#mark(due, TIMER)
  }

  /** A system's wheel gets an entry, or is about to set its timer of the kernel. */
  wheel(due: number, what: 'entry' | 'wheel'): void {
    this.#isWheel = what === 'wheel'
    this.#mark(due, what === 'entry' ? ENTRY : WHEEL)
  }

  #mark(due: number, what: number): void {
    const timers = this.#step?.timers
    const ms = Math.floor(due)
    timers?.set(ms, (timers.get(ms) ?? 0) | what)
  }

  /** Nothing is ready: a later step never comes before an earlier one. */
  rests(): void {
    this.#taken.clear()
  }

  /** This step does something that is not followed. */
  everything(): void {
    if (this.#step !== undefined) this.#step.everything = true
  }

  /** From now on every step may. */
  always(): void {
    this.#mayTouchAnything = true
    this.everything()
  }

  /** A handler begins. */
  handles(actor: { readonly path: string }, envelope: Envelope): void {
    const step = this.#step
    const name = this.nameOf(actor)
    this.#show(name, [envelope.type, envelope.body])
    if (step === undefined) return
    if (name === step.worker && Number.isNaN(step.cause)) {
      step.cause = this.#sent.get(envelope) ?? -1
      this.#taken.set(name, (this.#taken.get(name) ?? 0) + 1)
    } else step.everything = true
  }

  /** A handler has ended, now or after the step in which it began. */
  ended(actor: { readonly path: string }, failed: boolean, state: unknown): void {
    const name = this.nameOf(actor)
    this.#show(name, state)
    if (failed) this.everything()
    else this.touch(name)
  }

  #show(name: string, value: unknown): void {
    this.shown.set(name, crc32(plainText(value), this.shown.get(name)))
  }

  event({ type }: RuntimeEvent): void {
    if (type === 'log') this.touch('the log')
    else this.everything()
  }

  /** A message is sent. Returns what its answer will touch. */
  sends(receiver: object, envelope: Envelope): readonly string[] {
    const sender = (envelope.sender as ActorHandle | undefined)?.['~cell']
    const from = sender === undefined ? OUTSIDE : this.nameOf(sender)
    const step = this.#step
    if (step === undefined) return [from]
    this.#sent.set(envelope, this.#at)
    step.touched.add(from)
    if (receiver instanceof ActorCell) this.#sendsTo(receiver, envelope, step)
    else step.everything = true
    // An ask that does not name its handler (a ref's own) goes on in one of the actors that this step has touched.
    return sender === undefined ? [...step.touched].filter((one) => !one.startsWith(END)) : [from]
  }

  #sendsTo(receiver: ActorCell, envelope: Envelope, step: Footprint): void {
    const name = this.nameOf(receiver)
    step.touched.add(`${END}${name}`)
    const { parent, definition } = receiver
    const isRouted = parent !== undefined && routerOf(parent) !== undefined
    const mailbox = receiver.box()
    if (isRouted || definition.reentrant || mailbox.full(0)) step.everything = true
    // At the end of its mailbox it commutes with what the actor takes from the front; elsewhere, or without room, it does not.
    const waiting = mailbox.size + mailbox.held + (this.#taken.get(name) ?? 0)
    if (envelope.extra !== undefined || definition.sizeOf !== undefined || waiting >= mailbox.capacity)
      step.touched.add(name)
    // An actor that waits in this chain of calls takes the message at once, or when its handler has ended.
    for (let link = envelope.replyTo?.chain; link !== undefined; link = link.before)
      if (link.party === receiver) step.touched.add(name)
  }

  /** An ask is on its way; returns what to call with its answer. */
  asks(asker: ReplyTo, askers: readonly string[]): () => void {
    const ask = { asker, answered: false }
    this.#asks.push(ask)
    return () => {
      ask.answered = true
      for (const one of askers) this.touch(one)
    }
  }
}

/** A body or a state as text, without what can't be told apart by its text. Never throws. */
function plainText(value: unknown): string {
  try {
    return JSON.stringify(value, plain) ?? ''
  } catch {
    return '?'
  }
}

function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`
  if (value instanceof Map || value instanceof Set) return [...value]
  if (typeof value !== 'object' || value === null || !('~cell' in value)) return value
  return (value as { path?: unknown }).path
}

/** Before the name of an actor: the end of its mailbox. */
const END = '→ '
