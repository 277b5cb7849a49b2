import { z } from 'zod'
import * as ganglion from '../../../src/index.ts'
import {
  type ActorRef,
  defineActor,
  defineProcessor,
  GanglionError,
  pipeline,
  type RunningPipeline,
} from '../../../src/index.ts'
import { type Simulation, scenario } from '../../../src/simulation/index.ts'
import type { ActorSystem } from '../../../src/system/actor-system.ts'

const Job = z.object({ what: z.string(), turns: z.number() })
type Job = z.infer<typeof Job>

const FAULTS = {
  throw: 0.02,
  reject: 0.02,
  crash: 0.02,
  mailboxFull: 0.02,
  slow: { rate: 0.05, range: ['5ms', '100ms'] },
  delay: ['0ms', '5ms'],
} as const

/** Codes that pages name, and that must come: each in some run. */
const CODES = [
  'actor-stopped',
  'ask-timeout',
  'call-cycle',
  'cancelled',
  'deadline',
  'handler-failed',
  'invalid-argument',
  'loop-bound',
  'mailbox-full',
  'name-taken',
  'no-such-branch',
  'pipeline-full',
  'pipeline-stopped',
  'processor-failed',
  'quorum-missed',
  'schema',
  'stash-full',
  'unhandled',
  'unknown-question',
  'unknown-run',
  'unknown-state',
]

/** Words that stand where a value or a number is missing. */
const GAPS = /\bundefined\b|\bNaN\b|\[object|after 0 of|attempt 0\b|\(attempt -/u
const classes = new Set<unknown>(Object.values(ganglion))

interface Clerk {
  work: (ctx: never, how: string) => Promise<unknown>
}

function spawnClerk(sim: Simulation, system: ActorSystem): ActorRef<Clerk> {
  const Clerk = defineActor({
    name: 'clerk',
    mailbox: { capacity: 2, overflow: sim.pick(['reject', 'backpressure', 'drop-oldest']), stash: 1 },
    state: () => ({ open: false }),
    states: {
      open: {
        async work(ctx, how: string): Promise<unknown> {
          if (how === 'throws') throw new Error('the reason')
          if (how === 'stashes' && !ctx.state.open) return ctx.stash()
          if (how === 'becomes') return (ctx.become as (name: string) => void)('nothing')
          if (how === 'twice') {
            ctx.reply(1)
            ctx.reply(2)
          }
          if (how === 'itself')
            return ctx.ask(ctx.self as unknown as ActorRef<Clerk>, 'work', 'fine', { timeout: '1s' })
          if (how === 'namesake') {
            ctx.spawn(Child, { name: 'child' })
            ctx.spawn(Child, { name: 'child' })
          }
          if (how === 'slow') await sim.sleep('30ms')
          if (how === 'opens') {
            ctx.state.open = true
            ctx.unstash()
          }
          return 1
        },
      },
    },
  })
  const Child = defineActor({ name: 'child', on: { ping: () => 'pong' } })
  return system.spawn(Clerk, { restart: 'permanent' }) as unknown as ActorRef<Clerk>
}

async function runPlan(sim: Simulation, system: ActorSystem): Promise<RunningPipeline<Job, Job>> {
  const step = (name: string) =>
    defineProcessor({
      name,
      input: Job,
      output: Job,
      retry: { attempts: 2, backoff: '5ms' },
      async process(job) {
        if (job.what === name) throw new Error('the reason')
        if (job.what === 'slow') await sim.sleep('2s')
        if (job.what === 'shape') return { ...job, turns: 'many' as unknown as number }
        return { ...job, turns: job.turns + 1 }
      },
    })
  return system.run(
    pipeline('p', Job, { timeout: '1s', maxInFlight: 3 })
      .loop(step('again'), { until: ({ turns }) => turns > 2, max: 2 })
      .branch(({ what }) => (what === 'astray' ? 'nowhere' : 'on') as 'on', { on: step('on') })
      .fan({ a: step('a'), b: step('b') })
      .merge(({ a, b }) => a ?? b ?? { what: '', turns: 0 }, { quorum: 2 }),
  )
}

/** Whatever fails, however: its error is of a class that can be imported, says what to do, and has no gaps. */
export default scenario(import.meta.url, { faults: FAULTS }, async (sim) => {
  const system = sim.system({ supervision: { intensity: { restarts: 200, within: '1s', per: 'child' } } })
  const seen = new Set<string>()
  for (const code of CODES) sim.sometimes(code, () => seen.has(code))
  const look = (error: unknown): void => {
    for (let at = error; at instanceof GanglionError; at = at.cause) {
      const { code, message, remedy } = at
      seen.add(code)
      if (code.startsWith('simulated')) return
      if (!classes.has(at.constructor)) sim.unreachable(`${at.constructor.name} can be imported`)
      if (typeof remedy !== 'string' || remedy.length < 5) sim.unreachable(`${code} says what to do`)
      if (GAPS.test(message)) sim.unreachable(`the text of ${code} has no gaps: ${message}`)
    }
    if (!(error instanceof GanglionError)) sim.unreachable(`an error of ours, not ${String(error)}`)
  }
  const tries = async (call: () => unknown): Promise<void> => {
    try {
      await call()
    } catch (error) {
      look(error)
    }
  }
  const clerk = spawnClerk(sim, system)
  const running = await runPlan(sim, system)
  const ways: readonly (() => unknown)[] = [
    ...['throws', 'stashes', 'stashes', 'becomes', 'twice', 'itself', 'namesake', 'slow'].map(
      (how) => () => clerk.ask('work', how, { timeout: `${1 + sim.random.integer(300)}ms` }),
    ),
    () => (clerk.ask as (type: string) => unknown)('nothing'),
    () => clerk.ask('work', 'slow', { signal: AbortSignal.abort() }),
    () => clerk.ask('work', 'fine', { priority: 99 }),
    () => clerk.offer('work', 'slow', { timeout: '5ms' }),
    ...['again', 'a', 'slow', 'astray', 'shape', 'fine', 'fine'].map(
      (what) => () => running.ask({ what, turns: sim.random.integer(3) }),
    ),
    () => running.ask({ what: 1, turns: 0 } as unknown as Job),
    () => running.answer('nobody asked', 1),
    () => running.checkpoint(12_345),
    () => running.remove('nothing'),
  ]
  const all: Promise<void>[] = []
  for (const _ of sim.times(20)) {
    all.push(tries(sim.pick(ways)))
    if (sim.random.integer(3) === 0) await sim.sleep(sim.random.integer(20))
    if (sim.random.integer(20) === 0) clerk.kill('for the test')
  }
  await Promise.all(all)
  if (sim.random.integer(4) === 0) {
    await clerk.stop()
    await tries(() => clerk.tell('work', 'fine'))
    await running.stop({ drain: 0 })
    await tries(() => running.ask({ what: 'fine', turns: 0 }))
  }
  for (const { errors, reason, recipient } of system.deadLetters.list()) {
    // One that is answered after its caller has left has not failed.
    const isTold = errors.length > 0 || reason === 'late'
    if (!isTold || errors.some(({ message }) => GAPS.test(message)))
      sim.unreachable(`a dead letter of ${recipient} says why: ${reason} ${JSON.stringify(errors)}`)
  }
  // A fault may close it again: its new instance begins closed.
  for (let more = 0; more < 100 && system.ledger().inFlight > 0; more++) {
    await tries(() => clerk.ask('work', 'opens', { timeout: '1s' }))
    await sim.sleep('1s')
  }
  await sim.settle()
  sim.expect.quiescent()
  sim.expect.conserved()
})
