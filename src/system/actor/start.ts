import type { HandlerTable } from '../../behavior/handler-table.ts'
import { isThenable, promiseOf } from '../../kernel/thenable.ts'
import type { ActorCell } from './actor-cell.ts'
import type { ActorContext } from './actor-context.ts'
import { endInstance } from './stop.ts'
import { childFailed } from './supervisor.ts'

/** Makes an instance. A throw, now or in `started`, is a failed start: the parent decides. */
export function begin(cell: ActorCell): void {
  if (cell.lifecycle !== 'starting' && cell.lifecycle !== 'restarting') return
  if (waitsForStart(cell)) return
  const { definition } = cell
  try {
    cell.state = definition.state()
    // The first instance has its handlers from the cell's constructor.
    if (cell.extra !== undefined) {
      cell.handlers = definition.behaviors.get(definition.initial) as HandlerTable
      cell.extra.behavior = undefined
    }
    if (definition.signals.started === undefined) {
      started(cell)
      return
    }
    cell.context = cell.contextOf(undefined)
    const starting = definition.signals.started(cell.context as never)
    if (isThenable(starting)) followStart(cell, promiseOf(starting), cell.context)
    else started(cell)
  } catch (error) {
    failedStart(cell, error)
  }
}

/** One start at a time: an abandoned start is waited for as long as a stop would wait for a handler. */
function waitsForStart(cell: ActorCell): boolean {
  const { extra } = cell
  if (extra?.starting === undefined) return false
  if (extra.starting === cell.context) return true
  extra.startAgain ??= cell.runtime.wheel.after(
    cell.definition.shutdownMs,
    (given: ActorContext) => startOver(cell, given),
    extra.starting,
  )
  return true
}

function startOver(cell: ActorCell, context: ActorContext): void {
  const { extra } = cell
  if (extra?.starting !== context) return
  extra.starting = undefined
  if (extra.startAgain === undefined) return
  extra.startAgain.cancel()
  extra.startAgain = undefined
  begin(cell)
}

function followStart(cell: ActorCell, starting: Promise<unknown>, context: ActorContext): void {
  cell.extras().starting = context
  starting.then(
    () => {
      if (!context.closed) started(cell)
      startOver(cell, context)
    },
    (error: unknown) => {
      if (!context.closed) failedStart(cell, error)
      startOver(cell, context)
    },
  )
}

function started(cell: ActorCell): void {
  cell.become('STARTED')
  cell.settle()
}

function failedStart(cell: ActorCell, error: unknown): void {
  endInstance(cell, error)
  cell.become('CRASHED')
  // What it had spawned before it failed goes with it: the next start spawns the same names.
  cell.family?.terminateAll(error)
  childFailed(cell, 'start', error)
}
