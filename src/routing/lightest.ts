/**
 * The item with the least load; among equals the first at or after `from`; `undefined` if every load is infinite. Advance
 * `from` by one at each call, and equals take turns.
 */
export function lightest<T>(items: readonly T[], loadOf: (item: T) => number, from = 0): T | undefined {
  let best: T | undefined
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < items.length; i += 1) {
    const item = items[(from + i) % items.length] as T
    const load = loadOf(item)
    if (load >= least) continue
    best = item
    least = load
  }
  return best
}
