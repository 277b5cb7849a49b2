import type { RouteTable } from './route-table.ts'

/** Marks every index reachable from `from`, including those of `from` itself. */
export function reachableFrom(
  { start, target }: Pick<RouteTable, 'start' | 'target'>,
  from: Iterable<number>,
): Uint8Array {
  const reached = new Uint8Array(start.length - 1)
  const open: number[] = []
  for (const index of from) {
    if (reached[index] === 0) open.push(index)
    reached[index] = 1
  }
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (let at = start[node] as number; at < (start[node + 1] as number); at++) {
      const to = target[at] as number
      if (reached[to] === 1) continue
      reached[to] = 1
      open.push(to)
    }
  }
  return reached
}

/** Every arrow reversed. */
export function reversed(table: RouteTable): {
  start: Uint32Array
  target: Uint32Array
  weight: Float64Array
} {
  const size = table.start.length - 1
  const start = new Uint32Array(size + 1)
  for (const row of table.target) start[row + 1] = (start[row + 1] as number) + 1
  for (let at = 0; at < size; at++) start[at + 1] = (start[at + 1] as number) + (start[at] as number)
  const target = new Uint32Array(table.target.length)
  const weight = new Float64Array(table.target.length)
  const next = Uint32Array.from(start)
  for (let column = 0; column < size; column++) {
    for (let at = table.start[column] as number; at < (table.start[column + 1] as number); at++) {
      const row = table.target[at] as number
      const place = next[row] as number
      target[place] = column
      weight[place] = table.weight[at] as number
      next[row] = place + 1
    }
  }
  return { start, target, weight }
}
