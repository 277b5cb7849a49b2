import { crc32 } from 'node:zlib'
import { type ErrorLink, errorChain, isA } from '../../kernel/errors.ts'
import { decodeMessage, encodeMessage } from '../../message/codec.ts'
import type { Hop, Message } from '../../message/header.ts'
import type { Edge } from '../../routing/edge.ts'
import { CheckpointError } from '../errors.ts'
import type { Plan } from '../plan/plan.ts'
import type { MadeDecision } from '../run/decisions.ts'
import type { Frame } from '../run/frame.ts'
import { type JoinRecord, type OpenJoin, SOMEBODY } from '../run/open-join.ts'
import type { Standing } from '../run/pause.ts'
import type { PipelineRun } from '../run/run.ts'
import { EarlierError } from './run-record.ts'

const VERSION = 1

interface JoinState {
  readonly merge: string
  /** Its turn or sub-pipeline; 0 means none. */
  readonly frame: number
  readonly parts: readonly (readonly [string, unknown])[]
  readonly failed: readonly (readonly [string, readonly ErrorLink[]])[]
  readonly input: unknown
  readonly expected: readonly string[] | undefined
  readonly quorum: number | undefined
  readonly completed: boolean
  readonly record: JoinRecord | undefined
  readonly late: readonly string[]
}

/** Frames as a list; each refers to its outer frame by id. */
interface FrameState {
  readonly id: number
  readonly outer: number
  readonly node: string
  readonly turn: number
  readonly input: unknown
}

interface ParcelState extends Omit<Standing, 'error' | 'frame'> {
  readonly frame: number
  readonly errors: readonly ErrorLink[] | undefined
}

/** All data of one run. */
export interface CheckpointState {
  readonly version: number
  readonly pipeline: string
  /** Hash of names, kinds and arrows: they give the parcels' places their meaning. */
  readonly shape: number
  /** The id of the run in its process. */
  readonly run: number
  readonly input: unknown
  readonly orderKey: string | undefined
  readonly idempotencyKey: string | undefined
  readonly trace: string | undefined
  readonly edges: readonly Edge[]
  readonly parcels: readonly ParcelState[]
  readonly joins: readonly JoinState[]
  readonly frames: readonly FrameState[]
  readonly answers: readonly (readonly [string, readonly unknown[]])[]
  readonly decisions: readonly MadeDecision[]
  readonly remainingMs: number
  readonly hops: readonly Hop[]
}

/** A run whose parcels are these, as a frame. @throws NotSerializableError (`not-serializable`) naming the value that can't leave the process. */
export function encodeCheckpoint(
  plan: Plan,
  run: PipelineRun,
  parcels: readonly Standing[],
  now: number,
): Uint8Array {
  const remainingMs = run.deadline - now
  const state: Omit<CheckpointState, 'hops' | 'remainingMs'> = {
    version: VERSION,
    pipeline: plan.name,
    shape: shapeOf(plan),
    run: run.id,
    input: run.input,
    orderKey: run.orderKey,
    idempotencyKey: run.idempotencyKey,
    trace: run.trace,
    edges: plan.edges.map(({ from, to, weight }) => ({ from, to, weight })),
    parcels: parcels.map(({ error, frame, ...rest }) => ({
      ...rest,
      frame: frame?.id ?? 0,
      errors: error === undefined ? undefined : errorChain(error),
    })),
    joins: [...run.joins()].map(joinState),
    frames: framesOf(run, parcels),
    answers: [...(run.answers ?? [])],
    // An age, because the clocks of other processes have other origins.
    decisions: (run.decisions ?? []).map((one) => ({ ...one, at: now - one.at })),
  }
  const message: Message = {
    header: {
      id: run.id,
      kind: 'system',
      type: 'checkpoint',
      destination: plan.name,
      correlation: run.id,
      attempt: 1,
      ...(remainingMs === Number.POSITIVE_INFINITY ? {} : { budgetMs: remainingMs }),
      priority: 0,
      ...(run.orderKey === undefined ? {} : { orderKey: run.orderKey }),
    },
    body: state,
    trailer: { hops: run.hops },
  }
  return encodeMessage(message)
}

/**
 * @throws CheckpointError: `checkpoint-damaged` (its cause says where), `checkpoint-version`, `checkpoint-mismatch`.
 */
export function decodeCheckpoint(plan: Plan, bytes: Uint8Array): CheckpointState {
  const { header, body, trailer } = frameOf(bytes)
  const state = body as CheckpointState | null
  if (header.type !== 'checkpoint' || typeof state !== 'object' || state === null) {
    throw new CheckpointError('checkpoint-damaged', 'these bytes are a message, not a checkpoint', {
      path: 'bytes',
      value: header.type,
      remedy: 'Pass the result of running.checkpoint()',
    })
  }
  if (state.version !== VERSION) {
    throw new CheckpointError('checkpoint-version', `a checkpoint of version ${String(state.version)}`, {
      path: 'bytes.version',
      value: state.version,
      remedy: `Resume it with the release that made it; this one reads version ${VERSION}`,
    })
  }
  const name = state.pipeline === plan.name
  if (!name || state.shape !== shapeOf(plan)) {
    throw new CheckpointError(
      'checkpoint-mismatch',
      name
        ? `the pipeline '${plan.name}' has different steps or arrows now than at the checkpoint`
        : `a checkpoint of pipeline '${String(state.pipeline)}', not of '${plan.name}'`,
      {
        path: name ? 'bytes.shape' : 'bytes.pipeline',
        value: name ? state.shape : state.pipeline,
        remedy: 'Resume it on the pipeline that it was made from',
      },
    )
  }
  for (const part of ['edges', 'parcels', 'joins', 'frames', 'answers', 'decisions'] as const) {
    if (Array.isArray(state[part])) continue
    throw new CheckpointError('checkpoint-damaged', `the checkpoint has no ${part}`, {
      path: `bytes.${part}`,
      value: state[part],
      remedy: 'Pass the result of running.checkpoint()',
    })
  }
  return { ...state, remainingMs: header.budgetMs ?? Number.POSITIVE_INFINITY, hops: trailer.hops }
}

