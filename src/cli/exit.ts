import { GanglionError, messageOfError } from '../kernel/errors.ts'

/** 0: done. 1: the run failed. 2: the command was used wrongly. 130: interrupted (128 + SIGINT). */
export type ExitCode = 0 | 1 | 2 | 130

/** The command line was used wrongly. Code `usage`; the process ends with 2. */
export class UsageError extends GanglionError {
  constructor(what: string, path: string, value: unknown, remedy: string) {
    super('usage', what, { path, value, remedy })
  }
}

/** The user pressed Ctrl-C, or the process was told to end. Code `interrupted`. */
export class InterruptedError extends GanglionError {
  constructor(signal: string) {
    super('interrupted', `stopped by ${signal}`, {
      path: 'signal',
      value: signal,
      remedy: 'What was indexed so far is kept; the same command goes on from there',
    })
  }
}

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof UsageError) return 2
  if (error instanceof GanglionError && (error.code === 'docs-missing' || error.code === 'invalid-argument'))
    return 2
  if (error instanceof InterruptedError) return 130
  return 1
}

/** One line on stderr: what is wrong and what to do. */
export function errorLine(error: unknown): string {
  return `ganglion: ${messageOfError(error)}\n`
}
