import { Script } from 'node:vm'

/** How a run is driven. */
export interface Drive {
  /** One step; false when the run is over. */
  step(): boolean
  /** Called when control enters and leaves simulated code. */
  bracket(inside: boolean): void
  /** An error that no simulated code caught: thrown by a step, by a callback, or a promise without a handler. */
  failed(error: unknown, how: 'thrown' | 'rejection'): void
  /** One piece of synchronous code has computed for this many milliseconds of real time, and was stopped. */
  stalled(ms: number): void
  /** Work of the real world that the run waits for before its next step, without virtual time passing. */
  outside(): Promise<unknown> | undefined
  /** Milliseconds of real time before a computation counts as endless. Infinity: someone else watches. */
  readonly stallMs: number
}

// Captured before the globals are replaced: simulated code may not call them, but the simulation must.
const immediate = setImmediate
const realNow = performance.now.bind(performance)

/** Real milliseconds of steps before the event loop gets a turn. */
const TURN_MS = 20
/** Steps between two looks at the real clock. */
const STEPS_PER_LOOK = 16

/** Runs all promise jobs and ticks at once; Node has always had it. Without it every step takes a turn of the event loop. */
const drain: (() => void) | undefined = (process as { _tickCallback?: () => void })._tickCallback

const SLOT = '~ganglion simulated turn'
const guarded = new Script(`globalThis[${JSON.stringify(SLOT)}]()`)

/** The errors that would end the process; only the innermost drive hears of them. */
const FATAL = ['uncaughtException', 'unhandledRejection'] as const

let everyTurn: (() => void) | undefined

/** Calls `tell` at every turn of the event loop that a drive takes. */
export function onTurn(tell: () => void): void {
  everyTurn = tell
}

/** A drive that has begun. */
interface Driving {
  readonly driven: Drive
  /** Whether it has steps left. */
  open: boolean
  readonly end: () => void
}

let driving: Driving | undefined
/** Whether a turn runs now: a drive that begins meanwhile is taken up by it. */
let isTurning = false
let next: NodeJS.Immediate | undefined

let busy: Promise<void> = Promise.resolve()

/**
 * Calls `step` until it returns false, and runs all promise jobs after each call. One drive at a time: another waits for its turn.
 * While it runs, it alone hears of uncaught errors, so that they fail the run and neither the process nor the test runner.
 */
export function drive(driven: Drive): Promise<void> {
  const ended = busy.then(() => driveAlone(driven))
  busy = ended
  return ended
}

function driveAlone(driven: Drive): Promise<void> {
  return new Promise((resolve) => {
    const hear = [
      (error: unknown) => {
        if (isStall(error)) driven.stalled(driven.stallMs)
        else driven.failed(error, 'thrown')
      },
      (error: unknown) => driven.failed(error, 'rejection'),
    ] as const
    const before = FATAL.map((name) => process.listeners(name as 'uncaughtException'))
    for (const [at, name] of FATAL.entries()) {
      process.removeAllListeners(name)
      process.on(name, hear[at] as () => void)
    }
    const end = (): void => {
      for (const [at, name] of FATAL.entries()) {
        process.off(name, hear[at] as () => void)
        for (const one of before[at] ?? []) process.on(name, one as () => void)
      }
      resolve()
    }
    driving = { driven, open: true, end }
    if (!isTurning) next = immediate(turn)
  })
}

/** A turn of the event loop. Short drives follow one another in it: the guard against endless loops costs a thread each time. */
function turn(): void {
  if (driving === undefined) return
  const { driven } = driving
  driven.bracket(false)
  everyTurn?.()
  // An error that leaves this turn must not end the drive, so the next turn is arranged first.
  next = immediate(turn)
  isTurning = true
  try {
    if (driven.stallMs === Number.POSITIVE_INFINITY) steps()
    else within(driven.stallMs, steps)
  } finally {
    isTurning = false
    driving?.driven.bracket(false)
  }
  if (driving === undefined) clearImmediate(next)
}

function steps(): void {
  const until = realNow() + TURN_MS
  for (let n = 1; driving !== undefined; n++) {
    const { driven, open, end } = driving
    if (!open) {
      driven.bracket(false)
      driving = undefined
      end()
    } else {
      if (waits(driven)) return
      driven.bracket(true)
      driving.open = driven.step()
    }
    if (drain === undefined) return
    drain.call(process)
    if (n % STEPS_PER_LOOK === 0 && realNow() > until) return
  }
}

/** Whether the drive waits for work of the real world; it goes on when that is done. */
function waits(driven: Drive): boolean {
  const real = driven.outside()
  if (real === undefined) return false
  clearImmediate(next)
  const again = (): void => void immediate(turn)
  real.then(again, again)
  return true
}

/** Stops `run` after `ms`, even in an endless loop; V8 can do that only for a script. */
function within(ms: number, run: () => void): void {
  const holder = globalThis as Record<string, unknown>
  holder[SLOT] = run
  guarded.runInThisContext({ timeout: ms })
}

function isStall(error: unknown): boolean {
  return (error as { code?: unknown } | null | undefined)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
}
