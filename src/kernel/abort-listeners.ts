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
