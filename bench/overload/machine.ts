import { availableParallelism } from 'node:os'
import { createSystem, defineProcessor, pipeline } from '../../dist/src/index.js'
import { looked } from '../pipeline/plain.ts'
import type { BenchResult } from '../result.ts'
import { arrivals } from './arrivals.ts'
import { goodput } from './figures.ts'
import { type Compared, capacityOf, DEADLINE_MS, type Durations, OURS, once, WITHOUT } from './measure.ts'
import { neighbours } from './neighbours.ts'
import { play } from './open-loop.ts'
import { burn, stepsPerMs } from './work.ts'

/** Two processes a core beside this one: it has a third of what it had. */
const NEIGHBOURS = 2 * availableParallelism()

/**
 * Load 0.8, while the machine slows to a third for the middle third of the time: goodput before, meanwhile and afterwards.
 */
export async function slowedMachine(subject: Compared, durations: Durations): Promise<BenchResult[]> {
  const third = durations.afterMs
  const results: BenchResult[] = []
  for (const name of [OURS, WITHOUT]) {
    const make = subject.contenders[name] as Compared['contenders'][string]
    const capacity = await capacityOf(make, subject.window, durations.capacityMs)
    if (capacity === 0) continue
    const due = arrivals([{ ms: 3 * third, rate: 0.8 * capacity }], 'poisson', 17)
    const played = await once(make, async (contender) => {
      let stop = (): void => {}
      const slow = setTimeout(() => {
        stop = neighbours(NEIGHBOURS)
      }, third)
      const quick = setTimeout(() => stop(), 2 * third)
      try {
        return await play(due, contender, DEADLINE_MS)
      } finally {
        clearTimeout(slow)
        clearTimeout(quick)
        stop()
      }
    })
    for (const [at, part] of ['before', 'slowed', 'afterwards'].entries()) {
      // Each without its first second: queues fill and drain.
      const value = goodput(played, at * third + third / 4, (at + 1) * third)
      const title = `${subject.name}, ${name}, machine ${part}: goodput`
      results.push({ name: title, value, unit: 'answers/s', ratio: value / capacity, of: 'capacity' })
    }
  }
  return results
}

/** A job while the machine slows: every item has its answer. */
export async function jobOnASlowedMachine(durations: Durations): Promise<BenchResult[]> {
  const steps = 4 * stepsPerMs()
  const work = defineProcessor({
    name: 'work',
    input: looked,
    output: looked,
    process: (item: number) => {
      burn(steps)
      return item
    },
  })
  const system = createSystem({ log: false })
  const running = await system.run(pipeline('job', looked, { timeout: DEADLINE_MS }).to(work))
  const items = Math.round((3 * durations.afterMs) / 8)
  const slow = setTimeout(() => {
    stop = neighbours(NEIGHBOURS)
  }, durations.afterMs / 2)
  let stop = (): void => {}
  let answered = 0
  for await (const { error } of running.askAll(Array.from({ length: items }, (_, item) => item)))
    if (error === undefined) answered += 1
  clearTimeout(slow)
  stop()
  await system.stop({ drain: 0 })
  return [
    { name: 'job on a slowed machine: items', value: items, unit: 'items' },
    { name: 'job on a slowed machine: lost', value: items - answered, unit: 'items' },
  ]
}
