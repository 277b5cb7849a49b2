import { syncBuiltinESMExports } from 'node:module'
import { promisify } from 'node:util'
import { BACKGROUND, HOLDERS, VIRTUAL, type VirtualSources } from './escapes.ts'
import { HOUSE } from './own-frames.ts'

/** What happens when simulated code reaches for the real world. */
export type OnEscape = (what: string, where: string) => never

type Holder = Record<string, unknown>
type Call = (...args: unknown[]) => unknown

let inside = false
let onEscape: OnEscape | undefined
let sources: VirtualSources | undefined
/** Real work that simulated code has begun, in that order. */
let background: Promise<unknown>[] = []
let installs = 0
let undo: (() => void)[] = []

/** Whether simulated code is on the stack (or in the promise jobs that follow). */
export function markInside(value: boolean): void {
  inside = value
}

/** The real work that simulated code has begun since the last call; undefined without any. */
export function backgroundWork(): Promise<unknown> | undefined {
  if (background.length === 0) return undefined
  const begun = background
  background = []
  return Promise.allSettled(begun)
}

/**
 * Replaces the global sources of time, randomness and input with traps that call `escaped` when simulated code uses
 * them. A library that simulated code calls gets clock and randomness from `virtual`; anything else that it reaches for
 * is an escape too. Other code in the process, including Node's own and the test runner's, gets the real thing. Returns
 * a function that removes the traps; nested installs are counted.
 */
export function installTraps(escaped: OnEscape, virtual: VirtualSources): () => void {
  onEscape = escaped
  sources = virtual
  return holdTraps()
}

/** Keeps the traps installed between runs: setting them up costs more than a short run. */
export function holdTraps(): () => void {
  installs += 1
  if (installs === 1) arm()
  let installed = true
  return () => {
    if (!installed) return
    installed = false
    installs -= 1
    if (installs > 0) return
    inside = false
    for (const back of undo.reverse()) back()
    undo = []
    syncBuiltinESMExports()
  }
}

function arm(): void {
  for (const [holder, prefix, names] of HOLDERS) {
    if (holder === undefined) continue
    for (const name of names) trap(holder as Holder, name, `${prefix}${name}`)
  }
  for (const [holder, how, names] of BACKGROUND) {
    for (const name of names) noteBackground(holder as Holder, name, how)
  }
  trapGetter(performance, 'timeOrigin', 'performance.timeOrigin', (from) => from.now() - from.monotonic())
  trapGetter(Event.prototype, 'timeStamp', 'Event.timeStamp', (from) => from.monotonic())
  for (const name of ['pid', 'ppid']) trapGetter(process, name, `process.${name}`, () => 1)
  trapGetter(process, 'stdin', 'process.stdin', undefined)
  trapDate()
  trapFormats()
  syncBuiltinESMExports()
}

function trap(holder: Holder, name: string, what: string): void {
  const virtual = VIRTUAL[what]
  replace(holder, name, (real, trapped) => {
    return function (this: unknown, ...args: unknown[]): unknown {
      if (inside) {
        const from = reached(what, virtual !== undefined)
        if (from !== undefined && virtual !== undefined) return virtual(from, args)
      }
      return new.target === undefined
        ? Reflect.apply(real, this, args)
        : Reflect.construct(real, args, new.target === trapped() ? real : new.target)
    }
  })
}

/** Work in the background goes on, and the run waits for it. */
function noteBackground(holder: Holder, name: string, how: 'callback' | 'promise'): void {
  replace(holder, name, (real) => {
    return function (this: unknown, ...args: unknown[]): unknown {
      const last = args.at(-1)
      if (!inside || (how === 'callback' && typeof last !== 'function'))
        return Reflect.apply(real, this, args)
      const before = background.at(-1) ?? Promise.resolve()
      const { promise, resolve } = settler()
      background.push(promise)
      // Answers come in the order of the calls, each inside the run.
      const inTurn = (answer: () => unknown): void => {
        void before.finally(() => {
          inside = true
          resolve()
          answer()
        })
      }
      if (how === 'callback') {
        const callback = (...given: unknown[]): void =>
          inTurn(() => Reflect.apply(last as Call, undefined, given))
        return Reflect.apply(real, this, [...args.slice(0, -1), callback])
      }
      return new Promise((settle, refuse) => {
        ;(Reflect.apply(real, this, args) as Promise<unknown>).then(
          (value) => inTurn(() => settle(value)),
          (error) => inTurn(() => refuse(error)),
        )
      })
    }
  })
}

function settler(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined
  const promise = new Promise<void>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}

function replace(holder: Holder, name: string, make: (real: Call, trapped: () => unknown) => Call): void {
  const real = holder[name] as Call | undefined
  const descriptor = Object.getOwnPropertyDescriptor(holder, name)
  if (typeof real !== 'function' || descriptor?.configurable === false) return
  const trapped = make(real, () => trapped)
  Object.setPrototypeOf(trapped, real)
  trapped.prototype = real.prototype
  // What hangs on the function (`hrtime.bigint`, `promisify`'s symbol) stays.
  for (const key of Reflect.ownKeys(real)) {
    if (['length', 'name', 'prototype', 'arguments', 'caller'].includes(key as string)) continue
    const part = Object.getOwnPropertyDescriptor(real, key) as PropertyDescriptor
    if (key !== promisify.custom) Object.defineProperty(trapped, key, part)
    else {
      const value = make((real as unknown as Record<symbol, Call>)[key] as Call, () => undefined)
      Object.defineProperty(trapped, key, { configurable: true, writable: true, value })
    }
  }
  Object.defineProperty(holder, name, {
    configurable: true,
    enumerable: descriptor?.enumerable ?? true,
    writable: true,
    value: trapped,
  })
  undo.push(() => {
    if (descriptor === undefined) delete holder[name]
    else Object.defineProperty(holder, name, descriptor)
  })
}

