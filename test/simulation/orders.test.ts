import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ActorRef, defineActor } from '../../src/index.ts'
import { type Exploration, explore, replay, type Simulation } from '../../src/simulation/index.ts'
import { COMMON } from './planted/all.ts'
import type { Planted } from './planted/planted.ts'
import { type Program, programs, scenarioOf } from './programs.ts'

/** Programs with more orders than this are left out: all of them are played. */
const ORDERS_MAX = 250

async function outcomes(program: Program, reduce: boolean): Promise<[found: Exploration, ends: Set<string>]> {
  const ends = new Set<string>()
  const options = { runs: reduce ? 10_000 : ORDERS_MAX, strategy: 'exhaustive', keepGoing: true } as const
  const found = await explore(
    { ...options, reduce },
    scenarioOf(program, (end) => ends.add(end)),
  )
  return [found, ends]
}

function broken({ failures }: Exploration): string[] {
  return failures.map(({ invariant }) => invariant).sort()
}

/** Checks one program; undefined where it has too many orders. Returns the runs without and with reduction. */
async function compare(program: Program): Promise<[all: number, some: number] | undefined> {
  const [all, allEnds] = await outcomes(program, false)
  if (!all.complete) return undefined
  const [some, someEnds] = await outcomes(program, true)
  expect(some.complete).toBe(true)
  expect([...someEnds].sort()).toEqual([...allEnds].sort())
  expect(broken(some)).toEqual(broken(all))
  // Every order is counted, and none twice.
  if (all.ok) expect(some.reduction?.of).toBe(all.runs)
  return [all.runs, some.runs]
}

/** Pairs of actors that only play with each other, and two clerks, the second of whom comes late: the stock can still be sold twice. */
const shop = (pairs: number, fixed: boolean) => async (sim: Simulation) => {
  const system = sim.system()
  const hops = Array.from({ length: pairs }, (_, i) => {
    const other: { ref?: ActorRef<{ hop: (ctx: never, left: number) => void }> } = {}
    const player = (name: string) =>
      defineActor({
        name,
        state: () => ({ hops: 0 }),
        on: {
          hop(ctx, left: number) {
            ctx.state.hops += 1
            if (left > 0 && other.ref !== undefined) ctx.tell(other.ref, 'hop', left - 1)
          },
        },
      })
    other.ref = system.spawn(player(`right ${i}`), { name: `right${i}` })
    return system.spawn(player(`left ${i}`), { name: `left${i}` })
  })
  const stock: ActorRef<{ left: (ctx: never) => number; take: (ctx: never) => number }> = system.spawn(
    defineActor({
      name: 'stock',
      state: () => ({ pieces: 1 }),
      on: {
        left: (ctx) => ctx.state.pieces,
        take(ctx) {
          if (fixed && ctx.state.pieces === 0) return 0
          ctx.state.pieces -= 1
          if (ctx.state.pieces < 0) sim.unreachable('no piece is sold twice')
          return 1
        },
      },
    }),
    { name: 'stock' },
  )
  const clerks = ['ann', 'bob'].map((name) =>
    system.spawn(
      defineActor({
        name,
        on: {
          async sell(ctx) {
            if ((await ctx.ask(stock, 'left')) > 0) await ctx.ask(stock, 'take')
          },
        },
      }),
      { name },
    ),
  )
  const [ann, bob] = clerks as [(typeof clerks)[0], (typeof clerks)[0]]
  const door = system.spawn(
    defineActor({
      name: 'door',
      on: {
        open(ctx, left: number) {
          if (left > 0) ctx.tell(ctx.self, 'open', left - 1)
          else ctx.tell(bob, 'sell')
        },
      },
    }),
    { name: 'door' },
  )
  ann.tell('sell')
  door.tell('open', 6)
  for (const player of hops) player.tell('hop', 2)
  await sim.settle()
}

