import type { LogLevel } from '../behavior/context.ts'
import { messageOfError } from '../kernel/errors.ts'
import type { Clock } from '../kernel/kernel.ts'

/** Whatever takes lines as pino does: fields first, then the text. `pino()`, `fastify.log` and alike fit. */
export interface Logger {
  /** For whoever looks for a fault. */
  debug(fields: object, text: string): void
  /** What goes as it should. */
  info(fields: object, text: string): void
  /** A loss that nobody waits for. */
  warn(fields: object, text: string): void
  /** A crash. */
  error(fields: object, text: string): void
}

/** Lines in one second at most; the rest of it is counted. */
const LINES_MAX = 20
const WINDOW_MS = 1000

/** One line a message on stderr; it says how many it left out. */
function toStderr(level: LogLevel, text: string): void {
  process.stderr.write(`ganglion ${level}: ${text.replace(/\s*\n\s*/gu, ' ')}\n`)
}

const STDERR: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: (_fields, text) => toStderr('warn', text),
  error: (_fields, text) => toStderr('error', text),
}

/** What nobody waits for and nobody should miss: crashes, dead letters of tells, `ctx.log`. A flood is told in few lines. */
export class SystemLog {
  readonly #logger: Logger
  readonly #clock: Clock
  #opened = Number.NEGATIVE_INFINITY
  #lines = 0

  constructor(logger: Logger | undefined, clock: Clock) {
    this.#logger = logger ?? STDERR
    this.#clock = clock
  }

  /** Never throws: a logger that does is the author's, and hurts nobody. */
  write(level: LogLevel, fields: { readonly path: string }, text: string): void {
    const now = this.#clock.monotonic()
    if (now - this.#opened >= WINDOW_MS) this.#open(now)
    this.#lines += 1
    if (this.#lines <= LINES_MAX) this.#line(level, fields, `${fields.path}: ${text}`)
  }

  #open(now: number): void {
    const left = this.#lines - LINES_MAX
    this.#opened = now
    this.#lines = 0
    if (left > 0) this.#line('warn', { left }, `${left} more lines were left out`)
  }

  #line(level: LogLevel, fields: object, text: string): void {
    try {
      this.#logger[level](fields, text)
    } catch (error) {
      process.emitWarning(`the system's logger threw: ${messageOfError(error)}`, 'GanglionWarning')
    }
  }
}
