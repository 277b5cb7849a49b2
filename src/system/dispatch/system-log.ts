import type { LogLevel } from '../../behavior/context.ts'
import { messageOfError } from '../../kernel/errors.ts'
import type { Clock } from '../../kernel/kernel.ts'
import type { Named } from './lifecycle-record.ts'

/** Whatever takes lines as pino does: fields first, then the text. `pino()`, `fastify.log` and alike fit. */
export interface Logger {
  /** For debugging. */
  debug(fields: object, text: string): void
  /** For normal operation. */
  info(fields: object, text: string): void
  /** For a loss that no caller waits for. */
  warn(fields: object, text: string): void
  /** A crash. */
  error(fields: object, text: string): void
}

/** Lines in one second at most; the rest of it is counted. */
const LINES_MAX = 20
const WINDOW_MS = 1000

/** Where nothing else is given: warnings and errors on stderr, a line each. A flood is told in few lines. */
class StderrLogger implements Logger {
  readonly #clock: Clock
  #opened = Number.NEGATIVE_INFINITY
  #lines = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  debug(): void {}

  info(): void {}

  warn(_fields: object, text: string): void {
    this.#line('warn', text)
  }

  error(_fields: object, text: string): void {
    this.#line('error', text)
  }

  #line(level: LogLevel, text: string): void {
    if (!this.leavesOut()) toStderr(level, text)
  }

  /** Counts a line; true when it is one too many for this second. */
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
  process.stderr.write(`ganglion ${level}: ${text.replace(/\s*\n\s*/gu, ' ')}\n`)
}

/** What nobody waits for and nobody should miss: crashes, dead letters of tells, `ctx.log`. */
export class SystemLog {
  readonly #logger: Logger
  /** Set where nothing else is given. */
  readonly #stderr: StderrLogger | undefined

  constructor(logger: Logger | undefined, clock: Clock) {
    this.#stderr = logger === undefined ? new StderrLogger(clock) : undefined
    this.#logger = logger ?? (this.#stderr as Logger)
  }

  /** As `write`, for lines that come in floods: `text` is not asked for where its line would be left out. */
  writeLazily(level: 'warn' | 'error', one: Named, text: () => string): void {
    if (this.#stderr === undefined) this.write(level, { path: one.path }, text())
    else if (!this.#stderr.leavesOut()) toStderr(level, `${one.path}: ${text()}`)
  }

  /** Never throws: a logger that does is the author's, and hurts nobody. */
  write(level: LogLevel, fields: { readonly path: string }, text: string): void {
    try {
      this.#logger[level](fields, `${fields.path}: ${text}`)
    } catch (error) {
      process.emitWarning(`the system's logger threw: ${messageOfError(error)}`, 'GanglionWarning')
    }
  }
}
