import { z } from 'zod'
import { defineProcessor, pipeline, type RunningPipeline } from '../../../src/index.ts'
import { MemoryDisk } from '../../../src/journal/disk/memory-disk.ts'
import { type Simulation, scenario } from '../../../src/simulation/index.ts'
import { begin, cut } from '../lives-on-disk.ts'

const LIVES = 3
const ORDERS = 4

/** An order is priced, approved by a person if it is dear, and shipped: which process did that shows in its outcome. */
function shop(sim: Simulation, life: number) {
  const price = defineProcessor({
    name: 'price',
    input: z.number(),
    output: z.number(),
    process: async (order) => {
      await sim.sleep(sim.random.integer(5))
      return order * 100
    },
  })
  const approve = defineProcessor({
    name: 'approve',
    input: z.number(),
    output: z.string(),
    process: async (cost, ctx) => {
      const by =
        cost > 200 ? await ctx.human({ question: `Ship for ${cost}?`, answer: z.string() }) : 'nobody'
      return `${cost} approved by ${by}`
    },
  })
  const ship = defineProcessor({
    name: 'ship',
    input: z.string(),
    output: z.string(),
    process: async (text) => {
      await sim.sleep(sim.random.integer(5))
      return `${text}, shipped by process ${life}`
    },
  })
  return pipeline('shop', z.number(), { timeout: '1h' }).to(price).to(approve).to(ship)
}

/**
 * Processes on one disk, one after the other, each killed or without power at any moment: whoever asks for an order again gets what
 * the first to ask was told, and an answer of a person that was accepted is the answer [G128].
 */
export default scenario(import.meta.url, { faults: {} }, async (sim) => {
  let disk = new MemoryDisk()
  const told = new Map<string, string>()
  /** By question: the answer that was accepted. */
  const accepted = new Map<string, string>()
  let answers = 0
  const same = (key: string, outcome: string): void => {
    const before = told.get(key)
    if (before !== undefined && before !== outcome)
      sim.unreachable(`one outcome for ${key}: '${before}', then '${outcome}'`)
    told.set(key, outcome)
  }
  const people = async (running: RunningPipeline<number, string>): Promise<void> => {
    for (const { id, question } of running.pending()) {
      const cost = question.replace(/\D/g, '')
      if (accepted.has(cost)) sim.unreachable(`a person is asked again: ${question}`)
      answers += 1
      const by = `person ${answers}`
      await running.answer(id, by).then(
        () => accepted.set(cost, by),
        () => undefined,
      )
    }
  }
  for (let n = 1; n <= LIVES; n++) {
    const life = await begin(sim, disk, {})
    const running = await life.system.run(shop(sim, n))
    const orders = await running.durable(life.journal.store('orders'))
    if (orders.keys().length > 0) sim.reachable('a run went on in the next process')
    let dead = false
    const ask = (order: number): Promise<void> =>
      orders.ask(`order ${order}`, order).then(
        (outcome) => {
          if (!dead) same(`order ${order}`, outcome)
        },
        () => undefined,
      )
    const asked = [...sim.times(ORDERS)].map((order) => ask(order + 1))
    for (const _ of sim.times(3)) {
      await sim.sleep(sim.random.integer(20))
      if (sim.random.integer(2) === 0) await people(running)
    }
    if (n < LIVES) {
      disk = cut(sim, disk)
      dead = true
      await life.system.stop({ drain: 0 })
      continue
    }
    for (const _ of sim.times(ORDERS)) {
      await sim.sleep(50)
      await people(running)
    }
    await Promise.all(asked)
    for (const order of sim.times(ORDERS)) {
      const key = `order ${order + 1}`
      const outcome = await orders.outcome(key)
      if (outcome === undefined) sim.unreachable(`${key} has ended`)
      else same(key, outcome)
      const cost = `${(order + 1) * 100}`
      const by = accepted.get(cost)
      if (by !== undefined && !outcome?.startsWith(`${cost} approved by ${by},`))
        sim.unreachable(`${key} has the answer of ${by}: '${outcome}'`)
    }
    await life.system.stop()
  }
})
