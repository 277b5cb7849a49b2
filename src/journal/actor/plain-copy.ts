/** It holds something that is no plain data: bytes, a date, a map. */
const OTHER = Symbol('other')

/**
 * A copy of lists, plain objects and what is in them; `otherwise` makes it where there is anything else. The codec has taken the value: it
 * has no cycle, no getter and no key that is not its own.
 */
export function plainCopy(value: unknown, otherwise: () => unknown): unknown {
  const copy = copied(value)
  return copy === OTHER ? otherwise() : copy
}

function copied(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return copiedList(value)
  if (Object.getPrototypeOf(value) !== Object.prototype) return OTHER
  const copy: Record<string, unknown> = {}
  for (const name in value) {
    const part = copied((value as Record<string, unknown>)[name])
    if (part === OTHER) return OTHER
    copy[name] = part
  }
  return copy
}

function copiedList(list: readonly unknown[]): unknown {
  const copy: unknown[] = []
  for (const one of list) {
    const part = copied(one)
    if (part === OTHER) return OTHER
    copy.push(part)
  }
  return copy
}
