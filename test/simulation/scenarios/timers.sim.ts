import { type ActorRef, defineActor } from '../../../src/index.ts'
import { scenario } from '../../../src/simulation/index.ts'

const KEYS = ['a', 'b'] as const
const INTERVAL = 10
interface Tick {
  readonly key: string
  readonly setting: number
}

const FAULTS = {
  throw: 0.03,
  crash: 0.03,
  slow: { rate: 0.05, range: ['5ms', '60ms'] },
  crashDuringRestart: 0.03,
  delay: ['0ms', '5ms'],
} as const

/**
 * Timers of an actor that is busy, full, crashes and changes its mind: what no longer holds is not handled, what holds is not
 * shed, and beats don't pile up.
 */
export default scenario(import.meta.url, { faults: FAULTS }, async (sim) => {
  /** By key: the setting that holds. */
  const holds = new Map<string, number>()
  let settings = 0
  let beatsAtOnce = { at: -1, beats: 0 }
  const handle = ({ key, setting }: Tick): void => {
    if (holds.get(key) !== setting) sim.unreachable('a timer that holds no more is not handled')
  }
  const set = (key: string): Tick => {
    settings += 1
    holds.set(key, settings)
    return { key, setting: settings }
  }
  let made = 0
  const Actor = defineActor({
    name: 'actor',
    retry: { attempts: 3, backoff: ['15ms', 0] },
    mailbox: { capacity: 3, overflow: sim.pick(['reject', 'drop-oldest', 'drop-newest'] as const) },
    // Each instance begins without timers.
    state: () => {
      holds.clear()
      made += 1
      return { open: true, me: made }
    },
    on: {
      after: (ctx, key: string) => ctx.timers.after(key, sim.random.integer(20), 'tick', set(key)),
      every: (ctx, key: string) => ctx.timers.every(key, INTERVAL, 'beat', set(key)),
      cancel(ctx, key: string) {
        // Of an instance that has ended, and begins late: it can't.
        const cancelled = ctx.timers.cancel(key)
        const there = holds.has(key)
        holds.delete(key)
        if (there !== cancelled) sim.unreachable('cancel says whether there was one')
      },
      busy: (_ctx, ms: number) => sim.sleep(ms),
      /** Keeps its timers and uses them late: of an instance that has ended they are refused. */
      async keep(ctx, ms: number) {
        const { timers } = ctx
        const { me } = ctx.state
        await sim.sleep(ms)
        try {
          timers.after('kept', 1, 'kept', me)
        } catch {
          sim.reachable('kept timers of an instance that has ended')
        }
      },
      kept(ctx, me: number) {
        if (ctx.state.me !== me) sim.unreachable('an instance sets no timer of a later one')
      },
      close(ctx) {
        ctx.state.open = false
      },
      open(ctx) {
        ctx.state.open = true
        ctx.unstash()
      },
      crash() {
        throw new Error('crash')
      },
      async tick(ctx, tick: Tick) {
        // Of an instance that has ended, and begins late: it can't.
        const { open } = ctx.state
        handle(tick)
        if (!open) {
          ctx.stash()
          return
        }
        holds.delete(tick.key)
        sim.reachable('a timer fires')
        if (sim.random.next() < 0.2) throw new Error('the tick fails')
      },
      async beat(ctx, tick: Tick) {
        if (ctx.state !== undefined) handle(tick)
        beatsAtOnce =
          beatsAtOnce.at === sim.now
            ? { at: sim.now, beats: beatsAtOnce.beats + 1 }
            : { at: sim.now, beats: 1 }
        // Of each key the one that waited and the one that is due now; and one that a fault has held up until now.
        if (beatsAtOnce.beats > 2 * KEYS.length + 1) sim.unreachable('missed beats are not made up for')
        sim.reachable('a beat')
        if (sim.random.next() < 0.3) await sim.sleep(25)
      },
    },
  })
  const system = sim.system({ supervision: { intensity: { restarts: 200, within: '1s', per: 'child' } } })
  const ref = system.spawn(Actor, { name: 'actor' })
  const orders = ['after', 'after', 'every', 'cancel'] as const
  for (const _ of sim.times(20)) {
    const other = sim.random.integer(10)
    const told =
      other === 0
        ? ref.offer('crash')
        : other === 1
          ? ref.offer(sim.pick(['busy', 'keep'] as const), 5 + sim.random.integer(100))
          : other === 2
            ? ref.offer(sim.pick(['close', 'open'] as const))
            : ref.offer(sim.pick(orders), sim.pick(KEYS))
    await told.catch(() => undefined)
    await sim.sleep(sim.random.integer(30))
    if (other === 3) ref.kill('from outside')
    if (other === 4) suspended(ref)
  }
  ref.resume()
  await sim.sleep('200ms')
  await system.stop({ drain: '100ms' })
  await sim.settle()
  const shed = system.deadLetters.list({ reason: 'shed' })
  if (shed.length > 0) sim.reachable('a full mailbox')
  if (shed.some(({ type }) => type === 'tick' || type === 'beat'))
    sim.unreachable('a full mailbox takes a timer')
  sim.expect.quiescent()
  sim.expect.conserved()

  function suspended(one: ActorRef<unknown>): void {
    one.suspend()
    sim.at(sim.now + 20).run(() => one.resume())
  }
})
