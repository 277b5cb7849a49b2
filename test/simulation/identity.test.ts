import { describe, expect, test } from 'vitest'
import { defineActor } from '../../src/index.ts'
import {
  explore,
  type FaultOptions,
  replay,
  type Simulation,
  shrink,
  simulate,
} from '../../src/simulation/index.ts'

/** Collects orders; a crash forgets them. */
const Basket = defineActor({
  name: 'basket',
  state: () => ({ orders: [] as number[] }),
  on: {
    add(ctx, order: number) {
      ctx.state.orders.push(order)
    },
    all: (ctx) => [...ctx.state.orders],
  },
})

type Check = (orders: readonly number[], sent: readonly number[], sim: Simulation) => void

const shop = (check: Check) => async (sim: Simulation) => {
  const basket = sim.system().spawn(Basket, { name: 'basket' })
  const sent: number[] = []
  for (const order of sim.times(5)) {
    basket.tell('add', order)
    sent.push(order)
  }
  await sim.settle()
  const orders = await basket.ask('all').catch(() => sent)
  check(orders, sent, sim)
}

class SetupError extends Error {}

/** Each has a real failure, and another that appears as soon as the scenario gets smaller. */
const CHECKS: Readonly<Record<string, Check>> = {
  'of the same class from another line': (orders, sent) => {
    for (const order of sent) {
      if (!orders.includes(order)) throw new Error(`order ${order} was lost`)
    }
    if (sent.length !== 5) throw new Error('TEST SETUP: five orders expected')
  },
  'that comes first': (orders, sent) => {
    if (sent.length !== 5 && sent.length !== 3) throw new Error('TEST SETUP: orders expected')
    for (const order of sent) {
      if (!orders.includes(order)) throw new Error(`order ${order} was lost`)
    }
  },
  'of another class': (orders, sent) => {
    if (sent.length < 2) throw new SetupError('two orders expected')
    if (orders.length < sent.length) throw new Error('an order was lost')
  },
  'of the same name, unreachable at another line': (orders, sent, sim) => {
    if (sent.length < 4) sim.unreachable('all is well')
    if (orders.length < sent.length) sim.unreachable('all is well')
  },
  'by one helper from two lines': (orders, sent) => {
    const demand = (holds: boolean) => {
      if (!holds) throw new Error('a demand is not met')
    }
    demand(sent.length > 2)
    demand(orders.length === sent.length)
  },
}

describe('shrinking keeps to the failure', () => {
  test.each(Object.entries(CHECKS))('and does not slip to one %s [G69]', async (_what, check) => {
    const scenario = shop(check)
    const faults: FaultOptions = { drop: 0.1, delay: ['0ms', '20ms'], crash: 0.02 }
    const found = await explore({ runs: 300, faults }, scenario)
    const { token, message, place } = found.failure as NonNullable<typeof found.failure>
    expect(message).not.toContain('expected')
    const shrunk = await shrink(token, scenario)
    expect(shrunk.failure?.place).toBe(place)
    expect(place).toMatch(/identity\.test\.ts:\d+:\d+/)
    expect(shrunk.failure?.message.replace(/\d+/, 'n')).toBe(message.replace(/\d+/, 'n'))
    // What shrinks does not grow, in any measure.
    for (const what of ['faults', 'messages', 'reorderings', 'delays', 'steps'] as const)
      expect(shrunk.after[what], what).toBeLessThanOrEqual(shrunk.before[what])
    expect((await replay(shrunk.token, scenario)).failure?.place).toBe(place)
  })
})

test('the place of a failure may be a function without a name, as tsx shows it [G72]', async () => {
  const result = await simulate(() => {
    const error = new Error('as it happens')
    error.stack = [
      'Error: as it happens',
      '    at Array.map (<anonymous>)',
      '    at evalmachine.<anonymous>:1:39',
      '    at <anonymous> (/shop/orders.sim.ts:7:12)',
    ].join('\n')
    throw error
  })
  expect(result.failure?.place).toBe('/shop/orders.sim.ts:7:12')
})