function trapGetter(
  holder: object,
  name: string,
  what: string,
  virtual: ((from: VirtualSources) => unknown) | undefined,
): void {
  const own = Object.getOwnPropertyDescriptor(holder, name)
  const real = own ?? Object.getOwnPropertyDescriptor(Object.getPrototypeOf(holder), name)
  if (own?.configurable === false) return
  Object.defineProperty(holder, name, {
    configurable: true,
    enumerable: true,
    get(this: unknown) {
      const from = inside ? reached(what, virtual !== undefined) : undefined
      if (from !== undefined && virtual !== undefined) return virtual(from)
      return real?.get === undefined ? real?.value : real.get.call(this)
    },
  })
  undo.push(() => {
    if (own === undefined) Reflect.deleteProperty(holder, name)
    else Object.defineProperty(holder, name, own)
  })
}

/** A format without a date formats the current time. */
function trapFormats(): void {
  const holder = Intl.DateTimeFormat.prototype as unknown as Holder
  const now = (what: string): number | undefined => (inside ? reached(what, true)?.now() : undefined)
  replace(holder, 'formatToParts', (real) => {
    return function (this: unknown, ...args: unknown[]): unknown {
      const at = args[0] === undefined ? now('Intl.DateTimeFormat().formatToParts()') : undefined
      return Reflect.apply(real, this, at === undefined ? args : [at])
    }
  })
  const format = Object.getOwnPropertyDescriptor(holder, 'format')
  if (format?.get === undefined || format.configurable !== true) return
  const { get } = format
  Object.defineProperty(holder, 'format', {
    configurable: true,
    get(this: unknown) {
      const bound = get.call(this) as (date?: Date | number) => string
      if (!inside) return bound
      return (date?: Date | number) => bound(date ?? now('Intl.DateTimeFormat().format()'))
    },
  })
  undo.push(() => Object.defineProperty(holder, 'format', format))
}

/** `new Date(value)` is a conversion and stays; without a value, and without `new`, it reads the clock. */
function trapDate(): void {
  const Real = Date
  const now = (what: string): number | undefined => (inside ? reached(what, true)?.now() : undefined)
  const statics = {
    now: (): number => now('Date.now') ?? Real.now(),
  }
  const Trapped: DateConstructor = new Proxy(Real, {
    construct(target, args, made) {
      const at = args.length === 0 ? now('new Date()') : undefined
      return Reflect.construct(
        target,
        at === undefined ? args : [at],
        made === Trapped ? target : made,
      ) as object
    },
    apply(target) {
      const at = now('Date()')
      return at === undefined ? target() : new target(at).toString()
    },
    get(target, key, receiver) {
      return key === 'now' ? statics.now : Reflect.get(target, key, receiver)
    },
  })
  globalThis.Date = Trapped
  // `new Date().constructor` gives the real one otherwise.
  Object.defineProperty(Real.prototype, 'constructor', { configurable: true, writable: true, value: Trapped })
  undo.push(() => {
    globalThis.Date = Real
    Object.defineProperty(Real.prototype, 'constructor', { configurable: true, writable: true, value: Real })
  })
}

/** The frames to inspect: ours, and the one below them. */
const FRAMES = 8
/** The test runner, and what loads modules: not the simulated code. */
const TOOLS = /[\\/]node_modules[\\/](@?vitest|vite|tinypool|chai|tsx|esbuild|piscina)[\\/@]/
const NODE = /\(?node:/
/** Frames that only pass a call on: `promisify`, `new Promise`, `map`. */
const BETWEEN = /node:internal\/util[:/]|<anonymous>\)?$|^at new Promise/
const LIBRARY = /[\\/]node_modules[\\/]/
/** A module may seed itself when it loads on first use: the simulated code did not cause that. */
const LOADING = /Module\._compile|ModuleJob\.run|ModuleWrap/

/**
 * Undefined means the real thing; the virtual sources are for a library. Otherwise this is an escape, named by the
 * line of the author's own code that leads there.
 */
function reached(what: string, hasVirtual: boolean): VirtualSources | undefined {
  const caller = stack(FRAMES).find((frame) => !frame.includes(HOUSE) && !BETWEEN.test(frame))
  if (caller === undefined || NODE.test(caller) || TOOLS.test(caller)) return undefined
  if (hasVirtual && LIBRARY.test(caller)) return sources
  const all = stack(50)
  if (LOADING.test(all.join())) return undefined
  const own =
    all.find(
      (frame) => !frame.includes(HOUSE) && !NODE.test(frame) && !BETWEEN.test(frame) && !LIBRARY.test(frame),
    ) ?? caller
  return onEscape?.(what, /\((.*)\)$/.exec(own)?.[1] ?? own.replace(/^at (async )?/, ''))
}

function stack(limit: number): string[] {
  const before = Error.stackTraceLimit
  Error.stackTraceLimit = limit
  const { stack: text = '' } = new Error()
  Error.stackTraceLimit = before
  return text
    .split('\n')
    .slice(1)
    .map((line) => line.trim())
}
