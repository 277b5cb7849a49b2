import { isThenable, promiseOf } from '../../kernel/thenable.ts'
import type { ActorCell } from './actor-cell.ts'
import type { ActorContext } from './actor-context.ts'

/** Calls one of an actor's own functions: whether it throws now or rejects later, `failed` hears of it. */
export function callOwn(call: () => unknown, failed: (error: unknown) => void): void {
  try {
    const result = call()
    if (isThenable(result)) promiseOf(result).then(undefined, failed)
  } catch (error) {
    failed(error)
  }
}

/** Tells a watcher that `dead` has stopped. A signal handler that throws has broken the actor, not a message: it crashes. */
export function tellTerminated(watcher: ActorCell, dead: ActorCell, error: unknown): void {
  const { terminated } = watcher.definition.signals
  if (terminated === undefined) return
  watcher.signal((cell) => {
    const context = cell.instance()
    callOwn(
      () => terminated(context as never, { ref: dead.ref, error }),
      (thrown) => {
        // One that rejects after its instance has ended has broken nothing that still runs.
        if (cell.context === context) cell.crash(thrown)
      },
    )
  })
}

/** Crashes the actor after the message under way, unless the instance that asked for it has ended before. */
export function failLater(cell: ActorCell, context: ActorContext, error: unknown): void {
  cell.signal((self) => {
    if (!context.closed) self.crash(error)
  })
}
