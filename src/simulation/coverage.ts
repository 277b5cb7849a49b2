import { crc32 } from 'node:zlib'
import type { TraceEvent } from './recorder.ts'

/** How deep, and how many entries of a collection, a state is looked at. */
const DEPTH_MAX = 4
const ENTRIES_MAX = 8
/** Numbers up to here count as they are, larger ones by their magnitude. */
const EXACT_MAX = 16
/** Most features of one run. */
const FEATURES_MAX = 4096

/**
 * What a run has shown, as numbers that say the same of another run:
 *
 *   an event       this happens at this actor (digits left out: the amount of a fault is not another event)
 *   after another  it follows that event at the same actor, or anywhere
 *   an answer      the value with which an ask is answered
 *   a state        the actor has this state (large numbers by magnitude), and this event led there from that one
 *   at rest        the states of all actors when nothing can happen before the next timer
 *
 * Each counts with how often it came: once, twice, three times, up to 7, up to 15 … as in AFL.
 */
export class Coverage {
  readonly #counts = new Map<number, number>()
  readonly #texts = new Map<string, number>()
  /** By actor. */
  readonly #last = new Map<string, number>()
  readonly #states = new Map<string, number>()
  #before = 0
  #restless = false

  event(kind: TraceEvent['kind'], from: string, to: string, what: string): void {
    const id = this.#id(kind, from, to, what)
    this.#restless = true
    this.#count(id)
    this.#count(pair(this.#last.get(to) ?? 1, id))
    this.#count(pair(this.#before ^ 0x5bd1e995, id))
    this.#last.set(to, id)
    this.#before = id
  }

  state(actor: string, value: unknown): void {
    const now = pair(this.#text(actor), shapeOf(value))
    const before = this.#states.get(actor)
    if (before === now) return
    this.#states.set(actor, now)
    this.#count(now)
    if (before !== undefined) this.#count(pair(pair(before, now), this.#last.get(actor) ?? 0))
  }

  reply(from: string, what: string, value: unknown): void {
    this.#count(pair(pair(this.#text(from), this.#text(what)), shapeOf(value)))
  }

  /** Nothing can happen before the next timer. */
  rest(): void {
    if (!this.#restless) return
    this.#restless = false
    let all = 0x9e3779b9
    for (const state of this.#states.values()) all = pair(all, state)
    this.#count(all)
  }

  /** What the run has shown. */
  features(): number[] {
    return [...this.#counts].map(([feature, times]) => pair(feature, Math.min(8, 32 - Math.clz32(times))))
  }

  #id(kind: TraceEvent['kind'], from: string, to: string, what: string): number {
    return pair(pair(this.#text(kind), this.#text(from)), pair(this.#text(to), this.#text(what)))
  }

  #text(text: string): number {
    let id = this.#texts.get(text)
    if (id === undefined) {
      id = textOf(text)
      this.#texts.set(text, id)
    }
    return id
  }

  #count(feature: number): void {
    const times = this.#counts.get(feature)
    if (times !== undefined) this.#counts.set(feature, times + 1)
    else if (this.#counts.size < FEATURES_MAX) this.#counts.set(feature, 1)
  }
}

function pair(a: number, b: number): number {
  const mixed = Math.imul((a ^ (b >>> 15)) + 0x7f4a7c15, 0x85ebca6b) ^ Math.imul(b, 0xc2b2ae35)
  return (mixed ^ (mixed >>> 13)) | 0
}

/** Without the numbers of two digits and more: an id or an amount is not another event. */
function textOf(text: string): number {
  return crc32(text.slice(0, 200).replace(/\d{2,}(\.\d+)?/g, '#'))
}

/** A hash of how a value looks. Never throws. */
function shapeOf(value: unknown): number {
  try {
    return shape(value, 0)
  } catch {
    return 3
  }
}

function shape(value: unknown, depth: number): number {
  switch (typeof value) {
    case 'number':
      return numberOf(value)
    case 'string':
      return textOf(value)
    case 'boolean':
      return value ? 5 : 7
    case 'object':
      return value === null ? 11 : depth > DEPTH_MAX ? 13 : partsOf(value, depth + 1)
    default:
      return 17
  }
}

function numberOf(value: number): number {
  if (Number.isInteger(value) && Math.abs(value) <= EXACT_MAX) return 101 + value
  return Number.isFinite(value) ? 1009 + Math.sign(value) * Math.ceil(Math.log2(Math.abs(value))) : 19
}

function partsOf(value: object, depth: number): number {
  const { path } = value as { path?: unknown }
  if (typeof path === 'string' && '~cell' in value) return textOf(path)
  let hash = 23
  let seen = 0
  const add = (part: unknown): boolean => {
    hash = pair(hash, shape(part, depth))
    seen += 1
    return seen < ENTRIES_MAX
  }
  if (ArrayBuffer.isView(value)) return pair(29, numberOf(value.byteLength))
  if (Array.isArray(value) || value instanceof Set || value instanceof Map) {
    hash = pair(31, numberOf(Array.isArray(value) ? value.length : value.size))
    for (const part of value) if (!add(part)) break
    return hash
  }
  for (const [key, part] of Object.entries(value)) {
    hash = pair(hash, textOf(key))
    if (!add(part)) break
  }
  return hash
}
