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

/** How soon idle entities make room while others wait in the journal for a place. */
const ROOM_MS = 20
/** A path is a key of the journal, of at most 65,535 bytes. */
const KEY_LENGTH_MAX = 4096
/** One entity that keeps failing must not end the others: only its own backoff bounds it. */
const SUPERVISION = { intensity: { restarts: 10_000, within: '1s', per: 'child' } } as const

interface Active {
  readonly cell: ActorCell
  /** Monotonic time of its last message. */
  usedAt: number
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
    if (known !== undefined) this.#active.delete(key)
    const cell = known === undefined || known.cell.lifecycle === 'stopped' ? this.#made(key) : known.cell
    this.#active.set(key, { cell, usedAt })
    this.#watchOver()
    return cell
  }

  /** Its state and load, without activating it. */
  known(key: string): ActorCell | undefined {
    return this.#active.get(key)?.cell
  }

  /** By path, as the journal names it. */
  awaken(path: string): ActorCell {
    return this.activate(decodeURIComponent(path.slice(this.path.length + 1)))
  }

  /** An earlier process has left something for these: they start as there is room. */
  resume(paths: Iterable<string>): void {
    for (const path of paths) this.#backlog.push(path)
    this.#fill()
    this.#watchOver()
  }

  stop(): void {
    this.#sweep?.cancel()
    this.#sweep = undefined
    this.#backlog = []
  }

  #made(key: string): ActorCell {
    const { runtime } = this.#pool
    if (!this.#pool.open) throw new SystemStoppedError(runtime.name, key)
    if (this.#active.size >= this.#durable.activeMax) this.#passivate(Number.POSITIVE_INFINITY, 1)
    const name = encodeURIComponent(key)
    const ref = runtime.spawn(this.#pool, this.#definition, { name }) as unknown as ActorHandle
    return ref['~cell']
  }

  #fill(): void {
    while (this.#backlog.length > 0 && this.#active.size < this.#durable.activeMax)
      this.awaken(this.#backlog.pop() as string)
  }

  /** Stops those that have nothing to do, and were last used at `before` or earlier; at most so many. */
  #passivate(before: number, most = Number.POSITIVE_INFINITY): void {
    let left = most
    for (const [key, { cell, usedAt }] of this.#active) {
      if (usedAt > before || left <= 0) return
      if (cell.load > 0 && cell.open) continue
      cell.stop(undefined)
      // Until it has stopped it keeps its name, and nothing else can be started under that.
      if (cell.lifecycle !== 'stopped') continue
      this.#active.delete(key)
      left -= 1
    }
  }

  /** One timer for all: it ends with the last active entity, and is short while there are too many. */
  #watchOver(): void {
    const { size } = this.#active
    const crowded = this.#backlog.length > 0 || size > this.#durable.activeMax
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
    const wanted = this.#active.size + this.#backlog.length - this.#durable.activeMax
    this.#passivate(Number.POSITIVE_INFINITY, Math.min(wanted, this.#active.size))
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
