import { type ActorDefinition, defineActor } from '../behavior/define-actor.ts'
import type {
  ActorRef,
  AskOptions,
  MessagesOf,
  OfferOptions,
  Ref,
  TellOptions,
  Watchable,
} from '../behavior/ref.ts'
import { atOnce } from '../kernel/callbacks.ts'
import { aFunction, demand } from '../kernel/demand.ts'
import { InvalidArgumentError, text } from '../kernel/errors.ts'
import { hashText } from '../kernel/hash-text.ts'
import { oneOf } from '../kernel/one-of.ts'
import { onlyOptions } from '../kernel/only-options.ts'
import { wholeNumber } from '../kernel/whole-number.ts'
import type { Envelope } from '../mailbox/envelope.ts'
import { affinity, scatter as scattered } from '../routing/hash.ts'
import { lightest } from '../routing/lightest.ts'
import type { ActorCell } from './actor/actor-cell.ts'
import { type ActorHandle, rootCall } from './actor/actor-handle.ts'
import { address, ask, cycleTo, offer, undelivered } from './actor/ask.ts'
import { familyOf, spawn } from './actor/spawn.ts'
import { HANDLE, type Recipient, type Runtime } from './dispatch/runtime.ts'
import { ActorStoppedError, SystemStoppedError } from './errors.ts'
import { Gather, isAsked, scatter, scatterLater } from './gather.ts'

export type ReplicaChoice = 'round-robin' | 'least-loaded' | 'consistent-hash' | 'broadcast' | 'first'

/** How many replicas a router has, and which of them gets a message. */
export interface RouterOptions {
  readonly name?: string
  readonly replicas: number
  /**
   * `consistent-hash`: the same key goes to the same replica. `broadcast`: every replica gets a tell; the first reply answers
   * an ask. `first`: ask all, and use the first reply that is not an error. Default `round-robin`.
   */
  readonly route?: ReplicaChoice
  /** For `consistent-hash`. Default: the order key, else the JSON of the body. */
  readonly key?: (type: string, body: unknown) => string
}

/** Many replicas of one actor behind one handle. */
export interface RouterRef<H> extends Ref<MessagesOf<H>> {
  readonly replicas: readonly ActorRef<MessagesOf<H>>[]
  /** Grows at once; shrinks by letting the youngest replicas finish their messages. */
  resize(replicas: number): void
}

const REPLICAS_MAX = 65_536
const OPTIONS = ['name', 'replicas', 'route', 'key'] as const satisfies readonly (keyof RouterOptions)[]
const ROUTES: readonly ReplicaChoice[] = [
  'round-robin',
  'least-loaded',
  'consistent-hash',
  'broadcast',
  'first',
]

/** @throws InvalidArgumentError (`invalid-argument`), NameTakenError (`name-taken`) */
export function spawnRouter<H>(
  root: ActorCell,
  definition: ActorDefinition<H>,
  options: RouterOptions,
): RouterRef<H> {
  onlyOptions(options ?? null, 'router', OPTIONS)
  demand(definition, 'definition', 'an actor in memory', ({ kind, durable }) => kind === 'actor' && !durable)
  if (options.key !== undefined) aFunction(options.key, 'router.key')
  const route = oneOf(ROUTES, options.route ?? 'round-robin', 'route')
  wholeNumber(options.replicas, 'replicas', 1, REPLICAS_MAX)
  // The replicas' supervisor: each replica has its own restart window.
  const Pool = defineActor({
    name: `${definition.name}-router`,
    supervision: { ...definition.supervision, intensity: { per: 'child' } },
  })
  const pool = spawn(root, Pool, options.name === undefined ? {} : { name: options.name })
  const cell = (pool as unknown as ActorHandle)['~cell']
  familyOf(cell)
  const router = new Router(cell, definition as ActorDefinition<unknown>, route, options.key)
  router.resize(options.replicas)
  ROUTERS.set(cell, router)
  return router as unknown as RouterRef<H>
}

/** By the parent of its replicas: a lookup of that path means the router. */
const ROUTERS = new WeakMap<ActorCell, Router>()

export function routerOf(parent: ActorCell): Watchable | undefined {
  return ROUTERS.get(parent)
}

class Router implements Recipient {
  readonly [HANDLE] = true
  readonly runtime: Runtime
  readonly #pool: ActorCell
  readonly #definition: ActorDefinition<unknown>
  readonly #route: ReplicaChoice
  readonly #key: ((type: string, body: unknown) => string) | undefined
  /** Replicas that take messages; a leaving one finishes outside this list. */
  #cells: ActorCell[] = []
  #turn = 0
  /** By the asker's envelope: the replicas that work on it. */
  readonly #gathers = new WeakMap<Envelope, Gather>()

  constructor(
    pool: ActorCell,
    definition: ActorDefinition<unknown>,
    route: ReplicaChoice,
    key: ((type: string, body: unknown) => string) | undefined,
  ) {
    this.runtime = pool.runtime
    this.#pool = pool
    this.#definition = definition
    this.#route = route
    this.#key = key
  }

  get '~recipient'(): Recipient {
    return this
  }

  /** Watching or linking the router means watching or linking the parent of its replicas. */
  get '~cell'(): ActorCell {
    return this.#pool
  }

  get path(): string {
    return this.#pool.path
  }

  get state(): string {
    return this.#pool.lifecycle
  }

  get load(): number {
    return this.#living().reduce((load, cell) => load + cell.load, 0)
  }

  get replicas(): readonly ActorHandle[] {
    return this.#living().map((cell) => cell.ref)
  }

  get backpressure(): boolean {
    return this.#definition.mailbox.overflow === 'backpressure'
  }

