import { isA, messageOfError } from '../kernel/errors.ts'
import { InvariantError, SimulationEscapeError } from './errors.ts'
import type { Recorder } from './recorder.ts'
import type { Run } from './run.ts'

/** An error that nobody caught: it would have ended the process, so it fails the run. */
export function uncaught(run: Run, error: unknown, how: 'thrown' | 'rejection'): void {
  if (isA(error, InvariantError)) run.fail(error)
  else if (isA(error, SimulationEscapeError)) run.violate('no escape', error.message, error)
  else {
    const [name, what] =
      how === 'thrown' ? ['no error uncaught', 'throws'] : ['no rejection unheld', 'rejects']
    const text = `something ${what} without a handler, which would end the process: ${messageOfError(error)}`
    run.violate(name, text, error)
  }
}

/** A piece of code did not end by itself. */
export function stalled(run: Run, ms: number): void {
  run.violate(
    'it yields',
    `it computed for ${ms} ms of real time without a pause; the last to begin was ${lastOf(run.recorder)}`,
  )
}

function lastOf({ lastPath, lastType }: Recorder): string {
  if (lastPath === undefined) return 'the scenario'
  return lastType === undefined
    ? `the processor '${lastPath}'`
    : `the handler of '${lastType}' at '${lastPath}'`
}

/** A failure to answer may come from a module that loads while the run goes on. */
export function hint(run: Run, imports: () => readonly string[]): void {
  const { failure } = run
  if (failure === undefined || !['it settles', 'time limit', 'the scenario'].includes(failure.invariant))
    return
  const found = imports()
  if (found.length === 0) return
  const text = `virtual time does not wait for ${found.join(', ')}: import it at the top of the module`
  run.failure = new InvariantError(failure.invariant, `${failure.what} (${text})`, failure.cause)
}
