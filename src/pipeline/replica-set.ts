import type { Hop, Message } from '../message/header.ts'
import type { Parcel, Stage } from '../ports/host.ts'

/**
 * Several instances of one stage behind one name:
 *
 *            ┌▶ reader#1 ─┐      with an order key: always the same instance, which keeps the order
 *   reader ──┼▶ reader#2 ─┼▶     without: the instance with the least to do
 *            └▶ reader#3 ─┘
 *
 * Source of the choice by key: Thaler, Ravishankar, "Using Name-Based Mappings to Increase Hit Rates", 1998 (highest random
 * weight): with one instance more, only the keys that move to it move.
 */
export class ReplicaSet implements Stage {
  readonly name: string
  readonly path: string
  readonly replicas: readonly Stage[]
  #next = 0

  /** @param replicas at least one */
  constructor(name: string, path: string, replicas: readonly Stage[]) {
    this.name = name
    this.path = path
    this.replicas = replicas
  }

  get load(): number {
    let load = 0
    for (const replica of this.replicas) load += replica.load
    return load
  }

  /** `running` while one of them runs. */
  get state(): string {
    return this.replicas.some(({ state }) => state === 'running') ? 'running' : this.#first.state
  }

  /** Of the instance that has gone through most. */
  get states(): readonly string[] {
    return this.replicas.reduce((most, one) => (one.states.length > most.states.length ? one : most)).states
  }

  send(parcel: Parcel): void {
    const { orderKey } = parcel
    const replica = orderKey === undefined ? this.#leastLoaded() : this.#ownerOf(orderKey)
    replica.send(parcel)
  }

  cancel(correlation: number): void {
    for (const replica of this.replicas) replica.cancel(correlation)
  }

  /** Crashes one instance, as a fault would: the one with the most to lose. */
  kill(reason: string): void {
    this.replicas.reduce((most, one) => (one.load > most.load ? one : most)).kill(reason)
  }

  describe(parcel: Parcel, hops: readonly Hop[]): Message {
    return this.#first.describe(parcel, hops)
  }

  get #first(): Stage {
    return this.replicas[0] as Stage
  }

  /** Begins to look one further each time, so that equals take turns. */
  #leastLoaded(): Stage {
    const { length } = this.replicas
    this.#next = (this.#next + 1) % length
    let least = this.replicas[this.#next] as Stage
    for (let i = 1; i < length && least.load > 0; i++) {
      const one = this.replicas[(this.#next + i) % length] as Stage
      if (one.load < least.load) least = one
    }
    return least
  }

  #ownerOf(key: string): Stage {
    let owner = this.#first
    let highest = -1
    for (const [i, replica] of this.replicas.entries()) {
      const weight = hash(key, i + 1)
      if (weight > highest) {
        highest = weight
        owner = replica
      }
    }
    return owner
  }
}

/** FNV-1a over the key, then mixed with the instance's number. */
function hash(key: string, salt: number): number {
  let h = 0x811c9dc5
  for (let i = 0; i < key.length; i++) h = Math.imul(h ^ key.charCodeAt(i), 0x01000193)
  h = Math.imul(h ^ Math.imul(salt, 0x9e3779b1), 0x85ebca6b)
  h ^= h >>> 13
  return Math.imul(h, 0xc2b2ae35) >>> 0
}
