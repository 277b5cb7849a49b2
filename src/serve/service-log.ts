import { chainText, errorChain } from '../kernel/errors.ts'
import type { Clock } from '../kernel/kernel.ts'
import { type Logger, SystemLog } from '../system/dispatch/system-log.ts'
import { quoted } from './log-text.ts'

/** What a request leaves in the log when the service failed it. Everything that came from outside is escaped. */
export class ServiceLog {
  readonly #log: SystemLog | undefined

  constructor(logger: Logger | false | undefined, clock: Clock) {
    this.#log = logger === false ? undefined : new SystemLog(logger, clock)
  }

  fault(
    request: { readonly method: string; readonly path: string; readonly requestId: string },
    error: unknown,
  ): void {
    if (this.#log === undefined) return
    const { method, path, requestId } = request
    const what = quoted(chainText(errorChain(error)))
    const text = `${method.replace(/[^A-Z]/gu, '?').slice(0, 16)} ${quoted(path)} failed: ${what}`
    this.#log.write('error', { path: 'http', requestId } as { readonly path: string }, text)
  }
}
