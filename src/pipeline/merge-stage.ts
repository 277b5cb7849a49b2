import { GanglionError } from '../kernel/errors.ts'
import { QuorumMissedError } from '../merge/errors.ts'
import { decideJoin, type JoinVerdict } from '../merge/join.ts'
import { renormalize } from '../merge/strategy.ts'
import type { Parcel, StageRun } from '../ports/host.ts'
import { localName, type MergeNode } from './plan.ts'
import { disarm, type OpenJoin, type PipelineRun, type Tag } from './run.ts'

/** What a merge's handler gives back when the parcel was one part of several: nothing goes on yet. */
export const PART = Symbol('part')

/** A part that came after its join had emitted. Code `late-part`. */
export class LatePartError extends GanglionError {
  constructor(merge: string, branch: string) {
    super('late-part', `the part of '${branch}' came after '${merge}' had merged`, {
      path: `${merge}.${branch}`,
      remedy: 'Give the join a longer grace if this part should count',
    })
  }
}

export interface MergeWiring {
  readonly node: MergeNode
  /** Sends `time-up` to this merge after so many milliseconds. */
  wakeUp(tag: Tag, delayMs: number): OpenJoin['timer']
}

/**
 * Handles one parcel of a merge: files the part, decides, and merges when the join is complete.
 * Filing is idempotent, so an attempt that is repeated after a crash changes nothing.
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

/** The join's own deadline runs from its first part, the grace from its quorum; each once, and the first of them counts. */
export function armJoin(wiring: MergeWiring, join: OpenJoin, tag: Tag, verdict: JoinVerdict): void {
  const { graceMs, deadlineMs } = wiring.node.join
  // A shadow's join may get parts after the answer: nobody would cancel its timers.
  if (tag.run.settled) return
  const wakeUp = (ms: number): OpenJoin['timer'] =>
    wiring.wakeUp({ run: tag.run, from: tag.from, signal: 'time-up', frame: tag.frame }, ms)
  if (deadlineMs !== Number.POSITIVE_INFINITY) join.timer ??= wakeUp(deadlineMs)
  if (verdict === 'grace' && graceMs !== Number.POSITIVE_INFINITY) join.graceTimer ??= wakeUp(graceMs)
}

const NO_DEFAULTS: ReadonlyMap<string, unknown> = new Map()
const NOBODY: readonly string[] = Object.freeze([])
const PLAIN = { configurable: true, enumerable: true, writable: true } as const

/** By row of A: its shares when every branch has come, which is the rule. */
const wholeShares = new WeakMap<object, Readonly<Record<string, number>>>()

function sharesOf(
  row: Readonly<Record<string, number>>,
  arrived: readonly string[],
  defaulted: readonly string[],
): Readonly<Record<string, number>> {
  const count = arrived.length + defaulted.length
  const known = wholeShares.get(row)
  if (known !== undefined && count === Object.keys(known).length) return known
  const shares = renormalize(row, defaulted.length === 0 ? arrived : [...arrived, ...defaulted])
  // Every run shares it.
  if (count === Object.keys(row).length) wholeShares.set(row, Object.freeze(shares))
  return shares
}

function complete(
  node: MergeNode,
  run: PipelineRun,
  join: OpenJoin,
  parcel: Parcel,
  verdict: JoinVerdict,
): unknown {
  const { expected, quorum } = join.policy ?? node.join
  join.completedBy = parcel
  disarm(join)
  const { parts: came, failed: lost } = join
  const whole = came.size === expected.length
  const arrived = whole ? expected : expected.filter((branch) => came.has(branch))
  const failed = lost.size === 0 ? NOBODY : [...lost.keys()]
  const missing = whole ? NOBODY : expected.filter((branch) => !came.has(branch) && !lost.has(branch))
  if (verdict === 'fail') {
    const [cause] = lost.values()
    throw new QuorumMissedError(node.name, { quorum, arrived: arrived.length, missing, failed, cause })
  }
  const given = node.defaults === undefined ? NO_DEFAULTS : new Map(Object.entries(node.defaults))
  const defaulted =
    given.size === 0 ? NOBODY : expected.filter((branch) => !came.has(branch) && given.has(branch))
  // A default counts as its part would have: it is what the author wants in its place.
  const weights = sharesOf(run.layout.row(node), arrived, defaulted)
  join.record = { merge: node.name, weights, arrived, failed, missing, defaulted, late: join.late }
  const parts: Record<string, unknown> = {}
  for (const branch of node.join.expected) {
    const part = defaulted.includes(branch) ? given.get(branch) : came.get(branch)
    // An assignment to this one name would set the prototype.
    if (branch === '__proto__') Object.defineProperty(parts, branch, { ...PLAIN, value: part })
    else parts[branch] = part
  }
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

/** In a sub-pipeline the strategy knows its parts by the names they have there: `reader`, not `sub.reader`. */
function ownNames<T>(node: MergeNode, named: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  if (node.within === undefined) return named
  return Object.fromEntries(Object.entries(named).map(([name, value]) => [localName(node, name), value]))
}
