import type { RouteTable } from './route-table.ts'

/**
 * Strongly connected components of the arrows of A (Tarjan 1972), without recursion, so a chain of 100,000 nodes takes no more
 * stack than one of 3. Each component is a list of indices; together they hold every index once.
 */
export function components({ start, target }: RouteTable): number[][] {
  const size = start.length - 1
  const found: number[][] = []
  const order = new Int32Array(size).fill(-1)
  const low = new Int32Array(size)
  const onStack = new Uint8Array(size)
  const stack: number[] = []
  const path: number[] = []
  const next = Int32Array.from(start)
  let visited = 0
  const enter = (node: number): void => {
    order[node] = visited
    low[node] = visited
    visited += 1
    stack.push(node)
    onStack[node] = 1
    path.push(node)
  }
  for (let root = 0; root < size; root++) {
    if (order[root] !== -1) continue
    enter(root)
    while (path.length > 0) {
      const node = path[path.length - 1] as number
      const at = next[node] as number
      if (at < (start[node + 1] as number)) {
        next[node] = at + 1
        const to = target[at] as number
        if (order[to] === -1) enter(to)
        else if (onStack[to] === 1) low[node] = Math.min(low[node] as number, order[to] as number)
        continue
      }
      path.pop()
      const parent = path[path.length - 1]
      if (parent !== undefined) low[parent] = Math.min(low[parent] as number, low[node] as number)
      if (low[node] === order[node]) found.push(popTo(node, stack, onStack))
    }
  }
  return found
}

function popTo(node: number, stack: number[], onStack: Uint8Array): number[] {
  const component = stack.splice(stack.lastIndexOf(node))
  for (const one of component) onStack[one] = 0
  return component
}
