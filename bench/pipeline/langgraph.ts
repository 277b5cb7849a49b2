import { Annotation, END, START, StateGraph } from '@langchain/langgraph'
import { STAGES, step, WIDTH } from './plain.ts'

type Ask = (x: number) => Promise<number>

/** The chain as a compiled StateGraph, without checkpointer: its fastest setting. */
export function chain(): Ask {
  const State = Annotation.Root({ x: Annotation<number> })
  const graph = new StateGraph(State) as StateGraph<
    typeof State.spec,
    typeof State.State,
    typeof State.Update,
    string
  >
  for (let i = 0; i < STAGES; i++) {
    graph.addNode(`s${i}`, ({ x }) => ({ x: step(x) }))
    graph.addEdge(i === 0 ? START : `s${i - 1}`, `s${i}`)
  }
  graph.addEdge(`s${STAGES - 1}`, END)
  const compiled = graph.compile()
  return async (x) => (await compiled.invoke({ x })).x
}

/** One node, then eight in parallel whose parts a reducer collects, then one that sums them up. */
export function join(): Ask {
  const State = Annotation.Root({
    x: Annotation<number>,
    sum: Annotation<number>,
    parts: Annotation<number[], number[]>({
      reducer: (parts, more) => parts.concat(more),
      default: () => [],
    }),
  })
  const graph = new StateGraph(State) as StateGraph<
    typeof State.spec,
    typeof State.State,
    typeof State.Update,
    string
  >
  graph.addNode('source', ({ x }) => ({ x: step(x) }))
  graph.addNode('merge', ({ parts }) => ({ sum: parts.reduce((sum, part) => sum + part, 0) }))
  graph.addEdge(START, 'source')
  const names = Array.from({ length: WIDTH }, (_, i) => `b${i}`)
  for (const name of names) {
    graph.addNode(name, ({ x }) => ({ parts: [step(x)] }))
    graph.addEdge('source', name)
  }
  graph.addEdge(names, 'merge')
  graph.addEdge('merge', END)
  const compiled = graph.compile()
  return async (x) => (await compiled.invoke({ x })).sum
}
