/** Those who wait for a signal, in the order in which they began to, and the one listener that it has for them. */
interface Waiting {
  readonly all: Set<() => void>
  readonly listener: () => void
}

const waiting = new WeakMap<AbortSignal, Waiting>()

/**
 * Calls `run` once when the signal aborts. A signal gets one listener, however many wait: a service's own signal is part of every
 * call, and Node warns of a leak beyond ten. Adding to a set also costs less than a listener.
 */
export function whenAborted(signal: AbortSignal | undefined, run: () => void): void {
  if (signal === undefined) return
  // One call's own, which tells each listener by itself.
  if (isLight(signal)) {
    signal.addEventListener('abort', run)
    return
  }
  const known = waiting.get(signal)
  if (known !== undefined) {
    known.all.add(run)
    return
  }
  const all = new Set([run])
  const listener = (): void => callAll(all)
  waiting.set(signal, { all, listener })
  signal.addEventListener('abort', listener, { once: true })
}

/** Takes back `whenAborted`. With the last one the listener goes. */
export function forgetAbort(signal: AbortSignal | undefined, run: (() => void) | undefined): void {
  if (isLight(signal)) {
    if (run !== undefined) signal.removeEventListener('abort', run)
    return
  }
  const known = signal && waiting.get(signal)
  if (known === undefined || run === undefined || !known.all.delete(run) || known.all.size > 0) return
  signal?.removeEventListener('abort', known.listener)
  waiting.delete(signal as AbortSignal)
}

/** What one throws must not keep the others from hearing of it; one that another took back is not called. */
function callAll(all: Set<() => void>): void {
  const errors: unknown[] = []
  for (const run of [...all]) {
    if (!all.delete(run)) continue
    try {
      run()
    } catch (error) {
      errors.push(error)
    }
  }
  if (errors.length > 0) throw errors[0]
}

/**
 * What one call needs of an AbortSignal, and nothing else of it. A real one takes microseconds to make, and most callers stay. Its
 * maker aborts it, once.
 */
export class LightSignal {
  aborted = false
  reason: unknown = undefined
  /** Most have one listener. */
  #first: (() => void) | undefined = undefined
  #others: Set<() => void> | undefined = undefined

  addEventListener(_type: 'abort', listener: () => void): void {
    if (this.#first === undefined && this.#others === undefined) this.#first = listener
    else if (this.#first !== listener) {
      this.#others ??= new Set()
      this.#others.add(listener)
    }
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    if (this.#first === listener) this.#first = undefined
    else this.#others?.delete(listener)
  }

  abort(reason: unknown): void {
    if (this.aborted) return
    this.aborted = true
    this.reason = reason
    const all = new Set(this.#first === undefined ? [] : [this.#first])
    for (const listener of this.#others ?? []) all.add(listener)
    this.#first = undefined
    this.#others = undefined
    callAll(all)
  }
}

function isLight(signal: AbortSignal | LightSignal | undefined): signal is LightSignal {
  return signal instanceof LightSignal
}
