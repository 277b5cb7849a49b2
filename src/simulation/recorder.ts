import { isA, messageOfError } from '../kernel/errors.ts'
import { ownLineHere } from '../kernel/own-frames.ts'
import type { Coverage } from './coverage.ts'
import { SimulatedFaultError } from './errors.ts'
import { shortened, shownBody } from './shown-body.ts'

/** One event of the story. `at` is in virtual milliseconds. */
export interface TraceEvent {
  readonly step: number
  readonly at: number
  readonly kind:
    | 'send'
    | 'handle'
    | 'reply'
    | 'fault'
    | 'dead-letter'
    | 'restart'
    | 'model'
    | 'effect'
    | 'store'
    | 'deliver'
    | 'ack'
    | 'error'
    | 'state'
    | 'order'
    | 'note'
    | 'time'
  readonly from: string
  readonly to: string
  /** The message type, the fault's kind, or the text of a note. */
  readonly what: string
  /** The message's body as text, shortened and with what `redact` names left out. */
  readonly body?: string
  /** The line of your own code that did it, `file:line:column`. */
  readonly place?: string
}

/** The state of an actor in a run's story: before its first handler, and at the end. */
export interface StateChange {
  readonly actor: string
  readonly before: string
  readonly after: string
}

/** Most characters of an error's text in a story. */
const TEXT_MAX = 160

/** Most steps whose hashes fit in a token. */
const MARKS_MAX = 512

/**
 * The events of a run, as a hash that is the same for the same run on every machine, and as a list for the story.
 *
 * The hash is two multiplicative lanes of 32 bits over small integers; names count by the order of their first use.
 */
export class Recorder {
  step = 0
  messages = 0
  /** What began last: the handler of this type at this path, or the processor at it. */
  lastPath: string | undefined
  lastType: string | undefined
  readonly events: TraceEvent[] | undefined
  /** Hears of events in a search over all orders. */
  heard: ((kind: TraceEvent['kind']) => void) | undefined
  /** Where what the run shows is counted, if anywhere. */
  readonly coverage: Coverage | undefined
  readonly #now: () => number
  readonly #names = new Map<string, number>()
  #first = 0x811c9dc5
  #second = 0x9e3779b9
  #marks = new Uint8Array(MARKS_MAX)
  #stride = 1

  readonly #states = new Map<string, { before: string; after: string }>()
  readonly #show: (value: unknown) => string

  /** `redact`: the keys whose values no story shows, or true for all bodies and states. */
  constructor(
    now: () => number,
    record: boolean,
    redact: readonly string[] | boolean = false,
    coverage?: Coverage,
  ) {
    this.#now = now
    this.coverage = coverage
    this.events = record ? [] : undefined
    this.#show = (value) => shownBody(value, redact)
  }

  /** Whether there will be a story. */
  get records(): boolean {
    return this.events !== undefined
  }

  /** Adds to the hash. */
  mix(value: number): void {
    this.#first = Math.imul(this.#first ^ value, 0x01000193)
    this.#second = Math.imul((this.#second + value) | 0, 0x85ebca6b) ^ (this.#second >>> 13)
  }

  name(name: string): number {
    let id = this.#names.get(name)
    if (id === undefined) {
      id = this.#names.size + 1
      this.#names.set(name, id)
      for (let i = 0; i < name.length; i++) this.mix(name.charCodeAt(i))
    }
    return id
  }