function frameOf(bytes: Uint8Array): Message {
  if (!isA(bytes, Uint8Array)) {
    throw new CheckpointError('checkpoint-damaged', 'a checkpoint is bytes', {
      path: 'bytes',
      value: typeof bytes,
      remedy: 'Pass the result of running.checkpoint()',
    })
  }
  try {
    return decodeMessage(bytes)
  } catch (cause) {
    throw new CheckpointError('checkpoint-damaged', 'the checkpoint is damaged', {
      path: 'bytes',
      remedy: 'Use another copy of it; nothing of this one was used',
      cause,
    })
  }
}

/** Puts the joins, answers and decisions of a checkpoint into a new run. */
export function restoreRun(
  run: PipelineRun,
  state: CheckpointState,
  nextId: () => number,
): readonly Standing[] {
  const frames = restoreFrames(state.frames, nextId)
  for (const saved of state.joins) restoreJoin(run, saved, frames.get(saved.frame))
  if (state.answers.length > 0) {
    run.answers = new Map(state.answers.map(([step, answers]) => [step, [...answers]]))
    run.asked = true
  }
  if (state.decisions.length > 0) {
    run.decisions = state.decisions.map((one) => ({
      ...one,
      at: run.startedAt - one.at,
      ended: [...one.ended],
    }))
  }
  run.hops.push(...state.hops)
  return state.parcels.map(({ errors, frame, ...rest }) => ({
    ...rest,
    frame: frames.get(frame),
    error: errors === undefined || errors === null ? undefined : new EarlierError(errors),
  }))
}

/** Ids belong to the process that made them. Here frames get new ones, so that later frames of the run can't clash. */
function restoreFrames(saved: readonly FrameState[], nextId: () => number): ReadonlyMap<number, Frame> {
  const frames = new Map<number, Frame>()
  // Outer frames come before inner ones.
  for (const { id, outer, node, turn, input } of saved)
    frames.set(id, { id: nextId(), outer: frames.get(outer), node, turn, input })
  return frames
}

function framesOf(run: PipelineRun, parcels: readonly Standing[]): FrameState[] {
  const frames = new Map<number, FrameState>()
  const add = (frame: Frame | undefined): void => {
    if (frame === undefined || frames.has(frame.id)) return
    add(frame.outer)
    const { id, outer, node, turn, input } = frame
    frames.set(id, { id, outer: outer?.id ?? 0, node, turn, input })
  }
  for (const { frame } of parcels) add(frame)
  for (const { frame } of run.joins()) add(frame)
  return [...frames.values()]
}

function restoreJoin(run: PipelineRun, saved: JoinState, frame: Frame | undefined): void {
  const join = run.join(saved.merge, frame)
  for (const [branch, part] of saved.parts) join.parts.set(branch, part)
  for (const [branch, errors] of saved.failed) join.failed.set(branch, new EarlierError(errors))
  join.input = saved.input
  join.late.push(...saved.late)
  if (saved.record !== undefined && saved.record !== null) join.record = { ...saved.record, late: join.late }
  const node = run.layout.plan.nodes.find(({ name }) => name === saved.merge)
  if (node?.kind === 'merge' && Array.isArray(saved.expected) && typeof saved.quorum === 'number')
    join.policy = { ...node.join, expected: saved.expected, quorum: saved.quorum }
  if (saved.completed) join.completedBy = SOMEBODY
}

function joinState(join: OpenJoin): JoinState {
  return {
    merge: join.merge,
    frame: join.frame?.id ?? 0,
    parts: [...join.parts],
    failed: [...join.failed].map(([branch, error]) => [branch, errorChain(error)] as const),
    input: join.input,
    expected: join.policy?.expected,
    quorum: join.policy?.quorum,
    completed: join.completedBy !== undefined,
    record: join.record,
    late: join.late,
  }
}

/** Hash of everything that gives a parcel's place its meaning: names, kinds, processors and arrows, without the weights. */
function shapeOf(plan: Plan): number {
  const nodes = plan.nodes.map((node) => [
    node.kind,
    node.name,
    node.kind === 'merge' ? node.join.expected : '',
    node.kind === 'processor' ? node.processor.name : '',
  ])
  const edges = plan.edges.map(({ from, to }) => [from, to])
  return crc32(JSON.stringify([nodes, edges, plan.exit]))
}
