import { GanglionError, messageOfError } from '../kernel/errors.ts'

/** 0: done. 1: the run failed. 2: wrong usage. 130: interrupted (128 + SIGINT). */
export type ExitCode = 0 | 1 | 2 | 130

/** The command was used wrongly. Code `usage`; the process exits with 2. */
export class UsageError extends GanglionError {
  constructor(what: string, path: string, value: unknown, remedy: string) {
    super('usage', what, { path, value, remedy })
  }
}

/** The user pressed Ctrl-C, or the process got SIGTERM. Code `interrupted`. */
export class InterruptedError extends GanglionError {
  constructor(signal: string, remedy: string) {
    super('interrupted', `stopped by ${signal}`, { path: 'signal', value: signal, remedy })
  }
}

/** Codes of values that the command line named. */
const WRONG_USE: readonly string[] = [
  'docs-missing',
  'rows-missing',
  'journal-missing',
  'journal-foreign',
  'invalid-argument',
]

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof UsageError) return 2
  if (error instanceof GanglionError && WRONG_USE.includes(error.code)) return 2
  if (error instanceof InterruptedError) return 130
  return 1
}

/** One line on stderr: what is wrong and what to do. */
export function errorLine(error: unknown): string {
  // It may stand in the reason for which a document was skipped.
  const { code } = (error ?? {}) as { code?: unknown }
  if (code === 'EMFILE' || code === 'ENFILE' || /\bE[MN]FILE\b/u.test(messageOfError(error)))
    return 'ganglion: this shell allows too few open files (EMFILE). Raise the limit: ulimit -n 1024\n'
  return `ganglion: ${messageOfError(error)}\n`
}
