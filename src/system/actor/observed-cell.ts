import type { ActorDefinition } from '../../behavior/define-actor.ts'
import type { SupervisionPolicy } from '../../behavior/supervision-policy.ts'
import type { Envelope } from '../../mailbox/envelope.ts'
import type { Observed } from '../dispatch/instruments.ts'
import type { ActorCell } from './actor-cell.ts'

/** The same object each time: a simulation uses it as the key for what the actor has done. */
export function observed(cell: ActorCell): Observed {
  const extra = cell.extras()
  extra.observed ??= new ObservedCell(cell)
  return extra.observed
}

class ObservedCell implements Observed {
  readonly #cell: ActorCell

  constructor(cell: ActorCell) {
    this.#cell = cell
  }

  get path(): string {
    return this.#cell.path
  }

  get definition(): ActorDefinition<unknown> {
    return this.#cell.definition
  }

  get parent(): Observed | undefined {
    const { parent } = this.#cell
    return parent === undefined ? undefined : observed(parent)
  }

  get policy(): SupervisionPolicy | undefined {
    return this.#cell.family?.policy
  }

  get load(): number {
    return this.#cell.load
  }

  get waiting(): number {
    return this.#cell.mailbox?.size ?? 0
  }

  get tookBack(): boolean {
    const { extra } = this.#cell
    return extra?.stash !== undefined || extra?.lastFailed !== undefined
  }

  setAside(envelope: Envelope): boolean {
    return this.#cell.extra?.stash?.includes(envelope) === true
  }

  resting(envelope: Envelope): boolean {
    const retrying = this.#cell.extra?.retrying?.values() ?? []
    return [...retrying].some(({ parked }) => parked.includes(envelope))
  }

  kill(reason: string): void {
    this.#cell.kill(reason)
  }
}
