import { aText, demand } from '../../kernel/demand.ts'
import { InvalidArgumentError } from '../../kernel/errors.ts'
import { onlyOptions } from '../../kernel/only-options.ts'
import type { Message } from '../../message/header.ts'
import { INPUT, type Plan } from '../plan/plan.ts'
import { branchHeads, isBackEdge, loopsOf } from '../plan/shape.ts'
import type { Layout } from '../run/layout.ts'
import type { Standing } from '../run/pause.ts'
import type { PipelineRun } from '../run/run.ts'
import { framesFor } from './replay-frames.ts'
import type { Trace } from './running-pipeline.ts'

/** Where a replay begins. */
export interface ReplayOptions {
  /** The step that runs first; everything before it is taken from the trace. */
  readonly from: string
  /** A new input for that step in place of the recorded one; for a merge: its parts by branch. */
  readonly input?: unknown
}

/** @throws InvalidArgumentError (`invalid-argument`) for what is no trace, or no replay of one */
export function checkReplay(pipeline: string, trace: Trace<unknown>, replay: ReplayOptions): void {
  onlyOptions(replay ?? null, `${pipeline}.replay`, ['from', 'input'], ['input'])
  aText(replay.from, `${pipeline}.replay.from`)
  demand(trace, 'trace', 'the trace of a run', (given) => Array.isArray(given.messages) && 'input' in given)
}

/**
 * Prepares `run` so that it begins at a step of an earlier run: joins after that step get the recorded parts of branches
 * that do not run again.
 *
 * @throws InvalidArgumentError (`invalid-argument`): no such step, or the trace never reached it.
 */
export function replayFrom(
  layout: Layout,
  run: PipelineRun,
  trace: Pick<Trace<unknown>, 'messages'>,
  options: ReplayOptions,
): readonly Standing[] {
  const { plan } = layout
  const { from } = options
  const node = plan.nodes.find(({ name }) => name === from)
  if (node === undefined) throw noStep(plan, from, 'the pipeline has no such step')
  const again = reachable(plan, from)
  const messages = trace.messages.filter(({ header }) => header !== undefined)
  const frames = framesFor(plan, from, run.input, messages)
  const at = frames.at(from)
  const frame = at === 'outside' ? undefined : at
  for (const merge of plan.nodes) {
    if (merge.kind !== 'merge' || !again.has(merge.name)) continue
    const around = frames.at(merge.name)
    // All of its parts arrive again.
    if (around === 'outside') continue
    const join = run.join(merge.name, around)
    const fan = branchHeads(plan, merge)
    join.input = bodyInto(messages, fan.heads)
    if (merge.name === from) continue
    for (const branch of merge.join.expected) {
      const part = again.has(branch) ? undefined : partOf(messages, branch, merge.name)
      if (part !== undefined) join.parts.set(branch, part.body)
      else if (!again.has(branch)) join.policy = without(join.policy ?? merge.join, branch)
    }
  }
  if (node.kind === 'merge') {
    const given = options.input as Readonly<Record<string, unknown>> | undefined
    const parts = node.join.expected.flatMap((branch): Standing[] => {
      const part = partOf(messages, branch, from)
      const body = given === undefined ? part?.body : Object.hasOwn(given, branch) ? given[branch] : undefined
      if (body === undefined) return []
      return [{ to: from, from: branch, weight: 1, body, signal: 'value', frame }]
    })
    if (parts.length === 0) throw noStep(plan, from, 'the trace has no part of it')
    run.join(from, frame).policy = {
      ...node.join,
      expected: parts.map((part) => part.from),
      quorum: Math.min(node.join.quorum, parts.length),
    }
    return parts
  }
  const recorded = messages.find(({ header }) => header.type === from)
  if (!('input' in options) && recorded === undefined) throw noStep(plan, from, 'the trace never reached it')
  const source = plan.edges.find(({ to }) => to === from)?.from ?? INPUT
  const body = 'input' in options ? options.input : recorded?.body
  return [{ to: from, from: source, weight: 1, body, signal: 'value', frame }]
}

function without<J extends { readonly expected: readonly string[]; readonly quorum: number }>(
  join: J,
  branch: string,
): J {
  const expected = join.expected.filter((one) => one !== branch)
  return { ...join, expected, quorum: Math.min(join.quorum, expected.length) }
}

/** `from` and every step that its value can reach, in the same turn of the loops around it. */
function reachable(plan: Plan, from: string): ReadonlySet<string> {
  const reached = new Set([from])
  const loops = loopsOf(plan)
  const edges = plan.edges.filter((edge) => !isBackEdge(loops, edge))
  for (let before = 0; before < reached.size; ) {
    before = reached.size
    for (const edge of edges) if (reached.has(edge.from)) reached.add(edge.to)
  }
  return reached
}

function bodyInto(messages: readonly Message[], heads: readonly string[]): unknown {
  return messages.find(({ header }) => heads.includes(header.type))?.body
}

/** The part from `branch` for `merge`; a message's source is the path of the step that sent it. */
function partOf(messages: readonly Message[], branch: string, merge: string): Message | undefined {
  return messages.find(
    ({ header }) => header.type === merge && header.source?.path.endsWith(`/${branch}`) === true,
  )
}

function noStep(plan: Plan, from: string, why: string): InvalidArgumentError {
  return new InvalidArgumentError(`the replay can't begin at '${from}': ${why}`, {
    path: 'from',
    value: from,
    remedy: `Use one of ${plan.nodes.map(({ name }) => name).join(', ')}, and a trace of a run that reached it`,
  })
}
