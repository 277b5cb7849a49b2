import { expect, test } from 'vitest'
import { defineActor } from '../../src/behavior/define-actor.ts'
import { MemoryDisk } from '../../src/journal/disk/memory-disk.ts'
import type { Simulation } from '../../src/simulation/index.ts'
import { simulate } from '../../src/simulation/simulate.ts'
import type { ActorSystem } from '../../src/system/actor-system.ts'
import { type Life, live } from './lives.ts'

const DAY = 86_400_000

/** Beats that are set once, and never again. */
function clock(rang: string[]) {
  return defineActor({
    name: 'clock',
    durable: true,
    on: {
      set(ctx) {
        ctx.timers.durable('beat', { every: '1d' }, 'ring', 'beat')
        ctx.timers.durable('daily', { cron: '0 0 * * *' }, 'ring', 'daily')
        ctx.timers.durable('once', '2d', 'ring', 'once')
      },
      daily: (ctx) => ctx.timers.durable('daily', { cron: '0 0 * * *' }, 'ring', 'daily'),
      ring: (_ctx, key: string) => void rang.push(key),
    },
  })
}

async function inTime(
  scenario: (sim: Simulation, start: (disk: MemoryDisk) => Promise<Life>) => Promise<void>,
) {
  const { failure } = await simulate({ seed: 1, timeLimit: '700d' }, async (sim) => {
    const system = (journal: object): ActorSystem => sim.system({ name: 'home', journal: journal as never })
    await scenario(sim, (disk) => live(disk, { kernel: sim.kernel, system }))
  })
  expect(failure).toBeUndefined()
}

test('[G222] beats that were set while the clock was a year ahead ring on once it is put back', async () => {
  const rang: string[] = []
  await inTime(async (sim, start) => {
    sim.at('1h').jump(365 * DAY)
    sim.at('3h').jump(-365 * DAY)
    await sim.sleep('2h')
    const { system, end } = await start(new MemoryDisk())
    await system.spawn(clock(rang)).ask('set')
    await sim.sleep('2.5d')
    await end()
  })
  // What is due once is due at its moment, however the clock is set.
  expect(rang.sort()).toEqual(['beat', 'beat', 'daily', 'daily'])
})

test('[G222] so they do where the clock is put back while no process runs, and processes are short', async () => {
  const rang: string[] = []
  await inTime(async (sim, start) => {
    const disk = new MemoryDisk()
    sim.at('1h').jump(365 * DAY)
    sim.at('3h').jump(-365 * DAY)
    await sim.sleep('2h')
    const first = await start(disk)
    await first.system.spawn(clock(rang)).ask('set')
    await first.end()
    await sim.sleep('2h')
    for (let life = 0; life < 5; life++) {
      const next = await start(disk)
      next.system.spawn(clock(rang))
      await sim.sleep('12h')
      await next.end()
    }
  })
  expect(rang.sort()).toEqual(['beat', 'beat', 'daily', 'daily'])
})

test('[G222] a clock that is put back over the moment of a daily beat gives it no second one', async () => {
  const rang: string[] = []
  await inTime(async (sim, start) => {
    const disk = new MemoryDisk()
    const first = await start(disk)
    await first.system.spawn(clock(rang)).ask('daily')
    const midnight = DAY - (sim.now % DAY)
    sim.at(midnight + 60_000).jump(-3_600_000)
    await sim.sleep(midnight + 120_000)
    expect(rang).toEqual(['daily'])
    await first.end()
    const second = await start(disk)
    second.system.spawn(clock(rang))
    await sim.sleep('3h')
    expect(rang).toEqual(['daily'])
    await sim.sleep('1d')
    await second.end()
  })
  expect(rang).toEqual(['daily', 'daily'])
})
