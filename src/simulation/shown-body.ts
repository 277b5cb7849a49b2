/** Most characters of a body or a state in a story. */
const LENGTH_MAX = 100
/** Most entries of a list or an object. */
const ENTRIES_MAX = 12
const DEPTH_MAX = 5

/** What stands for a value that a story must not show. */
const HIDDEN = '‹redacted›'

/** A body or state as a story shows it: like JSON, short, and without what `redact` names. Never throws. */
export function shownBody(value: unknown, redact: readonly string[] | boolean): string {
  if (value === undefined) return ''
  if (redact === true) return HIDDEN
  try {
    return shortened(shown(value, redact === false ? [] : redact, 0), LENGTH_MAX)
  } catch {
    return '‹unreadable›'
  }
}

export function shortened(text: string, most: number): string {
  const line = text.replaceAll('\n', ' ')
  return line.length <= most ? line : `${line.slice(0, most - 1)}…`
}

function shown(value: unknown, redact: readonly string[], depth: number): string {
  if (typeof value === 'string') return JSON.stringify(shortened(value, LENGTH_MAX))
  if (typeof value === 'function') return 'function'
  if (typeof value !== 'object' || value === null) return String(value)
  if (depth > DEPTH_MAX) return '…'
  const inner = (one: unknown): string => shown(one, redact, depth + 1)
  if (value instanceof Error) return `${value.name}(${JSON.stringify(value.message)})`
  if (value instanceof Date) return value.toISOString()
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}(${value.byteLength} bytes)`
  if (Array.isArray(value)) return `[${few(value.map(inner))}]`
  if (value instanceof Set) return `Set {${few([...value].map(inner))}}`
  if (value instanceof Map) {
    return `Map {${few([...value].map(([key, one]) => `${inner(key)}: ${hides(redact, key) ? HIDDEN : inner(one)}`))}}`
  }
  const { path } = value as { path?: unknown }
  if (typeof path === 'string' && '~cell' in value) return path
  const entries = Object.entries(value).map(
    ([key, one]) => `${key}: ${hides(redact, key) ? HIDDEN : inner(one)}`,
  )
  return `{${few(entries)}}`
}

function hides(redact: readonly string[], key: unknown): boolean {
  return typeof key === 'string' && redact.includes(key)
}

function few(parts: readonly string[]): string {
  const more = parts.length - ENTRIES_MAX
  return [...parts.slice(0, ENTRIES_MAX), ...(more > 0 ? [`… ${more} more`] : [])].join(', ')
}
