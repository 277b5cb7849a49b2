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

/** What happens when code under simulation reaches for the real world. */
export type OnEscape = (what: string, where: string) => never

type Holder = Record<string, unknown>
type Call = (...args: unknown[]) => unknown

/** By holder: the functions that give time, chance, or a way out of the process. */
const HOLDERS: readonly [holder: object, prefix: string, names: readonly string[]][] = [
  [
    globalThis,
    '',
    ['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'fetch'].filter(
      (name) => name !== 'clearTimeout',
    ),
  ],
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

/** Everything of ours below here may use the real thing. */
const HOUSE = fileURLToPath(new URL('..', import.meta.url))

let inside = false
let onEscape: OnEscape | undefined
let installs = 0
let undo: (() => void)[] = []

/** Tells whether simulated code is on the stack (or in the promise jobs that follow). */
export function markInside(value: boolean): void {
  inside = value
}

/**
 * Replaces the global sources of time, chance and input by traps that call `escaped` when simulated code uses them.
 * Other code in the process, Node's own and the test runner's among it, gets the real thing. Returns what takes the
 * traps away again; nested installs count.
 */
export function installTraps(escaped: OnEscape): () => void {
  onEscape = escaped
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

function trap(holder: Holder, name: string, what: string): void {
  const real = holder[name] as Call | undefined
  const descriptor = Object.getOwnPropertyDescriptor(holder, name)
  if (typeof real !== 'function' || descriptor?.configurable === false) return
  const trapped = function (this: unknown, ...args: unknown[]): unknown {
    check(what)
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
      if (args.length === 0) check('new Date()')
      super(...(args as [string]))
    }

    static override now(): number {
      check('Date.now')
      return Real.now()
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

/** Lets through whatever was not called by simulated code itself. */
function check(what: string): void {
  if (!inside || onEscape === undefined) return
  const { stack = '' } = new Error()
  // A module that is loaded on first use may seed itself: that is not the simulated code's doing.
  if (/Module\._compile|ModuleJob\.run|ModuleWrap/.test(stack)) return
  const where = callerOf(stack)
  if (where !== undefined) onEscape(what, where)
}

/** The line that called, where that is the user's own: not Node's, the test runner's or ours. */
function callerOf(stack: string): string | undefined {
  const frames = stack
    .split('\n')
    .slice(1)
    .map((line) => line.trim())
  const own = frames.find((frame) => !frame.includes(HOUSE) || frame.includes('escape-traps.test'))
  if (own === undefined) return undefined
  if (
    /\(?node:|node:internal|<anonymous>\)?$|[\\/]node_modules[\\/](@?vitest|vite|tinypool|chai|tsx|esbuild|piscina)[\\/@]/.test(
      own,
    )
  ) {
    return undefined
  }
  return /\((.*)\)$/.exec(own)?.[1] ?? own.replace(/^at (async )?/, '')
}
