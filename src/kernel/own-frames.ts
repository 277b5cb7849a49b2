import { fileURLToPath } from 'node:url'

/** Where our own code is. */
export const HOUSE = fileURLToPath(new URL('..', import.meta.url))
/** A place that is no file ends so; a function without a name begins so, under tsx. */
const FOREIGN = /node:|[\\/]node_modules[\\/]|<anonymous>(:\d+)*\)?$/
/** The lines of the author's code that are told: the innermost, and what led there. */
const LINES_MAX = 3

/** The lines of the author's own code in a stack, innermost first: `file:line:column`. */
export function ownLines(error: unknown): readonly string[] {
  const { stack } = error as { stack?: unknown }
  if (typeof stack !== 'string') return []
  const lines: string[] = []
  for (const frame of stack.split('\n')) {
    const text = frame.trim()
    if (!text.startsWith('at ') || FOREIGN.test(text) || text.includes(HOUSE)) continue
    lines.push(/\(([^()]*)\)$/.exec(text)?.[1] ?? text.replace(/^at (async )?/, ''))
    if (lines.length === LINES_MAX) break
  }
  return lines
}

/** Frames that may lie between a call of the author's and the place that asks. */
const DEPTH = 40

/** The line of the author's own code that leads here; undefined where none does. */
export function ownLineHere(): string | undefined {
  const before = Error.stackTraceLimit
  Error.stackTraceLimit = DEPTH
  const [line] = ownLines(new Error())
  Error.stackTraceLimit = before
  return line
}
