import type { LogLevel } from '../../behavior/context.ts'
import { warnIfRejected, warnOf } from '../../kernel/callbacks.ts'
import { methods } from '../../kernel/demand.ts'
import type { Clock } from '../../kernel/kernel.ts'
import type { LineOrigin, Named } from './lifecycle-record.ts'

/** Any logger with pino's arguments: fields first, then the text. `pino()`, `fastify.log` and others fit. */
export interface Logger {
  /** For debugging. */
  debug(fields: object, text: string): void
  /** For normal operation. */
  info(fields: object, text: string): void
  /** For a loss without a waiting caller. */
  warn(fields: object, text: string): void
  /** A crash. */
  error(fields: object, text: string): void
}

/** Most lines in one second; the rest is counted. */
const LINES_MAX = 20
const WINDOW_MS = 1000
/** Characters of a line. */
const LINE_MAX = 4096

/** The default logger: warnings and errors on stderr, one line each. A flood is summarised. */
class StderrLogger implements Logger {
  readonly #clock: Clock
  #opened = Number.NEGATIVE_INFINITY
  #lines = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  debug(): void {}

  info(): void {}

  warn(fields: object, text: string): void {
    this.#line('warn', fields, text)
  }

  error(fields: object, text: string): void {
    this.#line('error', fields, text)
  }

  #line(level: LogLevel, { run, attempt }: Partial<LineOrigin>, text: string): void {
    if (this.leavesOut()) return
    toStderr(level, run === undefined ? text : `${text} (run ${run}, attempt ${attempt})`)
  }

  /** Counts a line; true if it exceeds the limit for this second. */
  leavesOut(): boolean {
    const now = this.#clock.monotonic()
    if (now - this.#opened >= WINDOW_MS) this.#open(now)
    this.#lines += 1
    return this.#lines > LINES_MAX
  }

  #open(now: number): void {
    const left = this.#lines - LINES_MAX
    this.#opened = now
    this.#lines = 0
    if (left > 0) toStderr('warn', `${left} more lines were dropped`)
  }
}

function toStderr(level: LogLevel, text: string): void {
  process.stderr.write(`ganglion ${level}: ${oneLine(text)}\n`)
}

/** What user code says may be of any length, and may hold line ends and what moves a terminal's cursor. */
function oneLine(text: string): string {
  const short = text.length > LINE_MAX ? `${text.slice(0, LINE_MAX)}…` : text
  const parts = short.split(/\p{Cc}+/u).map((part) => part.trim())
  return parts.filter((part) => part !== '').join(' ')
}

/** For events that no caller sees and nobody should miss: crashes, dead letters of tells, `ctx.log`. */
export class SystemLog {
  readonly #logger: Logger
  /** Set for the default logger. */
  readonly #stderr: StderrLogger | undefined

  constructor(logger: Logger | undefined, clock: Clock) {
    this.#stderr = logger === undefined ? new StderrLogger(clock) : undefined
    this.#logger = logger ?? (this.#stderr as Logger)
  }

  /** Like `write`, for lines that may flood: `text` is not called if its line would be dropped. */
  writeLazily(level: 'warn' | 'error', one: Named, text: () => string): void {
    if (this.#stderr === undefined) this.write(level, { path: one.path }, text())
    else if (!this.#stderr.leavesOut()) toStderr(level, `${one.path}: ${text()}`)
  }

  /** Never throws: a throwing logger is the author's problem and must not do harm. */
  write(level: LogLevel, fields: { readonly path: string }, text: string): void {
    try {
      warnIfRejected("the system's logger rejected", this.#logger[level](fields, `${fields.path}: ${text}`))
    } catch (error) {
      warnOf("the system's logger threw", error)
    }
  }
}

const LEVELS = ['debug', 'info', 'warn', 'error'] as const

/** @throws InvalidArgumentError (`invalid-argument`): an incomplete logger would lose the lines that matter. */
export function logOf(given: Logger | false | undefined, clock: Clock): SystemLog | undefined {
  if (given === false) return undefined
  if (given !== undefined) methods(given, 'log', `a logger with ${LEVELS.join(', ')}, or false`, LEVELS)
  return new SystemLog(given, clock)
}
