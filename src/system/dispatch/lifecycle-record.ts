import type { LifecycleState } from '../../behavior/lifecycle.ts'
import type { Runtime } from './runtime.ts'

const STATES_KEPT = 32

/** An actor or a stage, where only its path matters. An actor makes it on use. */
export interface Named {
  readonly path: string
}

/** The lifecycle states of one actor or stage, oldest first, at most the last 32. */
export class LifecycleRecord {
  readonly states: LifecycleState[]

  constructor(first: LifecycleState) {
    this.states = [first]
  }

  add(state: LifecycleState): void {
    this.states.push(state)
    if (this.states.length > STATES_KEPT) this.states.shift()
  }
}

/** Notifies listeners of a change of state. */
export function announceState(
  { events, kernel }: Pick<Runtime, 'events' | 'kernel'>,
  one: Named,
  from: LifecycleState,
  to: LifecycleState,
): void {
  if (!events.active) return
  events.emit({ type: 'lifecycle', at: kernel.clock.monotonic(), path: one.path, from, to })
}

/** The work that a line of a log is about. */
export interface LineOrigin {
  readonly run: number
  readonly trace: string | undefined
  readonly attempt: number
}

/** A log line of an actor or a stage: to the log, and to listeners. */
export function writeLine(
  { events, kernel, log }: Pick<Runtime, 'events' | 'kernel' | 'log'>,
  one: Named,
  level: 'debug' | 'info' | 'warn' | 'error',
  text: string,
  origin?: LineOrigin,
): void {
  const { path } = one
  const fields = origin === undefined ? { path } : { path, ...known(origin) }
  log?.write(level, fields, text)
  if (events.active) events.emit({ type: 'log', at: kernel.clock.monotonic(), ...fields, level, text })
}

function known({ run, trace, attempt }: LineOrigin) {
  return { run, ...(trace === undefined ? {} : { trace }), attempt }
}
