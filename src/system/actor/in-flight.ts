import type { Envelope } from '../../mailbox/envelope.ts'
import type { ActorCell } from './actor-cell.ts'
import type { ActorContext } from './actor-context.ts'

/** The context of the handler on the stack. */
export function onStack(cell: ActorCell): ActorContext | undefined {
  return cell.handling ? (cell.runtime.dispatcher.cursor.context as ActorContext | undefined) : undefined
}

/** The context in which a handler works on this message, on the stack or asynchronously. */
export function inWork(cell: ActorCell, envelope: object): ActorContext | undefined {
  const current = onStack(cell)
  if (current?.message === envelope) return current
  if (cell.underway > 0 && cell.extra !== undefined)
    for (const handling of cell.extra.handlings) if (handling.envelope === envelope) return handling.context
  return undefined
}

/** Messages waiting, set aside, between attempts and in flight. */
export function loadOf({ mailbox, extra, underway, handling }: ActorCell): number {
  const waiting = mailbox === undefined ? 0 : mailbox.size
  return waiting + (extra === undefined ? 0 : extra.held) + underway + (handling ? 1 : 0)
}

/**
 * Messages of an actor that have not ended. The load also counts handlers: one that has answered still runs though its
 * message has ended, and one that has set its message aside already has it in the stash.
 */
function inFlightOf(cell: ActorCell): number {
  let { load } = cell
  if (cell.extra !== undefined) for (const { context } of cell.extra.handlings) if (context.done) load -= 1
  if (onStack(cell)?.done === true) load -= 1
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

/** Paths of all descendants, parents before children, without recursion. */
export function pathsBelow(root: ActorCell): string[] {
  const paths: string[] = []
  const left = root.family?.all().reverse() ?? []
  for (let cell = left.pop(); cell !== undefined; cell = left.pop()) {
    paths.push(cell.path)
    for (const child of cell.family?.all().reverse() ?? []) left.push(child)
  }
  return paths
}

/** All actors of one definition. */
export interface ActorKind {
  /** The definition's name. */
  readonly kind: string
  readonly actors: number
  /** Their messages that have not ended. */
  readonly messages: number
  /** Of the one that has the most. */
  readonly most: number
}

/** All descendants by the name of their definition, without recursion. */
export function kindsBelow(root: ActorCell): ActorKind[] {
  const kinds = new Map<string, { -readonly [K in keyof ActorKind]: ActorKind[K] }>()
  const left = root.family?.all() ?? []
  for (let cell = left.pop(); cell !== undefined; cell = left.pop()) {
    const { name } = cell.definition
    const kind = kinds.get(name) ?? { kind: name, actors: 0, messages: 0, most: 0 }
    kinds.set(name, kind)
    const { load } = cell
    kind.actors += 1
    kind.messages += load
    kind.most = Math.max(kind.most, load)
    for (let child = cell.family?.oldest; child !== undefined; child = child.younger) left.push(child)
  }
  return [...kinds.values()]
}

/** Whether a handler of this reentrant actor waits for the ask: then no room for it would ever come free. */
export function comesBack(cell: ActorCell, envelope: Envelope): boolean {
  if (!cell.definition.reentrant || cell.underway === 0) return false
  let link = envelope.replyTo?.chain
  while (link !== undefined && link.party !== cell) link = link.before
  return link !== undefined
}
