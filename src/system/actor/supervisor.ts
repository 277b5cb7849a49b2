import { errorChain } from '../../kernel/errors.ts'
import type { RestartMode } from '../../ports/supervision.ts'
import { type Decision, decide, type FailureKind } from '../../supervision/decide.ts'
import { restartSet } from '../../supervision/restart-strategy.ts'
import {
  recordEscalation,
  recordFailure,
  recordGivenUp,
  recordRestart,
} from '../dispatch/supervision-record.ts'
import { RestartIntensityError } from '../errors.ts'
import type { ActorCell } from './actor-cell.ts'
import type { Family } from './family.ts'

/** A child has failed: its parent's policy decides, and this acts. */
export function childFailed(child: ActorCell, kind: FailureKind, error: unknown): void {
  const family = child.parent?.family
  if (family === undefined || child.lifecycle === 'stopping' || child.lifecycle === 'stopped') return
  const { policy } = family
  let counted = kind
  if (kind === 'message' && child.failures >= policy.failuresInARow) {
    counted = 'row'
    child.failures = 0
  }
  if (counted !== 'message' && counted !== 'exit') recordFailure(child.runtime, child, counted, error)
  const decision = decisionOn(child, family, counted, error)
  act(child, family, decision, counted, error)
}

function decisionOn(child: ActorCell, family: Family, kind: FailureKind, error: unknown): Decision {
  const { kernel } = child.runtime
  const perChild = family.policy.per === 'child'
  const window = perChild ? (child.extra?.window ?? []) : family.window
  const [link] = errorChain(error, 1)
  const failure = { kind, mode: modeOf(child), tag: link?.code, name: link?.name }
  const jitter = kernel.random.stream('restart').next()
  const decision = decide(family.policy, window, failure, kernel.clock.monotonic(), jitter)
  if (perChild) child.extras().window = decision.window
  else family.window = decision.window
  return decision
}

function modeOf(child: ActorCell): RestartMode {
  return child.extra?.mode ?? child.definition.restart
}

function act(child: ActorCell, family: Family, decision: Decision, kind: FailureKind, error: unknown): void {
  switch (decision.directive) {
    case 'resume':
      return
    case 'stop':
      if (kind !== 'exit') recordGivenUp(child.runtime, child, error)
      // Its own handler is still on the stack or has just ended: it does not continue.
      child.terminate(error)
      return
    case 'restart':
      restart(child, family, decision, error)
      return
    case 'escalate':
      escalate(child, family, decision, error)
  }
}

/** Crashes the children that restart together, youngest first, and starts them again in start order. */
function restart(child: ActorCell, family: Family, decision: Decision, error: unknown): void {
  const { runtime } = child
  recordRestart(runtime, child, decision.window.length, error)
  const { strategy } = family.policy
  // The common case is a single child: no list of 100 k siblings is made for it.
  const together = strategy === 'one-for-one' ? [child] : restartSet(strategy, family.all(), child)
  for (const sibling of [...together].reverse()) sibling.breakDown(error)
  // A child whose handler is on the stack ends, and gives its name back, when that returns.
  const isClear = together.every(({ family: own }) => own === undefined || own.size === 0)
  if (decision.delayMs === 0 && isClear) for (const sibling of together) sibling.begin()
  else {
    family.restartLater((done) =>
      runtime.wheel.after(
        decision.delayMs,
        () => {
          done()
          for (const sibling of together) sibling.begin()
        },
        undefined,
      ),
    )
  }
}

/** Stops the children and fails itself; the root has no parent to escalate to, so only the child stops. */
function escalate(child: ActorCell, family: Family, decision: Decision, error: unknown): void {
  const parent = child.parent as ActorCell
  const { runtime } = child
  const { intensity } = family.policy
  const cause = decision.exceeded
    ? new RestartIntensityError(parent.path, decision.window.length, intensity.withinMs, error)
    : error
  recordEscalation(runtime, parent, cause)
  if (parent.parent === undefined) {
    recordGivenUp(runtime, child, cause)
    child.terminate(cause)
    return
  }
  family.window = []
  family.terminateAll(cause)
  parent.crash(cause)
}

/** A child has stopped: it leaves the family, and its supervisor checks the consequences. */
export function childEnded(child: ActorCell, error: unknown): void {
  const { parent } = child
  const family = parent?.family
  if (parent === undefined || family === undefined) return
  const byItself = child.extra?.selfStopped === true
  const significant = child.extra?.significant ?? child.definition.significant
  family.remove(child)
  const { autoShutdown } = family.policy
  if (
    significant &&
    (byItself || error !== undefined) &&
    autoShutdown !== 'never' &&
    parent.parent !== undefined
  ) {
    const left = family.all().some((sibling) => sibling.extra?.significant ?? sibling.definition.significant)
    if (autoShutdown === 'any-significant' || !left) parent.stop(error)
  }
  if (parent.lifecycle === 'stopping') parent.settle()
}