describe('a search over all orders that leaves equal ones out', () => {
  test.each([
    ['messages alone', false, 30],
    ['everything that steps may share', true, 80],
  ])(
    '[G166] reaches every outcome, and breaks every invariant, of %s',
    async (_, rich, numRuns) => {
      const runs = [0, 0]
      await fc.assert(
        fc.asyncProperty(programs(rich), async (program) => {
          const compared = await compare(program)
          for (const [i, n] of compared?.entries() ?? []) runs[i] = (runs[i] ?? 0) + n
        }),
        { numRuns, seed: 1666 },
      )
      const [all = 0, some = 0] = runs
      expect(all).toBeGreaterThan(500)
      expect(some).toBeLessThan(all * 0.75)
    },
    120_000,
  )

  test('[G166] finds a bug of order in few runs, where most orders are of others', async () => {
    const all = await explore({ runs: 300, strategy: 'exhaustive' }, shop(3, false))
    expect(all).toMatchObject({ ok: true, complete: false })
    const some = await explore({ runs: 300, strategy: 'exhaustive', reduce: true }, shop(3, false))
    expect(some.failure?.invariant).toBe('no piece is sold twice')
    // Its token needs no search.
    const again = await replay(some.failure?.token as string, shop(3, false))
    expect(again.failure?.invariant).toBe('no piece is sold twice')
    expect(again.diverged).toBeUndefined()
    const fixed = await explore({ runs: 300, strategy: 'exhaustive', reduce: true }, shop(3, true))
    expect(fixed).toMatchObject({ ok: true, complete: true })
    expect(fixed.reduction?.of).toBeGreaterThan(1_000_000)
    expect(fixed.runs).toBeLessThan(100)
  })

  test('[G166] visits every state where a check looks at states between two steps', async () => {
    const seen = async (reduce: boolean): Promise<[Exploration, string[]]> => {
      const states = new Set<string>()
      const found = await explore({ strategy: 'exhaustive', reduce }, async (sim) => {
        const system = sim.system()
        const Light = defineActor({
          name: 'light',
          state: () => ({ on: 0 }),
          on: { turn: (ctx) => ++ctx.state.on },
        })
        const lights = ['a', 'b', 'c', 'd'].map((name) => system.spawn(Light, { name }))
        await sim.settle()
        sim.invariant('seen', (world) => {
          states.add(lights.map((one) => world.state<{ on: number }>(one)?.on ?? '-').join(''))
        })
        for (const light of lights) light.tell('turn')
        await sim.settle()
      })
      return [found, [...states].sort()]
    }
    const [all, states] = await seen(false)
    const [some, same] = await seen(true)
    expect(states.filter((one) => !one.includes('-'))).toHaveLength(16)
    expect(same).toEqual(states)
    expect(some).toMatchObject({ complete: true, reduction: { orders: 1, of: all.runs } })
    expect(some.runs).toBeLessThan(all.runs)
  })

  test('[G166] says where it has not seen all', async () => {
    const some = await explore({ runs: 3, strategy: 'exhaustive', reduce: true }, shop(1, true))
    expect(some).toMatchObject({ runs: 3, complete: false })
    expect(some.reduction?.of).toBeUndefined()
  })

  test('[G166] keeps what a planted bug of interleaving breaks, in fewer runs', async () => {
    const { checkThenAct, lateOverwrites } = COMMON as Record<string, Planted>
    for (const planted of [checkThenAct, lateOverwrites] as Planted[]) {
      const options = { runs: 400, strategy: 'exhaustive' } as const
      const all = await explore(options, (sim) => planted.scenario(sim, false))
      const some = await explore({ ...options, reduce: true }, (sim) => planted.scenario(sim, false))
      expect(some.failure?.invariant).toBe(planted.invariant)
      expect(some.runs).toBeLessThanOrEqual(all.runs)
      const fixed = await explore({ ...options, reduce: true }, (sim) => planted.scenario(sim, true))
      expect(fixed).toMatchObject({ ok: true, complete: true })
    }
  })

  test('[G167] refuses actors that share more than messages, and names them', async () => {
    // One list of all actors: who came first is seen in a state, and in the end by the scenario alone.
    const listed = (inStates: boolean) => async (sim: Simulation) => {
      const system = sim.system()
      const list: string[] = []
      const shy = ['ann', 'bob', 'cyd'].map((name) => {
        const one = defineActor({
          name,
          state: () => ({ place: 0 }),
          on: {
            come(ctx) {
              list.push(name)
              if (inStates) ctx.state.place = list.length
            },
          },
        })
        return system.spawn(one, { name })
      })
      for (const one of shy) one.tell('come')
      await sim.settle()
      if (list.join() !== 'ann,bob,cyd') sim.unreachable('first come, first served')
    }
    for (const inStates of [true, false]) {
      const search = explore({ strategy: 'exhaustive', reduce: true }, listed(inStates))
      await expect(search).rejects.toMatchObject({
        code: 'shared-state',
        path: expect.any(String),
        value: ['ann', 'bob'],
        message: expect.stringContaining("steps of 'ann' and 'bob' changed places"),
      })
    }
    const all = await explore({ strategy: 'exhaustive', keepGoing: true }, listed(false))
    expect(all).toMatchObject({ complete: true, runs: 6, ok: false })
  })

  test('belongs to an exhaustive search', async () => {
    await expect(explore({ reduce: true }, shop(1, true))).rejects.toMatchObject({
      code: 'invalid-argument',
      path: 'reduce',
    })
  })
})
