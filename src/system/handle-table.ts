import { HANDLE } from './runtime.ts'

/** Key of the object that stands for a handle in a frame; its value is the actor's path. */
const MARK = '~actor'

/**
 * Lets handles of actors travel in messages: in the frame stands `{ '~actor': path }`, at its end the handle again.
 * Nothing is copied that holds no handle.
 */
export class HandleTable {
  readonly #handles = new Map<string, unknown>()
  /** By object: what stands for it. A cycle finds itself here, and the codec then refuses it. */
  readonly #left = new Map<object, unknown>()

  get empty(): boolean {
    return this.#handles.size === 0
  }

  /** The value with marks in the place of handles. */
  leave(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value
    if (this.#left.has(value)) return this.#left.get(value)
    this.#left.set(value, value)
    if (HANDLE in value) {
      const { path } = value as unknown as { path: string }
      this.#handles.set(path, value)
      return { [MARK]: path }
    }
    const left = each(value, (child) => this.leave(child))
    this.#left.set(value, left)
    return left
  }

  /** The value with handles in the place of marks. */
  arrive(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value
    if (MARK in value) return this.#handles.get(String(value[MARK])) ?? value
    return each(value, (child) => this.arrive(child))
  }
}

/** `value` itself where `change` changes nothing in it; a copy otherwise. Looks into arrays and plain objects. */
function each(value: object, change: (child: unknown) => unknown): object {
  if (Array.isArray(value)) {
    const changed = value.map(change)
    return changed.every((child, i) => child === value[i]) ? value : changed
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return value
  let copy: Record<string, unknown> | undefined
  for (const [key, child] of Object.entries(value)) {
    const changed = change(child)
    if (changed === child) continue
    copy ??= { ...value }
    copy[key] = changed
  }
  return copy ?? value
}
