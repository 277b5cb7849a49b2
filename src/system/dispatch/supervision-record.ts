import { chainText, errorChain } from '../../kernel/errors.ts'
import type { FailureKind } from '../../supervision/decide.ts'
import type { Runtime } from './runtime.ts'

type Told = Pick<Runtime, 'events' | 'kernel' | 'log'>

const FAILED: Partial<Record<FailureKind, string>> = {
  start: 'could not start',
  crash: 'crashed',
  row: 'failed on too many messages in a row',
}

/** What has gone wrong with an actor or a stage itself. That a message failed is told where the message ends. */
export function recordFailure({ log }: Told, path: string, kind: FailureKind, error: unknown): void {
  const what = FAILED[kind]
  if (what !== undefined) log?.write('error', { path }, `${what}: ${chainText(errorChain(error))}`)
}

/** It begins again; `restarts` still count. */
export function recordRestart(
  { events, kernel }: Told,
  path: string,
  restarts: number,
  error: unknown,
): void {
  if (!events.active) return
  const at = kernel.clock.monotonic()
  events.emit({ type: 'restart', at, path, restarts, errors: errorChain(error) })
}

/** A supervisor gives up its children and fails itself. */
export function recordEscalation({ events, kernel, log }: Told, path: string, error: unknown): void {
  const errors = errorChain(error)
  log?.write('error', { path }, `gives up its children: ${chainText(errors)}`)
  if (events.active) events.emit({ type: 'escalate', at: kernel.clock.monotonic(), path, errors })
}

/** It is stopped for good, by the decision of its supervisor. */
export function recordGivenUp({ log }: Told, path: string, error: unknown): void {
  log?.write('error', { path }, `is given up: ${chainText(errorChain(error))}`)
}
