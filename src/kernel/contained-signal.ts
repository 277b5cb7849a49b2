import { warnIfRejected, warnOf } from './callbacks.ts'

const THREW = 'a listener of ctx.signal threw'

type Listener = Parameters<AbortSignal['addEventListener']>[1]
type Options = Parameters<AbortSignal['addEventListener']>[2]

/**
 * A controller whose signal goes to user code. Node ends the process when a listener throws or rejects; of this signal it is a
 * warning, and the other listeners are called.
 */
export function containedController(): AbortController {
  const controller = new AbortController()
  controller.signal.addEventListener = add
  controller.signal.removeEventListener = remove
  return controller
}

function add(this: AbortSignal, type: string, listener: Listener, options?: Options): void {
  EventTarget.prototype.addEventListener.call(this, type, contained(listener), options)
}

function remove(this: AbortSignal, type: string, listener: Listener, options?: Options): void {
  EventTarget.prototype.removeEventListener.call(this, type, contained(listener), options)
}

/** One for each listener, so that it is added once and can be taken back. */
const known = new WeakMap<object, (this: unknown, event: Event) => void>()

function contained(listener: Listener): Listener {
  // Anything else is refused by the platform, or ignored.
  if (listener === null || (typeof listener !== 'function' && typeof listener !== 'object')) return listener
  const made = known.get(listener)
  if (made !== undefined) return made
  const safe = function (this: unknown, event: Event): void {
    try {
      const result =
        typeof listener === 'function' ? listener.call(this as never, event) : listener.handleEvent(event)
      warnIfRejected(THREW, result)
    } catch (error) {
      warnOf(THREW, error)
    }
  }
  known.set(listener, safe)
  return safe
}
