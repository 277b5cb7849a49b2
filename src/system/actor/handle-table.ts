import { types } from 'node:util'
import { SCAN_LIMITS } from '../../message/scan.ts'
import { HANDLE } from '../dispatch/runtime.ts'

/** Key of the object that represents a handle in a frame; its value is the actor's path. */
const MARK = '~actor'

/**
 * Lets actor handles travel in messages: the frame holds `{ '~actor': path }`, and the recipient gets the handle again.
 * Values without handles are not copied.
 */
export class HandleTable {
  readonly #handles = new Map<string, unknown>()
  /** By object: its replacement. A cycle finds itself here, and the codec then refuses it. */
  readonly #left = new Map<object, unknown>()

  get empty(): boolean {
    return this.#handles.size === 0
  }

  /**
   * The value with marks in place of handles. It runs none of the value's code and stays within the limits of a
   * message. The codec refuses, by path, whatever it skips (proxies, accessors, values that are too deep or too long).
   */
  leave(value: unknown, depth = 0): unknown {
    if (typeof value !== 'object' || value === null || types.isProxy(value)) return value
    if (this.#left.has(value)) return this.#left.get(value)
    if (depth >= SCAN_LIMITS.depthMax || this.#left.size >= SCAN_LIMITS.elementsMax) return value
    this.#left.set(value, value)
    if (HANDLE in value) {
      const { path } = value as unknown as { path: string }
      this.#handles.set(path, value)
      return { [MARK]: path }
    }
    const left = each(value, (child) => this.leave(child, depth + 1))
    this.#left.set(value, left)
    return left
  }

  /** The value with handles in place of marks. */
  arrive(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value
    if (MARK in value) return this.#handles.get(String(value[MARK])) ?? value
    return each(value, (child) => this.arrive(child))
  }
}

/** `value` itself if `change` changes nothing in it, a copy otherwise. Descends into arrays and plain objects. */
function each(value: object, change: (child: unknown) => unknown): object {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (Array.isArray(value)) {
    if (prototype !== Array.prototype || value.length > SCAN_LIMITS.elementsMax) return value
  } else if (prototype !== Object.prototype && prototype !== null) return value
  let copy: Record<string, unknown> | undefined
  const keys = Object.keys(value)
  if (keys.length > SCAN_LIMITS.elementsMax) return value
  for (const key of keys) {
    const property = Object.getOwnPropertyDescriptor(value, key)
    if (property === undefined || !('value' in property)) continue
    const changed = change(property.value)
    if (changed === property.value) continue
    copy ??= copyOf(value, prototype)
    Object.defineProperty(copy, key, { ...property, value: changed })
  }
  return copy ?? value
}

/** Copies accessors as they are, without reading them. */
function copyOf(value: object, prototype: unknown): Record<string, unknown> {
  const copy = Array.isArray(value) ? [] : Object.create(prototype as object | null)
  return Object.defineProperties(copy, Object.getOwnPropertyDescriptors(value))
}
