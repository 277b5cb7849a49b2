import type { ActorDefinition } from '../../behavior/define-actor.ts'
import { demand } from '../../kernel/demand.ts'
import { UnknownActorError } from '../errors.ts'
import type { ActorCell } from './actor-cell.ts'

/** The actor at a path below `root`; with a definition, one of it. @throws UnknownActorError (`unknown-actor`) */
export function cellAt(
  root: ActorCell,
  path: string,
  definition: ActorDefinition<unknown> | undefined,
): ActorCell {
  let cell: ActorCell | undefined = root
  demand(path, 'path', 'the path of an actor', (given) => typeof given === 'string')
  for (const name of path.split('/')) cell = cell?.family?.named(name)
  if (cell === undefined) throw new UnknownActorError(path, `no actor '${path}' runs in '${root.name}'`)
  const { name } = cell.definition
  if (definition === undefined || name === definition.name) return cell
  throw new UnknownActorError(path, `the actor '${path}' is a '${name}', not a '${definition.name}'`)
}
