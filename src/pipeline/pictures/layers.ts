/** A directed graph by the indexes of its nodes. */
export interface IndexedGraph {
  readonly size: number
  readonly edges: readonly (readonly [from: number, to: number])[]
}

/** Nodes in layers: every arrow, except those back, leads from one layer to the next. */
export interface Layering {
  /** Indexes of nodes by layer, top to bottom; indexes from `size` on are bends of long arrows. */
  readonly layers: readonly (readonly number[])[]
  /** By arrow: the indexes it passes, including its ends. An arrow back has only its two ends. */
  readonly routes: readonly (readonly number[])[]
  /** By arrow: whether it leads back. */
  readonly back: readonly boolean[]
}

const SWEEPS = 12

/**
 * Layers by the longest path, bends for arrows over several layers, and an order with few crossings (barycentres, swept back
 * and forth; the best order is kept).
 *
 * Source: Sugiyama, Tagawa, Toda, "Methods for visual understanding of hierarchical system structures", IEEE SMC 11(2), 1981.
 */
export function layered(graph: IndexedGraph): Layering {
  const back = backwards(graph)
  const rank = ranks(graph, back)
  const layers: number[][] = []
  const place = (node: number, layer: number): void => {
    while (layers.length <= layer) layers.push([])
    layers[layer]?.push(node)
  }
  for (let node = 0; node < graph.size; node++) place(node, rank[node] as number)
  let next = graph.size
  const routes = graph.edges.map(([from, to], at) => {
    if (back[at]) return [from, to]
    const route = [from]
    for (let layer = (rank[from] as number) + 1; layer < (rank[to] as number); layer++) {
      place(next, layer)
      route.push(next)
      next += 1
    }
    route.push(to)
    return route
  })
  const links = linksOf(routes.filter((_, at) => !back[at]))
  return { layers: ordered(layers, links), routes, back }
}

/** Arrows that close a cycle, found depth first from the start. */
function backwards({ size, edges }: IndexedGraph): boolean[] {
  const leaving: number[][] = Array.from({ length: size }, () => [])
  edges.forEach(([from], at) => {
    leaving[from]?.push(at)
  })
  const back = edges.map(() => false)
  const state = new Uint8Array(size)
  const next = new Uint32Array(size)
  for (let root = 0; root < size; root++) {
    const path = state[root] === 0 ? [root] : []
    while (path.length > 0) {
      const node = path[path.length - 1] as number
      state[node] = 1
      const at = leaving[node]?.[next[node] as number]
      next[node] = (next[node] as number) + 1
      if (at === undefined) {
        state[node] = 2
        path.pop()
        continue
      }
      const to = (edges[at] as readonly [number, number])[1]
      if (state[to] === 1) back[at] = true
      else if (state[to] === 0) path.push(to)
    }
  }
  return back
}

function ranks({ size, edges }: IndexedGraph, back: readonly boolean[]): Uint32Array {
  const rank = new Uint32Array(size)
  const forward = edges.filter((_, at) => !back[at])
  const incoming = new Uint32Array(size)
  const leaving: number[][] = Array.from({ length: size }, () => [])
  for (const [from, to] of forward) {
    incoming[to] = (incoming[to] as number) + 1
    leaving[from]?.push(to)
  }
  const free = Array.from({ length: size }, (_, node) => node).filter((node) => incoming[node] === 0)
  for (let node = free.pop(); node !== undefined; node = free.pop()) {
    for (const to of leaving[node] as number[]) {
      rank[to] = Math.max(rank[to] as number, (rank[node] as number) + 1)
      incoming[to] = (incoming[to] as number) - 1
      if (incoming[to] === 0) free.push(to)
    }
  }
  return rank
}

interface Links {
  readonly before: ReadonlyMap<number, number[]>
  readonly after: ReadonlyMap<number, number[]>
}

function linksOf(routes: readonly (readonly number[])[]): Links {
  const before = new Map<number, number[]>()
  const after = new Map<number, number[]>()
  const add = (map: Map<number, number[]>, key: number, value: number): void => {
    const list = map.get(key)
    if (list === undefined) map.set(key, [value])
    else list.push(value)
  }
  for (const route of routes) {
    for (let i = 1; i < route.length; i++) {
      add(after, route[i - 1] as number, route[i] as number)
      add(before, route[i] as number, route[i - 1] as number)
    }
  }
  return { before, after }
}

function ordered(given: readonly (readonly number[])[], links: Links): readonly (readonly number[])[] {
  let layers = given.map((layer) => [...layer])
  let best = layers
  let fewest = crossings(layers, links)
  for (let sweep = 0; sweep < SWEEPS && fewest > 0; sweep++) {
    layers = layers.map((layer) => [...layer])
    const down = sweep % 2 === 0
    for (let i = 1; i < layers.length; i++) {
      const at = down ? i : layers.length - 1 - i
      const neighbour = layers[down ? at - 1 : at + 1] as number[]
      layers[at] = byBarycentre(layers[at] as number[], neighbour, down ? links.before : links.after)
    }
    const now = crossings(layers, links)
    if (now < fewest) {
      fewest = now
      best = layers
    }
  }
  return best
}

function byBarycentre(
  layer: readonly number[],
  neighbour: readonly number[],
  linked: ReadonlyMap<number, number[]>,
): number[] {
  const position = new Map(neighbour.map((node, at) => [node, at]))
  const keyed = layer.map((node, at) => {
    const near = linked.get(node) ?? []
    const sum = near.reduce((total, one) => total + (position.get(one) ?? 0), 0)
    return { node, at, key: near.length === 0 ? at : sum / near.length }
  })
  return keyed.sort((a, b) => a.key - b.key || a.at - b.at).map(({ node }) => node)
}

/** Pairs of arrows that cross, over all layers: inversions of their ends, counted with a Fenwick tree. */
function crossings(layers: readonly (readonly number[])[], { after }: Links): number {
  let count = 0
  for (let at = 0; at + 1 < layers.length; at++) {
    const position = new Map((layers[at + 1] as readonly number[]).map((node, i) => [node, i]))
    const tree = new Uint32Array(position.size + 1)
    let placed = 0
    for (const node of layers[at] as readonly number[]) {
      const ends = (after.get(node) ?? []).map((to) => position.get(to) ?? 0)
      for (const end of ends) {
        let notAbove = 0
        for (let i = end + 1; i > 0; i -= i & -i) notAbove += tree[i] as number
        count += placed - notAbove
      }
      for (const end of ends) {
        for (let i = end + 1; i < tree.length; i += i & -i) tree[i] = (tree[i] as number) + 1
        placed += 1
      }
    }
  }
  return count
}
