import { type ExitCode, errorLine, exitCodeOf, InterruptedError } from './exit.ts'
import { Output } from './output.ts'

/** What a command works with until it ends. */
export interface CommandRun {
  /** Aborted by Ctrl-C, SIGTERM, SIGHUP, or a reader that has closed our output. */
  readonly signal: AbortSignal
  readonly output: Output
}

/**
 * Runs a command until it ends or is stopped. Never rejects; resolves with the exit code. Errors are one line on stderr; a reader
 * that closes the pipe is not an error. `work` stops what it started before it ends. `remedy` says what to do after a stop.
 */
export async function untilStopped(
  work: (run: CommandRun) => Promise<ExitCode>,
  remedy = 'Run the same command again',
): Promise<ExitCode> {
  const stop = new AbortController()
  const output = new Output(process.stdout, (failed) =>
    stop.abort(failed ? new OutputFailed() : new ReaderGone()),
  )
  const onSignal = (signal: NodeJS.Signals) => {
    // A second Ctrl-C ends the process at once: the workers may be in a long batch.
    if (stop.signal.aborted) process.exit(130)
    stop.abort(new InterruptedError(signal, remedy))
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  // The terminal was closed.
  process.on('SIGHUP', onSignal)
  try {
    return await work({ signal: stop.signal, output })
  } catch (error) {
    const reason: unknown = stop.signal.aborted ? stop.signal.reason : error
    if (reason instanceof ReaderGone) return 0
    if (reason instanceof OutputFailed) return 1
    process.stderr.write(errorLine(reason))
    return exitCodeOf(reason)
  } finally {
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
    process.off('SIGHUP', onSignal)
  }
}

/** stdout can't be written, as on a full disk: `main` says so for every command. */
class OutputFailed extends Error {
  readonly code = 'output-failed'
}

/** `| head`: the reader of our output has closed it, and that is not an error. */
class ReaderGone extends Error {
  readonly code = 'reader-gone'
}
