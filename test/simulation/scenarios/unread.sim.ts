import { z } from 'zod'
import { defineProcessor, pipeline } from '../../../src/index.ts'
import { MemoryDisk } from '../../../src/journal/disk/memory-disk.ts'
import type { Store } from '../../../src/ports/store.ts'
import { type Simulation, scenario } from '../../../src/simulation/index.ts'
import { begin, cut } from '../lives-on-disk.ts'

const ORDERS = 5

/** Which process did the work shows in the outcome. */
function shop(sim: Simulation, life: number) {
  const step = (name: string) =>
    defineProcessor({
      name,
      input: z.string(),
      output: z.string(),
      process: async (order) => {
        await sim.sleep(sim.random.integer(15))
        return `${order} ${name} by ${life}`
      },
    })
  return pipeline('shop', z.string(), { timeout: '1h' }).to(step('priced')).to(step('shipped'))
}

/** Damages one record, if there is one. */
async function damage(sim: Simulation, store: Store) {
  const records: { readonly key: string; readonly value: Uint8Array }[] = []
  for await (const record of store.list('shop/')) records.push(record)
  if (records.length === 0) return undefined
  const { key, value } = sim.pick(records)
  const damaged = value.slice()
  const at = sim.random.integer(damaged.length)
  damaged[at] = (damaged[at] as number) ^ (1 + sim.random.integer(255))
  const bytes = sim.random.integer(4) === 0 ? value.slice(0, at) : damaged
  await store.commit([{ key, value: bytes }])
  await store.flushed()
  return { key, value, bytes, order: key.slice('shop/'.length) }
}

/**
 * The record of one durable run is damaged between two processes that are killed or lose their power: all others go on, it is named and
 * stays as it is, and the process that finds it whole again goes on with it [G213].
 */
export default scenario(import.meta.url, { faults: {} }, async (sim) => {
  let disk = new MemoryDisk()
  const told = new Map<string, string>()
  let damaged: Awaited<ReturnType<typeof damage>>
  for (const life of [1, 2, 3]) {
    const { system, journal } = await begin(sim, disk, {})
    const store = journal.store('orders')
    if (life === 2) damaged = await damage(sim, store)
    if (life === 3 && damaged !== undefined) {
      const { key, value, bytes } = damaged
      const left = await store.get(key)
      if (left === undefined || Buffer.compare(left, bytes) !== 0)
        sim.unreachable(`${key} stays as it is while it can't be read`)
      await store.commit([{ key, value }])
    }
    const orders = await (await system.run(shop(sim, life))).durable(store)
    const unread = life === 2 && damaged !== undefined ? [damaged.order] : []
    const named = orders.unread().map(({ key }) => key)
    if (`${named}` !== `${unread}`) sim.unreachable(`'${unread}' is named, not '${named}'`)
    let dead = false
    const ask = async (order: string): Promise<void> => {
      try {
        const outcome = await orders.ask(order, order)
        const before = told.get(order) ?? outcome
        if (before !== outcome) sim.unreachable(`one outcome for ${order}: '${before}', then '${outcome}'`)
        if (unread.includes(order))
          sim.unreachable(`${order} can't be read, and has the outcome '${outcome}'`)
        if (!dead) told.set(order, outcome)
      } catch (error) {
        const { code } = error as { code?: unknown }
        if (unread.includes(order) && code === 'checkpoint-damaged')
          sim.reachable('a run that waits for its record')
        else if (!dead) sim.unreachable(`${order} goes on: ${String(error)}`)
      }
    }
    const asked = [...sim.times(ORDERS)].map((n) => ask(`order ${n + 1}`))
    if (life === 3) await Promise.all(asked)
    else {
      await sim.sleep(sim.random.integer(60))
      disk = cut(sim, disk)
      dead = true
    }
    await system.stop({ drain: 0 })
  }
  if (told.size < ORDERS) sim.unreachable(`all ${ORDERS} orders have an outcome, not ${told.size}`)
})
