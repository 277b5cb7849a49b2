import { expect, test } from 'vitest'
import { defineActor } from '../../src/behavior/define-actor.ts'
import { MemoryDisk } from '../../src/journal/disk/memory-disk.ts'
import type { Simulation } from '../../src/simulation/index.ts'
import { simulate } from '../../src/simulation/simulate.ts'
import type { ActorSystem } from '../../src/system/actor-system.ts'
import { type Life, live } from './lives.ts'

const DAY = 86_400_000

interface Rang {
  readonly key: string
  readonly day: number
  readonly late: number
}

/** A clock that notes what rang, on which day and how many days late. */
function clock(rang: Rang[], sim: Simulation) {
  const days = (ms: number): number => Math.round(ms / DAY)
  return defineActor({
    name: 'clock',
    durable: true,
    state: () => ({ set: 0 }),
    supervision: { intensity: { restarts: 1000, within: '1s' } },
    on: {
      set(ctx, { key, when, fail = false }: { key: string; when: never; fail?: boolean }) {
        ctx.state.set += 1
        ctx.timers.durable(key, when, 'ring', key)
        if (fail) throw new RangeError('after the timer')
      },
      cancel: (ctx, key: string) => ctx.timers.cancel(key),
      ring(ctx, key: string) {
        rang.push({ key, day: days(sim.now), late: days(ctx.timers.fired?.lateMs ?? -DAY) })
        if (ctx.timers.fired?.key !== key) throw new RangeError('another timer')
      },
    },
  })
}

async function inTime(
  scenario: (sim: Simulation, start: (disk: MemoryDisk) => Promise<Life>) => Promise<void>,
) {
  const { failure } = await simulate({ seed: 1, timeLimit: '365d' }, async (sim) => {
    const system = (journal: object): ActorSystem => sim.system({ name: 'home', journal: journal as never })
    await scenario(sim, (disk) => live(disk, { kernel: sim.kernel, system }))
  })
  expect(failure).toBeUndefined()
}

test('[G101] timers ring by their times, in whatever order they were set', async () => {
  for (const days of [
    [1, 5, 3],
    [4, 2, 9, 1, 7, 3, 8, 5, 6],
  ]) {
    const rang: Rang[] = []
    await inTime(async (sim, start) => {
      const { system } = await start(new MemoryDisk())
      const ref = system.spawn(clock(rang, sim))
      for (const day of days) await ref.ask('set', { key: `${day}`, when: `${day}d` as never })
      await sim.sleep('10d')
      expect(rang.map(({ day }) => day)).toEqual(days.toSorted((a, b) => a - b))
    })
  }
})

test('[G101] a timer of months rings on its day in whichever process runs then', async () => {
  const rang: Rang[] = []
  await inTime(async (sim, start) => {
    let disk = new MemoryDisk()
    const first = await start(disk)
    const ref = first.system.spawn(clock(rang, sim))
    await ref.ask('set', { key: 'a', when: '40d' as never })
    await ref.ask('set', { key: 'b', when: { at: new Date(sim.kernel.clock.now() + 10 * DAY) } as never })
    await sim.sleep('12d')
    expect(rang).toEqual([{ key: 'b', day: 10, late: 0 }])
    disk = disk.copy()
    await first.system.stop({ drain: 0 })
    const second = await start(disk)
    second.system.spawn(clock(rang, sim))
    await sim.sleep('20d')
    await sim.sleep('10d')
    await second.end()
  })
  expect(rang.slice(1)).toEqual([{ key: 'a', day: 40, late: 0 }])
})

