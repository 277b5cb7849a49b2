import { chainText, errorChain } from '../../kernel/errors.ts'
import type { FailureKind } from '../../supervision/decide.ts'
import type { Named } from './lifecycle-record.ts'
import type { Runtime } from './runtime.ts'

type Told = Pick<Runtime, 'events' | 'kernel' | 'log'>

const FAILED: Partial<Record<FailureKind, string>> = {
  start: 'could not start',
  crash: 'crashed',
  row: 'failed on too many messages in a row',
}

/** Failures of an actor or a stage itself. A failed message is reported where the message ends. */
export function recordFailure({ log }: Told, one: Named, kind: FailureKind, error: unknown): void {
  const what = FAILED[kind]
  if (what !== undefined) log?.writeLazily('error', one, () => `${what}: ${chainText(errorChain(error))}`)
}

/** It starts again; `restarts` still count. */
export function recordRestart(
  { events, kernel }: Told,
  { path }: Named,
  restarts: number,
  error: unknown,
): void {
  if (!events.active) return
  const at = kernel.clock.monotonic()
  events.emit({ type: 'restart', at, path, restarts, errors: errorChain(error) })
}

/** A supervisor stops its children and fails itself. */
export function recordEscalation({ events, kernel, log }: Told, one: Named, error: unknown): void {
  log?.writeLazily('error', one, () => `stops its children: ${chainText(errorChain(error))}`)
  if (!events.active) return
  events.emit({ type: 'escalate', at: kernel.clock.monotonic(), path: one.path, errors: errorChain(error) })
}

/** Its supervisor has stopped it for good. */
export function recordGivenUp({ log }: Told, one: Named, error: unknown): void {
  log?.writeLazily('error', one, () => `is stopped for good: ${chainText(errorChain(error))}`)
}