  resize(replicas: number): void {
    wholeNumber(replicas, 'replicas', 1, REPLICAS_MAX)
    this.#living()
    while (this.#cells.length < replicas) {
      const ref = this.runtime.spawn(this.#pool, this.#definition)
      this.#cells.push((ref as unknown as ActorHandle)['~cell'])
    }
    for (const cell of this.#cells.splice(replicas)) cell.retire()
  }

  tell(type: string, body?: unknown, options?: TellOptions): void {
    const envelope = this.#envelope(type, body)
    if (options !== undefined) address(this.runtime, envelope, options)
    if (!this.trySend(envelope)) throw this.full(envelope)
  }

  async ask(type: string, body?: unknown, options?: AskOptions): Promise<unknown> {
    const envelope = this.#envelope(type, body)
    return ask(this, envelope, options, undefined)
  }

  async offer(type: string, body?: unknown, options?: OfferOptions): Promise<void> {
    return offer(this, this.#envelope(type, body), options)
  }

  stop(): Promise<void> {
    return this.#pool.ref.stop()
  }

  #envelope(type: string, body: unknown): Envelope {
    const envelope = rootCall(this.runtime, type, body)
    if (!this.runtime.accepting) throw new SystemStoppedError(this.runtime.name, undelivered(envelope))
    return envelope
  }

  // ─── as recipient ─────────────────────────────────────────────────────────────────────────────────────────────────

  trySend(envelope: Envelope): boolean {
    if (this.#scatters) return scatter(this.#free(envelope), envelope, this.#gather(envelope))
    const picked = this.#pick(envelope)
    const cycle = cycleTo(picked, envelope.replyTo?.chain, envelope.type)
    if (cycle === undefined && picked.trySend(envelope)) return true
    // A key belongs to its replica; otherwise any replica with room will do.
    const others = this.#route === 'consistent-hash' ? [] : this.#free(envelope)
    if (others.some((cell) => cell !== picked && cell.trySend(envelope))) return true
    if (cycle !== undefined) throw cycle
    return false
  }

  full(envelope: Envelope): Error {
    return this.#pick(envelope).full(envelope)
  }

  wait(envelope: Envelope, admitted: () => void, refused: (error: unknown) => void): void {
    if (!this.#scatters) this.#pick(envelope).wait(envelope, admitted, refused)
    else scatterLater(this.#free(envelope), envelope, this.#gather(envelope), admitted, refused)
  }

  refuse(envelope: Envelope, error: unknown): void {
    this.#pool.refuse(envelope, error)
  }

  cancel(envelope: Envelope, reason: unknown): void {
    const gather = this.#gathers.get(envelope)
    if (gather !== undefined) gather.cancel(reason)
    else for (const cell of this.#living()) cell.cancel(envelope, reason)
  }

  waitsIn(envelope: object): boolean {
    return this.#living().every((cell) => cell.waitsIn(envelope))
  }

  get #scatters(): boolean {
    return this.#route === 'broadcast' || this.#route === 'first'
  }

  /** The first reply settles an ask, or the last error. */
  #gather(envelope: Envelope): Gather | undefined {
    if (envelope.replyTo === undefined || !isAsked(envelope)) return undefined
    const gather = new Gather(envelope.replyTo, this.#free(envelope).length, this.#route === 'first')
    this.#gathers.set(envelope, gather)
    return gather
  }

  /** The replicas that could answer: not one whose handler waits for this very ask. */
  #free(envelope: Envelope): readonly ActorCell[] {
    const cells = this.#living()
    if (cells.length === 0) throw this.#gone(envelope)
    const chain = envelope.replyTo?.chain
    if (chain === undefined) return cells
    const free = cells.filter((cell) => cycleTo(cell, chain, envelope.type) === undefined)
    const [first] = free.length === 0 ? cells : []
    if (first !== undefined) throw cycleTo(first, chain, envelope.type)
    return free
  }

  #pick(envelope: Envelope): ActorCell {
    const cells = this.#living()
    const [first] = cells
    if (first === undefined) throw this.#gone(envelope)
    switch (this.#route) {
      case 'least-loaded':
        return lightest(cells, loadOf) ?? first
      case 'consistent-hash':
        return this.#hashed(cells, first, envelope)
      default:
        this.#turn = (this.#turn + 1) % cells.length
        return cells[this.#turn] ?? first
    }
  }

  /** A replica that comes or goes moves only its own keys. */
  #hashed(cells: readonly ActorCell[], first: ActorCell, envelope: Envelope): ActorCell {
    const key = hashText(this.#keyOf(envelope))
    let best = first
    let most = -1
    for (const cell of cells) {
      const score = affinity(key, scattered(cell.id))
      if (score > most) {
        most = score
        best = cell
      }
    }
    return best
  }

  #keyOf(envelope: Envelope): string {
    const { type, body, extra } = envelope
    try {
      return String(
        atOnce(this.path, this.#key?.(type, body)) ?? extra?.orderKey ?? JSON.stringify(body) ?? '',
      )
    } catch (cause) {
      throw new InvalidArgumentError(`the router '${this.path}' finds no key for '${text(type)}'`, {
        path: `${this.path}.key`,
        value: undelivered(envelope),
        remedy: 'Pass key(type, body) that returns a string for every message; the error holds the message',
        cause,
      })
    }
  }

  #living(): ActorCell[] {
    if (this.#cells.some((cell) => !cell.open)) this.#cells = this.#cells.filter((cell) => cell.open)
    return this.#cells
  }

  #gone(envelope: Envelope): ActorStoppedError {
    return new ActorStoppedError(this.path, undelivered(envelope), this.#pool.extra?.stopError)
  }
}

const loadOf = (cell: ActorCell): number => cell.load
