import type { Watchable } from '../../behavior/ref.ts'
import { InvalidArgumentError, text } from '../../kernel/errors.ts'
import { LinkedError } from '../errors.ts'
import type { ActorCell } from './actor-cell.ts'
import { looked } from './actor-handle.ts'

/** Notifies `watcher` once when `ref` stops, at once if it has stopped. */
export function watch(watcher: ActorCell, ref: Watchable): void {
  const target = other(watcher, ref, 'watch')
  if (target.lifecycle === 'stopped') {
    watcher.terminated(target, target.extra?.stopError)
    return
  }
  const extra = target.extras()
  extra.watchers ??= new Set()
  extra.watchers.add(watcher)
  const own = watcher.extras()
  own.watching ??= new Set()
  own.watching.add(target)
}

export function unwatch(watcher: ActorCell, ref: Watchable): void {
  const target = other(watcher, ref, 'unwatch')
  target.extra?.watchers?.delete(watcher)
  watcher.extra?.watching?.delete(target)
  watcher.extra?.told?.delete(target)
}

/** Makes both fail together. */
export function link(cell: ActorCell, ref: Watchable): void {
  const target = other(cell, ref, 'link')
  if (target.lifecycle === 'stopped') {
    const error = target.extra?.stopError
    if (error !== undefined)
      cell.signal((linked) => linked.crash(new LinkedError(linked.path, target.path, error)))
    return
  }
  for (const [one, two] of [
    [cell, target],
    [target, cell],
  ] as const) {
    const extra = one.extras()
    extra.links ??= new Set()
    extra.links.add(two)
  }
}

export function unlink(cell: ActorCell, ref: Watchable): void {
  const target = other(cell, ref, 'unlink')
  target.extra?.links?.delete(cell)
  cell.extra?.links?.delete(target)
}

/** @throws InvalidArgumentError for the actor itself: a cycle of one. */
function other(cell: ActorCell, ref: Watchable, what: string): ActorCell {
  const target = looked(ref, '~cell')
  if (target === undefined || target === cell) {
    throw new InvalidArgumentError(`'${cell.path}' can't ${what} ${target === cell ? 'itself' : text(ref)}`, {
      path: 'ref',
      value: ref,
      remedy: 'Use the ref of another actor',
    })
  }
  return target
}