test('[G101] what was missed while no process ran rings once at the start, and says how late it is', async () => {
  const rang: Rang[] = []
  await inTime(async (sim, start) => {
    let disk = new MemoryDisk()
    const first = await start(disk)
    const ref = first.system.spawn(clock(rang, sim))
    await ref.ask('set', { key: 'once', when: '3d' as never })
    await ref.ask('set', { key: 'daily', when: { every: '1d' } as never })
    await sim.sleep('1d')
    await sim.sleep(1000)
    disk = disk.copy()
    await first.system.stop({ drain: 0 })
    await sim.sleep('9d')
    for (const life of [1, 2]) {
      const next = await start(disk)
      const again = next.system.spawn(clock(rang, sim))
      // Set again at every start, it keeps its beat.
      await again.ask('set', { key: 'daily', when: { every: '1d' } as never })
      if (life === 2) await sim.sleep('1d')
      await next.end()
    }
  })
  expect(rang).toEqual([
    { key: 'daily', day: 1, late: 0 },
    { key: 'daily', day: 10, late: 8 },
    { key: 'once', day: 10, late: 7 },
    { key: 'daily', day: 11, late: 0 },
  ])
})

test('[G101] a timer of a failed handler is not set, a cancelled or replaced one does not ring', async () => {
  const rang: Rang[] = []
  await inTime(async (sim, start) => {
    const life = await start(new MemoryDisk())
    const ref = life.system.spawn(clock(rang, sim))
    await ref.ask('set', { key: 'failed', when: '1d' as never, fail: true }).catch(() => undefined)
    await ref.ask('set', { key: 'gone', when: '1d' as never })
    await ref.ask('set', { key: 'moved', when: '1d' as never })
    await ref.ask('set', { key: 'moved', when: '2d' as never })
    expect([await ref.ask('cancel', 'gone'), await ref.ask('cancel', 'gone')]).toEqual([true, false])
    await sim.sleep('5d')
    await life.end()
  })
  expect(rang).toEqual([{ key: 'moved', day: 2, late: 0 }])
})

test('durable timers are refused by path where they can’t be', async () => {
  const life = await live(new MemoryDisk())
  const Plain = defineActor({ name: 'plain', on: { go: (ctx) => ctx.timers.durable('k', '1d', 'go') } })
  await expect(life.system.spawn(Plain).ask('go')).rejects.toMatchObject({ cause: { code: 'not-durable' } })
  const Bad = defineActor({
    name: 'bad',
    durable: true,
    on: { go: (ctx, when: unknown) => ctx.timers.durable('k', when as never, 'go') },
  })
  const bad = life.system.spawn(Bad)
  const zoned = { every: '1d', zone: 'Europe/Berlin' }
  for (const [when, path] of [
    ...['soon', -1, Number.NaN, '200000d', null, {}, [], true].map((given) => [given, 'when'] as const),
    ...['noon', '', true, undefined, [5], 9e15, new Date(Number.NaN)].map((at) => [{ at }, 'when'] as const),
    [{ at: null }, 'when.at'],
    [{ every: 'x' }, 'when.every'],
    [zoned, 'when.zone'],
    [{ at: 1, every: '1d' }, 'when.at'],
    [{ cron: '0 0 30 2 *' }, 'when.cron'],
  ] as const)
    await expect(bad.ask('go', when), JSON.stringify(when)).rejects.toMatchObject({
      cause: { code: 'invalid-argument', path },
    })
  await life.end()
})

test('[G226] a beat that a clock put back has left a year ahead begins again when it is set', async () => {
  const rang: Rang[] = []
  await inTime(async (sim, start) => {
    const { system } = await start(new MemoryDisk())
    const ref = system.spawn(clock(rang, sim))
    sim.at('1h').jump(365 * DAY)
    sim.at('3h').jump(-365 * DAY)
    for (const _ of [1, 2]) {
      await sim.sleep('2h')
      await ref.ask('set', { key: 'beat', when: { every: '1d' } as never })
      await ref.ask('set', { key: 'daily', when: { cron: '0 0 * * *' } as never })
    }
    await sim.sleep('2.5d')
  })
  expect(rang.map(({ key }) => key).sort()).toEqual(['beat', 'beat', 'daily', 'daily'])
})

