import { type ActorDefinition, defineActor } from '../../behavior/define-actor.ts'
import type { Durable } from '../../behavior/durable-options.ts'
import type { AskOptions, OfferOptions, TellOptions } from '../../behavior/ref.ts'
import { InvalidArgumentError, text } from '../../kernel/errors.ts'
import type { Timer } from '../../kernel/kernel.ts'
import { isWellFormed } from '../../kernel/well-formed.ts'
import type { ActorCell } from '../../system/actor/actor-cell.ts'
import type { ActorHandle } from '../../system/actor/actor-handle.ts'
import { HANDLE, type Recipient, type Runtime } from '../../system/dispatch/runtime.ts'
import { SystemStoppedError } from '../../system/errors.ts'
import type { DurableCell } from './durable-cell.ts'

/** How soon idle entities make room while others wait in the journal for a place. */
const ROOM_MS = 20
/** A path is a key of the journal, of at most 65,535 bytes. */
const KEY_LENGTH_MAX = 4096
/** One entity that keeps failing must not end the others: only its own backoff bounds it. */
const SUPERVISION = { intensity: { restarts: 10_000, within: '1s', per: 'child' } } as const

interface Active {
  readonly cell: DurableCell
  /** Monotonic time of its last message. */
  usedAt: number
  /** Of its state, as they were counted. */
  bytes: number
}

/** The entities of one definition: those in memory, by key, and those that wait in the journal for a place. */
export class Entities {
  readonly path: string
  readonly #runtime: Runtime
  readonly #definition: ActorDefinition<unknown>
  readonly #durable: Durable
  readonly #pool: ActorCell
  /** Least recently used first. */
  readonly #active = new Map<string, Active>()
  /** Of the states in memory. */
  #bytes = 0
  /** Keys of entities that have messages or timers from an earlier process. */
  #backlog: string[] = []
  #sweep: Timer | undefined
  #soon = false

  constructor(root: ActorCell, definition: ActorDefinition<unknown>) {
    this.#runtime = root.runtime
    this.#definition = definition
    this.#durable = definition.durable as Durable
    const name = `entities:${definition.name}`
    const Pool = defineActor({ name, supervision: SUPERVISION })
    const pool = this.#runtime.spawn(root, Pool, { name }) as unknown as ActorHandle
    this.#pool = pool['~cell']
    this.path = pool.path
  }

  get definition(): ActorDefinition<unknown> {
    return this.#definition
  }

  /** The cell of this key: activated, if it is passive. @throws SystemStoppedError (`system-stopped`) */
  activate(key: string): ActorCell {
    const known = this.#active.get(key)
    const usedAt = this.#runtime.kernel.clock.monotonic()
    if (known !== undefined && known.cell.lifecycle !== 'stopped') {
      this.#active.delete(key)
      this.#active.set(key, known)
      known.usedAt = usedAt
    } else {
      this.#forget(key)
      const cell = this.#made(key)
      const active = { cell, usedAt, bytes: 0 }
      this.#active.set(key, active)
      cell.resized = () => this.#count(active)
      this.#count(active)
    }
    this.#watchOver()
    return (this.#active.get(key) as Active).cell
  }

  /** Its state and load, without activating it. */
  known(key: string): DurableCell | undefined {
    return this.#active.get(key)?.cell
  }

  /** By path, as the journal names it. */
  awaken(path: string): void {
    const key = this.#keyOf(path)
    if (key !== undefined) this.activate(key)
  }

  /** Undefined for a path that no key has. */
  #keyOf(path: string): string | undefined {
    const name = path.slice(this.path.length + 1)
    try {
      const key = decodeURIComponent(name)
      return encodeURIComponent(key) === name ? key : undefined
    } catch {
      return undefined
    }
  }

  /** An earlier process has left something for these: they start as there is room. */
  resume(paths: Iterable<string>): void {
    for (const path of paths) if (this.#keyOf(path) !== undefined) this.#backlog.push(path)
    this.#fill()
    this.#watchOver()
  }

  stop(): void {
    this.#sweep?.cancel()
    this.#sweep = undefined
    this.#backlog = []
  }

  #count(active: Active): void {
    const { bytes } = active.cell.saved
    this.#bytes += bytes - active.bytes
    active.bytes = bytes
    if (this.#isCrowded) this.#watchOver()
  }

  #forget(key: string): void {
    const active = this.#active.get(key)
    if (active === undefined) return
    this.#active.delete(key)
    active.cell.resized = undefined
    this.#bytes -= active.bytes
  }

