/**
 * Whether a value is awaited like a promise: of this realm, of another, or of a library. Reading `then` runs the
 * value's own code, so call it where a throw is blamed on the value's owner.
 */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    typeof (value as { then?: unknown }).then === 'function'
  )
}

/**
 * The thenable as a promise whose `then` can't throw: a plain promise is returned as it is, anything else is wrapped.
 */
export function promiseOf(thenable: PromiseLike<unknown>): Promise<unknown> {
  return isPlainPromise(thenable) ? thenable : new Promise((resolve) => resolve(thenable))
}

function isPlainPromise(thenable: PromiseLike<unknown>): thenable is Promise<unknown> {
  try {
    return (
      thenable instanceof Promise &&
      thenable.constructor === Promise &&
      Reflect.get(thenable, 'then') === Promise.prototype.then
    )
  } catch {
    return false
  }
}
