import childProcess from 'node:child_process'
import crypto from 'node:crypto'
import fs from 'node:fs'
import fsPromises from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'
import timers from 'node:timers'
import timersPromises from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import workerThreads from 'node:worker_threads'

/** What happens when simulated code reaches for the real world. */
export type OnEscape = (what: string, where: string) => never

/** What libraries get instead of the real clock and randomness. */
export interface VirtualSources {
  /** Wall time, milliseconds since the epoch. */
  now(): number
  monotonic(): number
  /** From 0 to 1. */
  random(): number
}

type Holder = Record<string, unknown>
type Call = (...args: unknown[]) => unknown

/** By holder: the functions that give time, randomness, or a way out of the process. */
const HOLDERS: readonly [holder: object, prefix: string, names: readonly string[]][] = [
  [globalThis, '', ['setTimeout', 'setInterval', 'setImmediate', 'fetch']],
  [Math, 'Math.', ['random']],
  [performance, 'performance.', ['now']],
  [AbortSignal, 'AbortSignal.', ['timeout']],
  [globalThis.crypto, 'crypto.', ['randomUUID', 'getRandomValues']],
  [crypto, 'crypto.', ['randomUUID', 'randomBytes', 'randomInt', 'randomFill', 'randomFillSync']],
  [timers, 'timers.', ['setTimeout', 'setInterval', 'setImmediate']],
  [timersPromises, 'timers.', ['setTimeout', 'setInterval', 'setImmediate']],
  [fs, 'fs.', functionsOf(fs)],
  [fsPromises, 'fs.promises.', functionsOf(fsPromises)],
  [net, 'net.', ['connect', 'createConnection', 'createServer']],
  [
    childProcess,
    'child_process.',
    ['spawn', 'exec', 'execFile', 'fork', 'spawnSync', 'execSync', 'execFileSync'],
  ],
  [workerThreads, 'worker_threads.', ['Worker']],
]

function functionsOf(module: object): string[] {
  return Object.entries(module)
    .filter(([name, value]) => typeof value === 'function' && /^[a-z]/.test(name) && !name.startsWith('_'))
    .map(([name]) => name)
}

/** Our own code below this point may use the real thing. */
const HOUSE = fileURLToPath(new URL('..', import.meta.url))

let inside = false
let onEscape: OnEscape | undefined
let sources: VirtualSources | undefined
let installs = 0
let undo: (() => void)[] = []

/** Whether simulated code is on the stack (or in the promise jobs that follow). */
export function markInside(value: boolean): void {
  inside = value
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
    for (const name of names) trap(holder as Holder, name, `${prefix}${name}`)
  }
  trapDate()
  syncBuiltinESMExports()
}

/** Where a library may have a virtual value instead. */
const VIRTUAL: Readonly<Record<string, (from: VirtualSources) => number>> = {
  'Math.random': (from) => from.random(),
  'performance.now': (from) => from.monotonic(),
}

function trap(holder: Holder, name: string, what: string): void {
  const real = holder[name] as Call | undefined
  const descriptor = Object.getOwnPropertyDescriptor(holder, name)
  if (typeof real !== 'function' || descriptor?.configurable === false) return
  const virtual = VIRTUAL[what]
  const trapped = function (this: unknown, ...args: unknown[]): unknown {
    if (inside) {
      const from = reached(what, virtual !== undefined)
      if (from !== undefined && virtual !== undefined) return virtual(from)
    }
    return new.target === undefined
      ? Reflect.apply(real, this, args)
      : Reflect.construct(real, args, new.target === trapped ? real : new.target)
  }
  Object.setPrototypeOf(trapped, real)
  trapped.prototype = real.prototype
  Object.defineProperty(holder, name, {
    configurable: true,
    enumerable: true,
    writable: true,
    value: trapped,
  })
  undo.push(() => {
    if (descriptor === undefined) delete holder[name]
    else Object.defineProperty(holder, name, descriptor)
  })
}

/** `new Date(value)` is a conversion and stays; without a value it reads the clock. */
function trapDate(): void {
  const Real = Date
  class TrappedDate extends Real {
    constructor(...args: unknown[]) {
      const from = args.length === 0 && inside ? reached('new Date()', true) : undefined
      super(...((from === undefined ? args : [from.now()]) as [number]))
    }

    static override now(): number {
      const from = inside ? reached('Date.now', true) : undefined
      return from === undefined ? Real.now() : from.now()
    }

    static override [Symbol.hasInstance](value: unknown): boolean {
      return Function.prototype[Symbol.hasInstance].call(Real, value)
    }
  }
  Object.defineProperty(TrappedDate, 'name', { value: 'Date' })
  globalThis.Date = TrappedDate as DateConstructor
  undo.push(() => {
    globalThis.Date = Real
  })
}

/** The frames to inspect: ours, and the one below them. */
const FRAMES = 8
/** The test runner, and what loads modules: not the simulated code. */
const TOOLS = /[\\/]node_modules[\\/](@?vitest|vite|tinypool|chai|tsx|esbuild|piscina)[\\/@]/
const NODE = /\(?node:|<anonymous>\)?$/
const LIBRARY = /[\\/]node_modules[\\/]/
/** A module may seed itself when it loads on first use: the simulated code did not cause that. */
const LOADING = /Module\._compile|ModuleJob\.run|ModuleWrap/

/**
 * Undefined means the real thing; the virtual sources are for a library. Otherwise this is an escape, named by the
 * caller's line.
 */
function reached(what: string, hasVirtual: boolean): VirtualSources | undefined {
  const frames = stack(FRAMES)
  const caller = frames.find((frame) => !frame.includes(HOUSE))
  if (caller === undefined || NODE.test(caller) || TOOLS.test(caller)) return undefined
  if (hasVirtual && LIBRARY.test(caller)) return sources
  if (LOADING.test(stack(50).join())) return undefined
  return onEscape?.(what, /\((.*)\)$/.exec(caller)?.[1] ?? caller.replace(/^at (async )?/, ''))
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
