import type { ActorDefinition } from '../../behavior/define-actor.ts'
import { demand } from '../../kernel/demand.ts'
import { UnknownActorError } from '../errors.ts'
import type { ActorCell } from './actor-cell.ts'

/**
 * The actor at a path below `root`, or at one as `ref.path` and `system.paths()` give it, which begins with the root; with a
 * definition, one of it.
 *
 * @throws UnknownActorError (`unknown-actor`), InvalidArgumentError (`invalid-argument`)
 */
export function cellAt(
  root: ActorCell,
  path: string,
  definition: ActorDefinition<unknown> | undefined,
): ActorCell {
  demand(path, 'path', 'the path of an actor', (given) => typeof given === 'string')
  if (definition !== undefined)
    demand(definition, 'definition', 'an actor', ({ name }) => typeof name === 'string')
  const whole = `${root.name}/`
  const cell =
    below(root, path) ?? (path.startsWith(whole) ? below(root, path.slice(whole.length)) : undefined)
  if (cell === undefined) throw new UnknownActorError(path, `no actor '${path}' runs in '${root.name}'`)
  const { name } = cell.definition
  if (definition === undefined || name === definition.name) return cell
  throw new UnknownActorError(path, `the actor '${path}' is a '${name}', not a '${definition.name}'`)
}

function below(root: ActorCell, path: string): ActorCell | undefined {
  let cell: ActorCell | undefined = root
  for (const name of path.split('/')) cell = cell?.family?.named(name)
  return cell
}
