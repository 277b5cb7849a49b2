import type { Message } from '../../message/header.ts'
import type { Plan } from '../plan/plan.ts'
import { loopsAround } from '../plan/shape.ts'
import type { Frame } from '../run/frame.ts'

/** A loop or a sub-pipeline, with the steps whose messages carry its frame. */
interface Region {
  readonly node: string
  readonly kind: 'loop' | 'pipeline'
  readonly members: ReadonlySet<string>
}

/** The frames in which a replay begins. */
export interface ReplayFrames {
  /** The frame of a step. @returns `outside` for a loop or sub-pipeline in which the replay does not begin */
  at(step: string): Frame | undefined | 'outside'
}

/**
 * A step within a loop is replayed as in the loop's first turn, one within a sub-pipeline with the sub-pipeline's input:
 *
 *     run ◀── sub-pipeline ◀── loop, turn 1 ◀── from
 */
export function framesFor(
  plan: Plan,
  from: string,
  runInput: unknown,
  messages: readonly Message[],
): ReplayFrames {
  // Outer frames hold everything that inner ones do, and more.
  const regions = regionsOf(plan).sort((a, b) => b.members.size - a.members.size)
  const frames = new Map<Region, Frame>()
  let outer: Frame | undefined
  for (const region of regions) {
    if (!region.members.has(from)) continue
    const { node, kind } = region
    const input =
      kind === 'loop' ? (outer === undefined ? runInput : outer.input) : inputOf(plan, node, messages)
    // Frames of the run itself have positive ids.
    outer = { id: -1 - frames.size, outer, node, turn: kind === 'loop' ? 1 : 0, input }
    frames.set(region, outer)
  }
  return {
    at: (step) => {
      const around = regions.filter(({ members }) => members.has(step))
      const innermost = around.at(-1)
      return innermost === undefined ? undefined : (frames.get(innermost) ?? 'outside')
    },
  }
}

function regionsOf(plan: Plan): Region[] {
  const loops = new Map<string, Set<string>>()
  for (const [step, around] of loopsAround(plan)) {
    for (const { name } of around) loops.set(name, (loops.get(name) ?? new Set()).add(step))
  }
  const pipelines = plan.nodes.flatMap((enter): Region[] => {
    const { within } = enter
    if (enter.kind !== 'enter' || within === undefined) return []
    const inside = plan.nodes.filter(
      (node) => node !== enter && (node.within === within || node.within?.startsWith(`${within}.`) === true),
    )
    return [{ node: enter.name, kind: 'pipeline', members: new Set(inside.map(({ name }) => name)) }]
  })
  return [...[...loops].map(([node, members]) => ({ node, kind: 'loop' as const, members })), ...pipelines]
}

/** What the sub-pipeline's schema passed to its first steps. */
function inputOf(plan: Plan, enter: string, messages: readonly Message[]): unknown {
  const first = plan.edges.flatMap(({ from, to }) => (from === enter ? [to] : []))
  return messages.find(({ header }) => first.includes(header.type))?.body
}
