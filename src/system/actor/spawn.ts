import type { SpawnOptions } from '../../behavior/context.ts'
import type { ActorDefinition } from '../../behavior/define-actor.ts'
import type { ActorRef } from '../../behavior/ref.ts'
import {
  RESTART_MODES,
  type SupervisionPolicy,
  supervisionPolicy,
} from '../../behavior/supervision-policy.ts'
import { demand, flag, shown } from '../../kernel/demand.ts'
import { InvalidArgumentError } from '../../kernel/errors.ts'
import { given } from '../../kernel/given.ts'
import { oneOf } from '../../kernel/one-of.ts'
import { type Known, onlyKnown } from '../../kernel/only-options.ts'
import type { SupervisionOptions } from '../../ports/supervision.ts'
import { ActorStoppedError } from '../errors.ts'
import { ActorCell } from './actor-cell.ts'
import { typed } from './actor-handle.ts'
import { type Durability, NoJournalError } from './durability.ts'
import { Family } from './family.ts'

const OPTIONS: Known = { name: true, restart: true, significant: true } satisfies Record<
  keyof SpawnOptions,
  true
>
const NO_OPTIONS: SpawnOptions = {}

const isActor = (given: ActorDefinition<unknown>): boolean => given.kind === 'actor'

// One policy for all actors with the same options.
const policies = new WeakMap<SupervisionOptions, SupervisionPolicy>()

export function familyOf(parent: ActorCell): Family {
  if (parent.family === undefined) {
    const options = parent.definition.supervision
    let policy = policies.get(options)
    if (policy === undefined) {
      policy = supervisionPolicy(options, `${parent.definition.name}.supervision`)
      policies.set(options, policy)
    }
    parent.family = new Family(policy)
  }
  return parent.family
}

/**
 * Starts a child under `parent`.
 *
 * @throws NameTakenError (`name-taken`), InvalidArgumentError (`invalid-argument`), ActorStoppedError (`actor-stopped`),
 * NoJournalError (`no-journal`)
 */
export function spawn<H>(
  parent: ActorCell,
  definition: ActorDefinition<H>,
  options?: SpawnOptions,
  durability?: Durability,
): ActorRef<H> {
  demand(definition, 'definition', 'a definition from defineActor, fromMachine or defineProcessor', isActor)
  const chosen = options === undefined ? NO_OPTIONS : checked(options)
  if (!parent.open) throw new ActorStoppedError(parent.path, undefined)
  const cell = cellOf(parent, definition as ActorDefinition<unknown>, chosen.name, durability)
  if (chosen !== NO_OPTIONS) mark(cell, chosen)
  familyOf(parent).add(cell)
  cell.begin()
  return typed<H>(cell.ref)
}

/** What was given, read once. @throws InvalidArgumentError */
function checked(options: SpawnOptions): SpawnOptions {
  onlyKnown(options, 'spawn', OPTIONS)
  const { name, restart, significant } = options
  if (name !== undefined) checkName(name)
  if (restart !== undefined) oneOf(RESTART_MODES, restart, 'spawn.restart')
  flag(significant, 'spawn.significant')
  return given({ name, restart, significant })
}

function mark(cell: ActorCell, { restart, significant }: SpawnOptions): void {
  if (restart !== undefined) cell.extras().mode = restart
  if (significant !== undefined) cell.extras().significant = significant
}

/** A durable actor is known by its path, so its name is never a generated one. */
function cellOf(
  parent: ActorCell,
  definition: ActorDefinition<unknown>,
  name: string | undefined,
  durability: Durability | undefined,
): ActorCell {
  if (definition.durable === undefined) return new ActorCell(parent.runtime, definition, parent, name)
  if (durability === undefined) throw new NoJournalError(definition.name)
  return durability.cell(definition, parent, name ?? checkName(definition.name))
}

/** @throws InvalidArgumentError */
export function checkName(name: string): string {
  if (typeof name !== 'string' || name.trim() === '' || /[/#]/.test(name)) {
    throw new InvalidArgumentError(`${shown(name)} is not a valid actor name`, {
      path: 'name',
      value: name,
      remedy: "Use a non-empty string without '/' and '#', or omit the name: the system then generates one",
    })
  }
  return name
}
