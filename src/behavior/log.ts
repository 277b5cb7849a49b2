import type { Log, LogLevel } from './context.ts'

/** A log that writes all lines with `write`. */
export function logBy(write: (level: LogLevel, text: string) => void): Log {
  return {
    debug: (text) => write('debug', text),
    info: (text) => write('info', text),
    warn: (text) => write('warn', text),
    error: (text) => write('error', text),
  }
}
