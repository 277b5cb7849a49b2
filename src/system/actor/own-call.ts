import { isThenable, promiseOf } from '../../kernel/thenable.ts'
import type { ActorCell } from './actor-cell.ts'
import type { ActorContext } from './actor-context.ts'

/** Calls one of an actor's own functions: `failed` gets its error, whether it throws now or rejects later. */
export function callOwn(call: () => unknown, failed: (error: unknown) => void): void {
  try {
    const result = call()
    if (isThenable(result)) promiseOf(result).then(undefined, failed)
  } catch (error) {
    failed(error)
  }
}

/** In place of an instance's number: the signal still waits. */
const WAITING = -1

/**
 * Tells a watcher that `dead` has stopped, once an instance, however often it watches. A throw of the signal handler is
 * the actor's failure, not a message's: the actor crashes.
 */
export function tellTerminated(watcher: ActorCell, dead: ActorCell, error: unknown): void {
  const { terminated } = watcher.definition.signals
  if (terminated === undefined) return
  const extra = watcher.extras()
  extra.told ??= new WeakMap()
  const { told } = extra
  const by = told.get(dead)
  if (by === WAITING || by === watcher.instances) return
  told.set(dead, WAITING)
  watcher.signal((cell) => {
    // It may have ended its watch meanwhile.
    if (told.get(dead) !== WAITING) return
    told.set(dead, cell.instances)
    const context = cell.instance()
    callOwn(
      () => terminated(context as never, { ref: dead.ref, error }),
      (thrown) => {
        // A rejection after its instance has ended affects nothing that still runs.
        if (cell.context === context) cell.crash(thrown)
      },
    )
  })
}

/** Crashes the actor after the current message, unless the requesting instance has already ended. */
export function failLater(cell: ActorCell, context: ActorContext, error: unknown): void {
  cell.signal((self) => {
    if (!context.closed) self.crash(error)
  })
}
