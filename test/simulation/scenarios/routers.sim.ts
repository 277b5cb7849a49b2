import { defineActor, type Ref } from '../../../src/index.ts'
import { scenario } from '../../../src/simulation/index.ts'

const FAULTS = {
  throw: 0.02,
  crash: 0.02,
  mailboxFull: 0.02,
  drop: 0.01,
  slow: { rate: 0.05, range: ['5ms', '200ms'] },
  delay: { rate: 0.1, range: ['1ms', '50ms'] },
} as const

function causes(error: unknown): unknown[] {
  const codes: unknown[] = []
  for (let at = error; at instanceof Error; at = at.cause) codes.push((at as { code?: unknown }).code)
  return codes
}

/**
 * Routers over replicas of one place each, some of them full: an offer finds the room there is, what lost the race ends with it,
 * and an abort ends the work of all.
 */
export default scenario(import.meta.url, { faults: FAULTS }, async (sim) => {
  const system = sim.system({ supervision: { intensity: { restarts: 100, within: '1s' } } })
  let [begun, aborted] = [0, 0]
  /** By race: handlers that still run. */
  const open = new Map<number, number>()
  /** Waits for what can't come, unless nobody wants it any more. */
  const idle = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const end = (): void => {
        aborted += 1
        resolve()
      }
      if (signal.aborted) end()
      else signal.addEventListener('abort', end)
    })
  const Racer = defineActor({
    name: 'racer',
    mailbox: { capacity: 1, overflow: 'backpressure' },
    supervision: { intensity: { restarts: 100, within: '1s' } },
    on: {
      async race(ctx, race: number) {
        begun += 1
        open.set(race, (open.get(race) ?? 0) + 1)
        try {
          if (begun % 3 !== race % 3) await idle(ctx.signal)
          else await sim.sleep('2ms')
          return race
        } finally {
          open.set(race, (open.get(race) ?? 0) - 1)
        }
      },
      async work() {
        await sim.sleep('5ms')
        return 'done'
      },
    },
  })
  const racers = system.router(Racer, { name: 'racers', replicas: 3, route: 'first' })
  const workers = system.router(Racer, {
    name: 'workers',
    replicas: 2,
    route: sim.pick(['round-robin', 'least-loaded'] as const),
  })
  const Crew = defineActor({
    name: 'crew',
    mailbox: { capacity: 1, overflow: 'backpressure' },
    supervision: { intensity: { restarts: 100, within: '1s' } },
    on: {
      async all() {
        await sim.sleep('3ms')
        return 'done'
      },
      /** Asks its own router: another replica is free, or it is told so at once. */
      async down(ctx, left: number): Promise<number> {
        if (left === 0) return 0
        return (
          1 +
          (await ctx.ask(
            crew as unknown as Ref<{ down(ctx: never, left: number): number }>,
            'down',
            left - 1,
          ))
        )
      },
    },
  })
  const crew = system.router(Crew, { name: 'crew', replicas: 2 })
  const band = system.router(Crew, {
    name: 'band',
    replicas: 2,
    route: sim.pick(['broadcast', 'first'] as const),
  })
  let settled = 0
  const heard = (done: Promise<unknown>, what: string): Promise<void> =>
    done
      .then(
        () => sim.reachable(`${what}: done`),
        () => sim.reachable(`${what}: failed`),
      )
      .then(() => {
        settled += 1
      })
  const over = (race: number): void => {
    if ((open.get(race) ?? 0) > 0) sim.unreachable('what has lost a race, or was aborted, ends with it')
  }
  const all: Promise<void>[] = []
  for (const i of sim.times(5)) {
    // One replica is full; the other has room.
    const [first] = workers.replicas
    if (first !== undefined) for (let n = 0; n < 2; n++) void first.offer('work').catch(() => undefined)
    all.push(heard(workers.offer('work'), 'offer'))
    const controller = new AbortController()
    const { signal } = controller
    const race = heard(racers.ask('race', i, { signal, timeout: '20s' }), 'race')
    all.push(race.then(() => sim.sleep('1s')).then(() => over(i)))
    all.push(heard(band.offer('all', undefined, { timeout: '20s' }), 'offer to all'))
    all.push(heard(band.ask('all', undefined, { timeout: '20s' }), 'ask to all'))
    const asked = crew.ask('down', 2, { timeout: '60s' })
    all.push(heard(asked, 'ask of its own router'))
    asked.catch((error) => {
      const codes = causes(error)
      if (i === 0 && codes.includes('call-cycle')) sim.reachable('a router told of its cycle')
    })
    await sim.sleep(sim.random.integer(20))
    if (sim.random.integer(3) > 0) controller.abort()
  }
  await Promise.all(all)
  if (settled !== all.length) sim.unreachable('every ask settles')
  await sim.settle()
  sim.expect.quiescent()
  sim.expect.conserved()
  if (aborted > 0) sim.reachable('work ended by an abort')
})