  /** Whether more is in memory than should be. */
  get #isCrowded(): boolean {
    return this.#active.size > this.#durable.activeMax || this.#bytes > this.#durable.stateBytesMax
  }

  /** Whether another one may be activated. */
  get #hasRoom(): boolean {
    return this.#active.size < this.#durable.activeMax && !this.#isCrowded
  }

  #made(key: string): DurableCell {
    const { runtime } = this.#pool
    if (!this.#pool.open) throw new SystemStoppedError(runtime.name, key)
    if (!this.#hasRoom) this.#passivate(Number.POSITIVE_INFINITY, () => this.#hasRoom)
    const name = encodeURIComponent(key)
    const ref = runtime.spawn(this.#pool, this.#definition, { name }) as unknown as ActorHandle
    return ref['~cell'] as DurableCell
  }

  #fill(): void {
    while (this.#backlog.length > 0 && this.#hasRoom) this.awaken(this.#backlog.pop() as string)
  }

  /** Stops those that have nothing to do, and were last used at `before` or earlier, until it is enough. */
  #passivate(before: number, enough?: () => boolean): void {
    for (const [key, { cell, usedAt }] of this.#active) {
      if (usedAt > before || enough?.() === true) return
      if (cell.load > 0 && cell.open) continue
      cell.stop(undefined)
      // Until it has stopped it keeps its name, and nothing else can be started under that.
      if (cell.lifecycle !== 'stopped') continue
      this.#forget(key)
    }
  }

  /** One timer for all: it ends with the last active entity, and is short while there are too many. */
  #watchOver(): void {
    const { size } = this.#active
    const crowded = this.#backlog.length > 0 || this.#isCrowded
    if (this.#sweep !== undefined && (this.#soon || !crowded)) return
    this.#sweep?.cancel()
    this.#sweep = undefined
    if (size === 0 && !crowded) return
    this.#soon = crowded
    const ms = crowded ? ROOM_MS : Math.max(1, this.#durable.idleMs / 2)
    this.#sweep = this.#runtime.kernel.timers.after(ms, () => this.#sweepNow(), undefined)
  }

  #sweepNow(): void {
    this.#sweep = undefined
    const now = this.#runtime.kernel.clock.monotonic()
    this.#passivate(now - this.#durable.idleMs)
    const { activeMax } = this.#durable
    this.#passivate(
      Number.POSITIVE_INFINITY,
      () => !this.#isCrowded && this.#active.size + this.#backlog.length <= activeMax,
    )
    this.#fill()
    this.#watchOver()
  }
}

/** The ref of an entity: every use of it activates the entity. */
export class EntityHandle {
  readonly [HANDLE] = true
  readonly key: string
  readonly #entities: Entities

  /** @throws InvalidArgumentError (`invalid-argument`) */
  constructor(entities: Entities, key: string) {
    if (typeof key !== 'string' || key === '' || key.length > KEY_LENGTH_MAX || !isWellFormed(key)) {
      throw new InvalidArgumentError(`not the key of an entity: ${text(key)}`, {
        path: 'key',
        value: key,
        remedy: `Use a string of 1 to ${KEY_LENGTH_MAX} characters, such as 'user:42'`,
      })
    }
    this.key = key
    this.#entities = entities
  }

  get '~recipient'(): Recipient {
    return this['~cell']
  }

  get '~cell'(): ActorCell {
    return this.#entities.activate(this.key)
  }

  get path(): string {
    return `${this.#entities.path}/${encodeURIComponent(this.key)}`
  }

  get state(): string {
    return this.#entities.known(this.key)?.lifecycle ?? 'stopped'
  }

  get load(): number {
    return this.#entities.known(this.key)?.load ?? 0
  }

  tell(type: string, body?: unknown, options?: TellOptions): void {
    this['~cell'].ref.tell(type, body, options)
  }

  async ask(type: string, body?: unknown, options?: AskOptions): Promise<unknown> {
    return this['~cell'].ref.ask(type, body, options)
  }

  async offer(type: string, body?: unknown, options?: OfferOptions): Promise<void> {
    return this['~cell'].ref.offer(type, body, options)
  }

  /** Passivates it. */
  async stop(): Promise<void> {
    await this.#entities.known(this.key)?.ref.stop()
  }

  toString(): string {
    return this.path
  }
}
