import { GanglionError, say } from '../../kernel/errors.ts'
import { QuorumMissedError } from '../../merge/errors.ts'
import { decideJoin, type JoinVerdict, joinParts } from '../../merge/join.ts'
import type { Parcel, StageRun } from '../../ports/host.ts'
import { localName, type MergeNode } from '../plan/plan.ts'
import { disarm, type OpenJoin } from '../run/open-join.ts'
import type { PipelineRun, Tag } from '../run/run.ts'

/** The result of a merge's handler when the parcel was one part of several: nothing is forwarded yet. */
export const PART = Symbol('part')

/** A part that arrived after its join had emitted. Code `late-part`. */
export class LatePartError extends GanglionError {
  constructor(merge: string, branch: string) {
    super('late-part', say`the part of '${branch}' arrived after '${merge}' had merged`, {
      path: say`${merge}.${branch}`,
      remedy: 'Give the join a longer grace if this part should count',
    })
  }
}

export interface MergeWiring {
  readonly node: MergeNode
  /** Sends `time-up` to this merge after that many milliseconds. */
  wakeUp(tag: Tag, delayMs: number): OpenJoin['timer']
  /** Monotonic milliseconds. */
  now(): number
}

/**
 * Handles one parcel of a merge: stores the part, decides, and merges when the join is complete.
 * Storing is idempotent, so repeating an attempt after a crash changes nothing.
 */
export function mergeParcel(wiring: MergeWiring, parcel: Parcel, stageRun: StageRun): unknown {
  const tag = parcel.tag as Tag
  const { node } = wiring
  const { run } = tag
  const branch = run.layout.matrix.names[tag.from] as string
  const join = run.join(node.name, tag.frame)
  if (join.completedBy !== undefined && join.completedBy !== parcel) {
    if (tag.signal === 'value') {
      join.late.push(branch)
      stageRun.deadLetter('late', new LatePartError(node.name, branch))
    }
    return PART
  }
  file(join, branch, tag, parcel)
  const verdict = decideJoin(join, join.policy ?? node.join, tag.signal === 'time-up')
  if (verdict === 'merge' || verdict === 'fail') return complete(node, run, join, parcel, verdict)
  armJoin(wiring, join, tag, verdict)
  return PART
}

function file(join: OpenJoin, branch: string, tag: Tag, parcel: Parcel): void {
  if (tag.signal === 'value') join.parts.set(branch, parcel.body)
  else if (tag.signal === 'part-lost') join.failed.set(branch, tag.error)
}

/** Share of a run's remaining time that a grace may use once the quorum is there; the rest is for later steps. */
const GRACE_SHARE_MOST = 0.9

/**
 * The join's own deadline counts from its first part, the grace from its quorum; each once, and the earlier one decides.
 * A grace ends before the run's deadline, because an answer without one part is better than none.
 */
export function armJoin(wiring: MergeWiring, join: OpenJoin, tag: Tag, verdict: JoinVerdict): void {
  const { graceMs, deadlineMs } = wiring.node.join
  // A shadow's join may get parts after the answer, and nobody would cancel its timers.
  if (tag.run.settled) return
  const wakeUp = (ms: number): OpenJoin['timer'] =>
    wiring.wakeUp({ run: tag.run, from: tag.from, signal: 'time-up', frame: tag.frame }, ms)
  if (deadlineMs !== Number.POSITIVE_INFINITY) join.timer ??= wakeUp(deadlineMs)
  if (verdict !== 'grace' || join.graceTimer !== undefined) return
  const grace = Math.min(graceMs, (tag.run.deadline - wiring.now()) * GRACE_SHARE_MOST)
  if (grace !== Number.POSITIVE_INFINITY) join.graceTimer = wakeUp(Math.max(0, grace))
}

/** By merge: its defaults, by branch. */
const defaultsOf = new WeakMap<object, ReadonlyMap<string, unknown>>()

function defaultsAt({ defaults }: MergeNode): ReadonlyMap<string, unknown> | undefined {
  if (defaults === undefined) return undefined
  let known = defaultsOf.get(defaults)
  if (known === undefined) {
    known = new Map(Object.entries(defaults))
    defaultsOf.set(defaults, known)
  }
  return known
}

function complete(
  node: MergeNode,
  run: PipelineRun,
  join: OpenJoin,
  parcel: Parcel,
  verdict: JoinVerdict,
): unknown {
  const { shed } = join
  const sent = join.policy ?? node.join
  // What was left out under load is missing like any other part.
  const policy = shed === undefined ? sent : { ...sent, expected: [...sent.expected, ...shed] }
  join.completedBy = parcel
  disarm(join)
  const defaults = defaultsAt(node)
  const branches = node.join.expected
  // A default counts like the part it replaces.
  const seen = joinParts<Record<string, unknown>>(join, policy, run.layout.row(node), { defaults, branches })
  const { parts, weights, arrived, missing } = seen
  const failed = [...seen.failed.keys()]
  if (verdict === 'fail') {
    const [cause] = seen.failed.values()
    const { quorum } = policy
    throw new QuorumMissedError(node.name, { quorum, arrived: arrived.length, missing, failed, cause })
  }
  const defaulted = policy.expected.filter(
    (branch) => defaults?.has(branch) === true && !join.parts.has(branch),
  )
  const record = { merge: node.name, weights, arrived, failed, missing, defaulted, late: join.late }
  join.record = shed === undefined ? record : { ...record, shed }
  const own = <T>(named: Readonly<Record<string, T>>) => ownNames(node, named)
  const ownName = (name: string) => localName(node, name)
  return node.strategy(
    own(parts) as never,
    {
      input: join.input,
      weights: own(weights),
      missing: missing.map(ownName),
      failed: failed.map(ownName),
    } as never,
  )
}

/** In a sub-pipeline the strategy gets parts under their names there: `reader`, not `sub.reader`. */
function ownNames<T>(node: MergeNode, named: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  if (node.within === undefined) return named
  return Object.fromEntries(Object.entries(named).map(([name, value]) => [localName(node, name), value]))
}