  /** The step is over: its hash becomes a mark. Beyond the limit, every second mark is dropped. */
  mark(): void {
    const { step } = this
    if (step % this.#stride !== 0) return
    if (step / this.#stride >= MARKS_MAX) {
      this.#stride *= 2
      const kept = new Uint8Array(MARKS_MAX)
      for (let i = 0; i < MARKS_MAX / 2; i++) kept[i] = this.#marks[2 * i] as number
      this.#marks = kept
      if (step % this.#stride !== 0) return
    }
    this.#marks[step / this.#stride] = this.#first & 0xff
  }

  add(kind: TraceEvent['kind'], from: string, to: string, what: string): void {
    this.heard?.(kind)
    this.coverage?.event(kind, from, to, what)
    this.events?.push({ step: this.step, at: this.#now(), kind, from, to, what })
  }

  /** A message with its body, and the author's line that sends it. */
  sent(from: string, to: string, what: string, body: unknown): void {
    if (this.events === undefined) return
    const event = { step: this.step, at: this.#now(), kind: 'send' as const, from, to, what }
    this.events.push({ ...event, ...bodyOf(this.#show(body)), ...placeHere() })
  }

  /** A handler or an attempt begins. */
  handles(name: string, type: string, body: unknown): void {
    this.coverage?.event('handle', name, name, type)
    if (this.events === undefined) return
    const event = { step: this.step, at: this.#now(), kind: 'handle' as const, from: name, to: name }
    this.events.push({ ...event, what: type, ...bodyOf(this.#show(body)) })
  }

  /** An answer with its value, if it has one. */
  replied(from: string, to: string, what: string, value: unknown): void {
    if (value === undefined) return
    this.coverage?.reply(from, what, value)
    if (this.events === undefined) return
    const event = { step: this.step, at: this.#now(), kind: 'reply' as const, from, to, what }
    this.events.push({ ...event, ...bodyOf(this.#show(value)) })
  }

  /** The author's line that calls is part of the story. */
  addHere(kind: TraceEvent['kind'], what: string): void {
    this.coverage?.event(kind, '', '', what)
    this.events?.push({ step: this.step, at: this.#now(), kind, from: '', to: '', what, ...placeHere() })
  }

  /** The end of a run that fails, with the author's line. */
  ended(what: string, place: string | undefined): void {
    const event = { step: this.step, at: this.#now(), kind: 'note' as const, from: '', to: '', what }
    this.events?.push(place === undefined ? event : { ...event, place })
  }

  /** A handler or an attempt failed by itself. */
  failed(name: string, type: string, error: unknown): void {
    this.coverage?.event('error', name, name, type)
    if (this.events === undefined || isA(error, SimulatedFaultError)) return
    this.add('error', name, name, `${type}: ${shortened(messageOfError(error), TEXT_MAX)}`)
  }

  /** An actor's state, before or after a handler. */
  state(actor: string, value: unknown): void {
    if (value !== undefined) this.coverage?.state(actor, value)
    if (this.events === undefined || value === undefined) return
    const text = this.#show(value)
    const known = this.#states.get(actor)
    if (known === undefined) this.#states.set(actor, { before: text, after: text })
    else if (known.after !== text) {
      this.events.push({
        step: this.step,
        at: this.#now(),
        kind: 'state',
        from: actor,
        to: actor,
        what: text,
      })
      known.after = text
    }
  }

  get states(): readonly StateChange[] {
    return [...this.#states].map(([actor, change]) => ({ actor, ...change }))
  }

  /** A fault has struck: it enters the hash and the story. */
  struck(kind: string, from: string, to: string, what: string): void {
    this.mix(this.name(kind))
    this.add('fault', from, to, what)
  }

  /** 16 hexadecimal digits. */
  get hash(): string {
    const hex = (lane: number) => (lane >>> 0).toString(16).padStart(8, '0')
    return hex(this.#first) + hex(this.#second)
  }

  /** One byte of hash for every `stride` steps. */
  get marks(): Marks {
    return { stride: this.#stride, bytes: this.#marks.slice(0, Math.floor(this.step / this.#stride) + 1) }
  }
}

/** One byte of the hash after every `stride`th step. */
export interface Marks {
  readonly stride: number
  readonly bytes: Uint8Array
}

/** The first step at which two runs differ, as far as both have marks; undefined if none does. */
export function firstDifference(a: Marks, b: Marks): number | undefined {
  const stride = Math.max(a.stride, b.stride)
  const steps = Math.min((a.bytes.length - 1) * a.stride, (b.bytes.length - 1) * b.stride)
  for (let step = 0; step <= steps; step += stride) {
    if (a.bytes[step / a.stride] !== b.bytes[step / b.stride]) return step
  }
  return undefined
}

function bodyOf(body: string): { body?: string } {
  return body === '' ? {} : { body }
}

function placeHere(): { place?: string } {
  const place = ownLineHere()
  return place === undefined ? {} : { place }
}
