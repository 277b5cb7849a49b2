import { z } from 'zod'
import { defineProcessor, pipeline } from '../../../src/index.ts'
import { scenario } from '../../../src/simulation/index.ts'

const Question = z.object({ id: z.number() })
const Part = z.object({ id: z.number(), by: z.string() })
const Whole = z.object({ id: z.number(), parts: z.record(z.string(), z.string()), share: z.number() })

const reader = (name: string, by: string) =>
  defineProcessor({ name, input: Question, output: Part, process: ({ id }) => ({ id, by }) })

const FAULTS = {
  drop: 0.01,
  delay: ['0ms', '60ms'],
  throw: 0.02,
  reject: 0.02,
  slow: { rate: 0.05, range: ['10ms', '300ms'] },
  crash: 0.03,
} as const

const HOPES = [
  'answered by the old a',
  'answered by the new a',
  'answered with c',
  'answered without b',
  'answered by the new weights',
  'failed',
] as const

/**
 * A pipeline that is changed while it works: a processor replaced, a branch added, another removed, a step resized, A swapped,
 * steps killed. Each run is routed wholly by the plan that it began with; nothing is lost; each key keeps its order.
 */
export default scenario(import.meta.url, { faults: FAULTS }, async (sim) => {
  const order = new Map<string, number>()
  const last = defineProcessor({
    name: 'last',
    input: Whole,
    output: Whole,
    process: (whole, ctx) => {
      // The result of an attempt that has failed meanwhile is discarded.
      if (ctx.signal.aborted) throw ctx.signal.reason
      const key = `k${whole.id % 2}`
      if (whole.id < (order.get(key) ?? -1)) sim.unreachable('a key keeps its order')
      order.set(key, whole.id)
      return whole
    },
  })
  const running = await sim.system().run(
    pipeline('shaped', Question, { timeout: '20s' })
      .fan({ a: reader('a', 'a1'), b: reader('b', 'b1') }, { weights: { a: 3, b: 1 } })
      .merge((parts, { input, weights }) => ({
        id: input.id,
        parts: Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, part.by])),
        share: weights.a,
      }))
      .to(last),
  )
  const seen = new Set<string>()
  for (const hope of HOPES) sim.sometimes(hope, () => seen.has(hope))

  // What a run that begins now must come to, by the changes so far.
  let parts: Readonly<Record<string, string>> = { a: 'a1', b: 'b1' }
  let weights: Readonly<Record<string, number>> = { a: 3, b: 1 }
  const changes: (() => Promise<void> | void)[] = [
    async () => {
      const swapped = running.replace('a', reader('a', 'a2'))
      await swapped
      parts = { ...parts, a: 'a2' }
    },
    () => {
      running.add('c', reader('c', 'c1'), { at: 'merge', weight: 2 })
      parts = { ...parts, c: 'c1' }
      weights = { ...weights, c: 2 }
    },
    () => {
      if (Object.keys(parts).length < 3) return
      running.remove('b')
      const { b: _part, ...others } = parts
      const { b: _weight, ...rest } = weights
      parts = others
      weights = rest
    },
    () => {
      running.weights({ 'a→merge': 5 })
      weights = { ...weights, a: 5 }
    },
    () => running.resize('last', 3),
    () => running.resize('last', 1),
    () => running.kill(sim.pick(['a', 'merge', 'last'])),
  ]
  let settled = 0
  const ask = async (id: number): Promise<void> => {
    const [expected, row] = [parts, weights]
    try {
      const whole = await running.ask({ id }, { orderKey: `k${id % 2}`, timeout: '15s' })
      if (whole.id !== id) sim.unreachable('an answer belongs to its question')
      if (JSON.stringify(sorted(whole.parts)) !== JSON.stringify(sorted(expected)))
        sim.unreachable('a run is routed wholly by one plan')
      const sum = Object.values(row).reduce((total, one) => total + one, 0)
      if (Math.abs(whole.share - (row.a ?? 0) / sum) > 1e-9)
        sim.unreachable('a run is weighed wholly by one A')
      seen.add(whole.parts.a === 'a1' ? 'answered by the old a' : 'answered by the new a')
      if ('c' in whole.parts) seen.add('answered with c')
      if (!('b' in whole.parts)) seen.add('answered without b')
      if (row.a === 5) seen.add('answered by the new weights')
    } catch {
      seen.add('failed')
    }
    settled += 1
  }
  const asked: Promise<void>[] = []
  for (const id of sim.times(12)) {
    asked.push(ask(id))
    // A run begins, and takes its plan, once its input has been checked.
    await sim.sleep(1 + (sim.random.next() < 0.5 ? sim.random.integer(40) : 0))
    if (changes.length > 0 && sim.random.next() < 0.7) {
      const at = sim.random.integer(changes.length)
      const [change] = changes.splice(at, 1)
      await change?.()
    }
  }
  await Promise.all(asked)
  if (settled !== asked.length) sim.unreachable('every ask settles')
  await sim.settle()
  sim.expect.quiescent()
  if (running.processors().some(({ load }) => load > 0)) sim.unreachable('nothing is left behind')
})

function sorted(record: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1))
}
