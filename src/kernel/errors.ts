/**
 * The root of every error that ganglion throws.
 *
 * Errors are tagged data: callers switch on the stable `code`, never on the message text. `path` says where the
 * offending value was (`mailbox.capacity`, `weights.dense`), `value` is that value, `remedy` says what to do next. A
 * cause is never discarded.
 */
export interface GanglionErrorDetails {
  /** Where the offending value was, in the caller's terms: `'mailbox.capacity'`. */
  readonly path?: string
  readonly value?: unknown
  /** What to do next, as one sentence. */
  readonly remedy: string
  readonly cause?: unknown
  /**
   * False for a refusal under load, or where a stack would hold only the runtime's own frames: capturing one takes
   * microseconds.
   */
  readonly stack?: boolean
}

/** The base of every error thrown here: a stable `code`, the offending `path` and `value`, and a `remedy`. */
export class GanglionError extends Error {
  readonly code: string
  readonly path: string | undefined
  readonly value: unknown
  readonly remedy: string

  constructor(code: string, said: string, given: GanglionErrorDetails) {
    const what = text(said)
    const details = partsOf(given)
    const message = `${what}${what.endsWith('.') ? '' : '.'} ${text(details.remedy)}`
    const frames = Error.stackTraceLimit
    if (details.stack === false) limitFrames(0)
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    if (details.stack === false) limitFrames(frames)
    this.name = new.target.name
    this.code = code
    this.path = details.path
    this.value = details.value
    this.remedy = details.remedy
  }

  /** The plain data of the error, for crossing a thread or a process. */
  toJSON(): { name: string; code: string; message: string; path?: string; remedy: string } {
    return {
      name: this.name,
      code: this.code,
      message: this.message,
      ...(this.path === undefined ? {} : { path: this.path }),
      remedy: this.remedy,
    }
  }
}

/** A realm with frozen intrinsics keeps its limit. */
function limitFrames(frames: number): void {
  Reflect.set(Error, 'stackTraceLimit', frames)
}

/** A value given to a public function is not acceptable. Code `invalid-argument`. */
export class InvalidArgumentError extends GanglionError {
  constructor(what: string, details: GanglionErrorDetails) {
    super('invalid-argument', what, details)
  }
}

/** One link of an error chain, as data: outermost first. */
export interface ErrorLink {
  readonly name: string
  readonly code: string
  readonly message: string
}

const LINKS_MAX = 16

/**
 * The chain of causes of anything thrown, outermost first, bounded so that a cyclic cause cannot hang it. The thrown
 * value is foreign: one with a getter that throws, a revoked proxy or an object without a prototype still becomes a
 * link.
 */
export function errorChain(error: unknown, linksMax = LINKS_MAX): readonly ErrorLink[] {
  const chain: ErrorLink[] = []
  const most = Number.isFinite(linksMax) ? linksMax : LINKS_MAX
  let at: unknown = error
  while (at !== undefined && at !== null && chain.length < most) {
    if (isError(at)) {
      const code = read(at, 'code')
      chain.push({
        name: nameOf(at),
        code: typeof code === 'string' ? code : 'thrown',
        message: text(read(at, 'message')),
      })
      at = read(at, 'cause')
    } else {
      chain.push({ name: typeof at, code: 'thrown', message: text(at) })
      at = undefined
    }
  }
  return chain
}

/** A chain in one line for people, outermost first. */
export function chainText(chain: readonly ErrorLink[]): string {
  return chain.map((link) => link.message).join(' ← ')
}

/** Characters of an error's text that the error around it repeats. Its cause has the whole. */
const SAID_MAX = 16_384

/** What was thrown, in one line for people, at most 16 K characters of it; never throws itself. */
export function messageOfError(error: unknown): string {
  const said = isError(error) ? text(read(error, 'message')) : text(error)
  if (said.length <= SAID_MAX) return said
  return `${said.slice(0, SAID_MAX)}… (${said.length - SAID_MAX} more characters)`
}

/** `String(value)` for values that are not ours: never throws. */
export function text(value: unknown): string {
  try {
    return String(value)
  } catch {
    return "a value that can't be read"
  }
}

/** The text of an error, as a template: a part that can't be text must not become another error. */
export function say(parts: TemplateStringsArray, ...values: readonly unknown[]): string {
  let said = parts[0] as string
  for (let at = 0; at < values.length; at++) said += text(values[at]) + (parts[at + 1] as string)
  return said
}

/** The names in one line, or what is there in place of a list. */
export function listed(names: unknown, between = ', '): string {
  try {
    return Array.isArray(names) ? names.map(text).join(between) : text(names)
  } catch {
    return text(names)
  }
}

/** The list, or an empty one where there is none that can be read. */
export function listOf<T>(list: readonly T[]): readonly T[] {
  try {
    return Array.isArray(list) ? [...list] : []
  } catch {
    return []
  }
}

/** The parts of an object; none where it can't be read. */
export function partsOf<T extends object>(whole: T): T {
  try {
    return { ...whole }
  } catch {
    return {} as T
  }
}

/** A number with so many decimals, or what is there in its place. */
export function decimals(value: unknown, digits: number): string {
  return typeof value === 'number' ? value.toFixed(digits) : text(value)
}

/** `instanceof` for values from foreign code. It never throws: an unreadable proxy is of no class. */
export function isA<T>(value: unknown, kind: abstract new (...args: never) => T): value is T {
  try {
    return value instanceof kind
  } catch {
    return false
  }
}

function isError(value: unknown): value is Error {
  return isA(value, Error)
}

/** The name of its class: a class that sets no `name` inherits its base's, which says less. */
function nameOf(error: Error): string {
  const inherited = text(read(error, 'name'))
  try {
    const proto = Object.getPrototypeOf(error) as object | null
    if (proto === null || Object.hasOwn(error, 'name') || Object.hasOwn(proto, 'name')) return inherited
    const { name } = error.constructor
    return typeof name === 'string' && name !== '' ? name : inherited
  } catch {
    return inherited
  }
}

function read(error: Error, key: 'name' | 'code' | 'message' | 'cause'): unknown {
  try {
    return (error as Error & { code?: unknown })[key]
  } catch {
    return key === 'cause' ? undefined : `its ${key} can't be read`
  }
}
