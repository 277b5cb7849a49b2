import { atOnce } from '../../kernel/callbacks.ts'
import { messageOfError, text } from '../../kernel/errors.ts'
import { checkSchema, isLate } from '../../message/schema.ts'
import type { Parcel, StageRun } from '../../ports/host.ts'
import { LoopBoundError, NoSuchBranchError } from '../errors.ts'
import type { BranchNode, EnterNode, LeaveNode, LoopNode, MapNode, TapNode } from '../plan/plan.ts'
import { Detour, type Frame } from '../run/frame.ts'
import type { Tag } from '../run/run.ts'

type ControlNode = MapNode | TapNode | BranchNode | LoopNode | EnterNode | LeaveNode

/** Runs a node other than a processor or merge for one parcel. All of them are pure, so repeating one after a crash is safe. */
export function passThrough(
  node: ControlNode,
  parcel: Parcel,
  stageRun: StageRun,
  nextId: () => number,
): unknown {
  const tag = parcel.tag as Tag
  const input = inputOf(tag, tag.frame)
  switch (node.kind) {
    case 'map':
      return node.run(parcel.body as never, { input: input as never })
    case 'tap':
      return observe(node, parcel.body, input, stageRun)
    case 'branch':
      return choose(node, parcel.body, tag, stageRun)
    case 'loop':
      return turn(node, parcel.body, tag, stageRun, nextId)
    case 'enter':
      return enter(node, parcel.body, tag, nextId())
    case 'leave':
      return node.closes === 'pipeline' ? new Detour(parcel.body, tag.frame?.outer, undefined) : parcel.body
  }
}

/** A sub-pipeline's functions see its own input, as if it ran alone. */
function inputOf(tag: Tag, frame: Frame | undefined): unknown {
  return frame === undefined ? tag.run.input : frame.input
}

/** The observer gets a copy, so that it can't change the value; its errors are reported as an event. */
async function observe(node: TapNode, value: unknown, input: unknown, stageRun: StageRun): Promise<unknown> {
  try {
    await node.run(structuredClone(value) as never, { input: input as never })
  } catch (error) {
    stageRun.log('warn', `tap '${node.name}' failed: ${messageOfError(error)}`)
  }
  return value
}

function choose(node: BranchNode, value: unknown, tag: Tag, stageRun: StageRun): unknown {
  const choice = atOnce(node.name, node.select(value as never, { input: inputOf(tag, tag.frame) as never }))
  const named = text(choice)
  const key = Object.hasOwn(node.routes, named) ? named : 'otherwise'
  const to = Object.hasOwn(node.routes, key) ? node.routes[key] : undefined
  if (to !== undefined) return new Detour(value, tag.frame, to)
  // The same value leads to the same choice, so another attempt would not help.
  stageRun.deadLetter('failed', new NoSuchBranchError(node.name, choice, Object.keys(node.routes)))
  return undefined
}

function turn(node: LoopNode, value: unknown, tag: Tag, stageRun: StageRun, nextId: () => number): unknown {
  const own = tag.frame?.node === node.name ? tag.frame : undefined
  const outer = own === undefined ? tag.frame : own.outer
  const input = inputOf(tag, outer)
  const turns = own?.turn ?? 0
  const holds = (): boolean =>
    atOnce(node.name, node.condition(value as never, { input: input as never, turn: turns }))
  if (node.test === 'while' ? !holds() : turns > 0 && holds()) return new Detour(value, outer, node.end)
  if (turns < node.max) {
    return new Detour(value, { id: nextId(), outer, node: node.name, turn: turns + 1, input }, node.body)
  }
  if (node.onMax === 'value') return new Detour(value, outer, node.end)
  stageRun.deadLetter('failed', new LoopBoundError(node.name, node.max, value))
  return undefined
}

function enter(node: EnterNode, value: unknown, tag: Tag, id: number): unknown {
  const open = (input: unknown): Detour =>
    new Detour(input, { id, outer: tag.frame, node: node.name, turn: 0, input }, undefined)
  const checked = checkSchema(node.input, value, node.name)
  return isLate(checked) ? checked.then(open) : open(checked)
}
