import type { Watchable } from '../../behavior/ref.ts'
import type { SupervisionPolicy } from '../../behavior/supervision-policy.ts'
import { InvalidArgumentError, text } from '../../kernel/errors.ts'
import type { Timer } from '../../kernel/kernel.ts'
import { NameTakenError } from '../errors.ts'
import type { ActorCell } from './actor-cell.ts'
import { looked } from './actor-handle.ts'

/**
 * An actor's children, in start order:
 *
 *     oldest ⇄ … ⇄ youngest      a doubly linked list through the cells themselves: 100 k children cost no more than that
 */
export class Family {
  readonly policy: SupervisionPolicy
  oldest: ActorCell | undefined = undefined
  youngest: ActorCell | undefined = undefined
  size = 0
  /** Times of restarts that still count, monotonic milliseconds. */
  window: readonly number[] = []
  /** Pending restarts in their backoff. */
  #restarts: Set<Timer> | undefined = undefined
  #named: Map<string, ActorCell> | undefined = undefined
  #stopping = false

  constructor(policy: SupervisionPolicy) {
    this.policy = policy
  }

  /** @throws NameTakenError */
  add(child: ActorCell): void {
    if (child.givenName !== undefined) {
      this.#named ??= new Map()
      if (this.#named.has(child.givenName)) throw new NameTakenError(child.path)
      this.#named.set(child.givenName, child)
    }
    child.older = this.youngest
    if (this.youngest === undefined) this.oldest = child
    else this.youngest.younger = child
    this.youngest = child
    this.size += 1
  }

  remove(child: ActorCell): void {
    if (child.givenName !== undefined) this.#named?.delete(child.givenName)
    const { older, younger } = child
    if (older === undefined) this.oldest = younger
    else older.younger = younger
    if (younger === undefined) this.youngest = older
    else younger.older = older
    child.older = undefined
    child.younger = undefined
    this.size -= 1
    if (this.size > 0 || this.#restarts === undefined) return
    for (const timer of this.#restarts) timer.cancel()
    this.#restarts = undefined
  }

  /** `arm` sets a timer that restarts children; it ends with the last child. */
  restartLater(arm: (done: () => void) => Timer): void {
    this.#restarts ??= new Set()
    const timer: Timer = arm(() => this.#restarts?.delete(timer))
    this.#restarts.add(timer)
  }

  named(name: string): ActorCell | undefined {
    return this.#named?.get(name) ?? this.all().find((child) => child.name === name)
  }

  /** In start order. */
  all(): ActorCell[] {
    const children: ActorCell[] = []
    for (let child = this.oldest; child !== undefined; child = child.younger) children.push(child)
    return children
  }

  /** Ends all at once, youngest first. */
  terminateAll(error: unknown): void {
    // A copy of the list: a child that stops may stop its siblings and so change the links.
    for (const child of this.all().reverse()) child.terminate(error)
  }

  /** Stops the children in turn, youngest first, each after the previous one has ended. True once none is left. */
  stopYoungestFirst(): boolean {
    // A child that ends at once re-enters here through its parent; the outer loop continues with the next.
    if (this.#stopping) return false
    this.#stopping = true
    try {
      for (let child = this.youngest; child !== undefined; child = this.youngest) {
        child.stop(undefined)
        if (this.youngest === child) return false
      }
    } finally {
      this.#stopping = false
    }
    return true
  }
}

/** @throws InvalidArgumentError (`invalid-argument`) if it is not a child of `parent`. */
export function stopChild(parent: ActorCell, child: Watchable): void {
  const cell = looked(child, '~cell')
  if (cell?.parent !== parent) {
    throw new InvalidArgumentError(`'${cell?.path ?? text(child)}' is not a child of '${parent.path}'`, {
      path: 'child',
      value: cell?.path ?? child,
      remedy: 'Stop it through its own ref, or ask its parent',
    })
  }
  cell.stop(undefined)
}