test('[G101] [G226] each beat gets the body as it was set, whatever a handler did to the one before', async () => {
  const got: string[] = []
  const Beat = defineActor({
    name: 'beat',
    durable: true,
    on: {
      set(ctx) {
        const body = { tries: 0 }
        ctx.timers.durable('beat', { every: '1d' }, 'ring', body)
        body.tries = 50
      },
      ring: (_ctx, body: { tries: number }) => void got.push(`${body.tries++}`),
    },
  })
  await inTime(async (sim, start) => {
    const disk = new MemoryDisk()
    const first = await start(disk)
    await first.system.spawn(Beat).ask('set')
    await sim.sleep('3.5d')
    await first.end()
    const second = await start(disk)
    second.system.spawn(Beat)
    await sim.sleep('2d')
    await second.end()
  })
  expect(got).toEqual(['0', '0', '0', '0', '0'])
})

test('[G133] a cron timer rings at the times of its zone, also when the clocks change', async () => {
  const at: string[] = []
  const { failure } = await simulate({ seed: 1, timeLimit: '2000d' }, async (sim) => {
    const Daily = defineActor({
      name: 'daily',
      durable: true,
      on: {
        set: (ctx, when: { cron: string; zone: string }) => ctx.timers.durable('beat', when, 'ring'),
        ring: (ctx) => void at.push(new Date(ctx.timers.fired?.dueAt ?? 0).toISOString()),
      },
    })
    const system = (journal: object): ActorSystem => sim.system({ name: 'home', journal: journal as never })
    const life = await live(new MemoryDisk(), { kernel: sim.kernel, system })
    const daily = life.system.spawn(Daily)
    const before = Date.UTC(2027, 2, 26, 12) - sim.kernel.clock.now()
    await sim.sleep(before % DAY)
    for (let days = Math.floor(before / DAY); days > 0; days -= 20) await sim.sleep(Math.min(20, days) * DAY)
    await daily.ask('set', { cron: '30 9 * * *', zone: 'Europe/Berlin' })
    await sim.sleep('4d')
    await life.end()
  })
  expect(failure).toBeUndefined()
  expect(at).toEqual([
    '2027-03-27T08:30:00.000Z',
    '2027-03-28T07:30:00.000Z',
    '2027-03-29T07:30:00.000Z',
    '2027-03-30T07:30:00.000Z',
  ])
})

test('[G133] a cron timer that was missed while no process ran rings once, and says how late it is', async () => {
  const rang: Rang[] = []
  await inTime(async (sim, start) => {
    const disk = new MemoryDisk()
    const first = await start(disk)
    // It begins to ring at the next midnight.
    const when = { cron: '0 0 * * *' } as never
    await first.system.spawn(clock(rang, sim)).ask('set', { key: 'night', when })
    await first.end()
    await sim.sleep('5d')
    for (const _ of [1, 2]) {
      const next = await start(disk)
      // Set again at every start, it keeps its times.
      await next.system.spawn(clock(rang, sim)).ask('set', { key: 'night', when })
      await sim.sleep(1000)
      await next.end()
    }
  })
  expect(rang).toHaveLength(1)
  expect(rang[0]?.late).toBeGreaterThanOrEqual(4)
})

test('a cron expression or a zone that is none is refused by its path', async () => {
  const life = await live(new MemoryDisk())
  const Bad = defineActor({
    name: 'bad',
    durable: true,
    on: { go: (ctx, when: unknown) => ctx.timers.durable('k', when as never, 'go') },
  })
  const bad = life.system.spawn(Bad)
  for (const when of [
    { cron: 'every day' },
    { cron: 5 },
    { cron: '0 25 * * *' },
    { cron: '0 0 * * *', zone: 'Europe/Nowhere' },
    { cron: '0 0 30 2 *' },
  ])
    await expect(bad.ask('go', when), JSON.stringify(when)).rejects.toMatchObject({
      cause: { code: 'invalid-argument' },
    })
  await life.end()
})
