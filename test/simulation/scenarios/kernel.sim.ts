import { z } from 'zod'
import { type Ctx, defineActor, defineProcessor, type Kernel, pipeline } from '../../../src/index.ts'
import { scenario } from '../../../src/simulation/index.ts'

const FAULTS = {
  throw: 0.03,
  crash: 0.03,
  slow: { rate: 0.05, range: ['5ms', '60ms'] },
  clockJump: { rate: 0.02, range: ['1s', '60s'] },
  drop: 0.01,
  duplicate: 0.02,
  delay: ['0ms', '10ms'],
} as const

const TIMEOUT_MS = 200

/**
 * What handlers and steps take from their kernel, also in the attempts and instances after a failure: time goes on, whatever the wall
 * clock does; no id comes twice, and no stream of chance begins again; the time until a deadline is never more than what was asked for.
 */
export default scenario(import.meta.url, { faults: FAULTS }, async (sim) => {
  const ids = new Set<string>()
  const drawn = new Set<string>()
  let latest = 0
  const use = (kernel: Kernel, who: string): void => {
    if (kernel !== sim.kernel) sim.unreachable('the kernel of a handler is that of its system')
    const now = kernel.clock.monotonic()
    if (now < latest) sim.unreachable('time never goes back')
    latest = now
    for (const id of [String(kernel.ids.next()), kernel.ids.unique()]) {
      if (ids.has(id)) sim.unreachable('no id comes twice')
      ids.add(id)
    }
    // Two numbers of 32 bits each: the same pair again would be the beginning of the same stream.
    const dice = kernel.random.stream(who)
    const pair = `${who} ${dice.next()} ${dice.next()}`
    if (drawn.has(pair)) sim.unreachable('no stream begins again')
    drawn.add(pair)
  }
  const worker = (name: string) =>
    defineActor({
      name,
      retry: { attempts: 2, backoff: '5ms' },
      state: () => ({ since: sim.now }),
      on: {
        async work(ctx: Ctx<{ since: number }>, pause: number) {
          use(ctx.kernel, name)
          const { clock } = ctx.kernel
          const before = clock.monotonic()
          const left = ctx.deadline - before
          if (left <= 0 || left > TIMEOUT_MS) sim.unreachable('a deadline is in the kernel’s time')
          await sim.sleep(pause)
          if (clock.monotonic() - before < pause) sim.unreachable('a pause takes its time')
          use(ctx.kernel, name)
          if (ctx.attempt > 1) sim.reachable('a second attempt')
        },
      },
    })
  const Step = defineProcessor({
    name: 'step',
    input: z.number(),
    output: z.number(),
    retry: { attempts: 3, backoff: '5ms' },
    process(n, ctx) {
      use(ctx.kernel, 'step')
      return n
    },
  })
  const system = sim.system()
  const workers = ['ann', 'bob'].map((name) => system.spawn(worker(name), { name }))
  const running = await system.run(pipeline('steps', z.number(), { timeout: '1s' }).to(Step))
  for (const i of sim.times(12)) {
    const pause = sim.random.integer(20)
    const asked = workers.map((one) => one.ask('work', pause, { timeout: TIMEOUT_MS }))
    await Promise.allSettled([...asked, running.ask(i)])
  }
  await sim.settle()
  if (ids.size > 0) sim.reachable('ids were taken')
})
