import type { ActorCell } from './actor-cell.ts'

/**
 * Messages of an actor that have not ended. The load also counts handlers: one that has answered still runs though its
 * message has ended, and one that has set its message aside already has it in the stash.
 */
function inFlightOf(cell: ActorCell): number {
  let { load } = cell
  if (cell.extra !== undefined)
    for (const { context, envelope } of cell.extra.handlings) if (context.isDoneWith(envelope)) load -= 1
  const { envelope } = cell.runtime.dispatcher.cursor
  if (cell.handling && envelope !== undefined && cell.context?.isDoneWith(envelope) === true) load -= 1
  return load
}

/** Of this actor and all its descendants, without recursion: trees may be deep. */
export function inFlightBelow(root: ActorCell): number {
  let load = 0
  for (const left = [root]; left.length > 0; ) {
    const cell = left.pop() as ActorCell
    load += inFlightOf(cell)
    for (let child = cell.family?.oldest; child !== undefined; child = child.younger) left.push(child)
  }
  return load
}
