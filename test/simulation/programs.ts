import fc from 'fast-check'
import { type ActorRef, type Ctx, defineActor, type Ref } from '../../src/index.ts'
import type { Simulation } from '../../src/simulation/index.ts'

/** What a handler does with one of the things that steps of actors may share. `to` and `or` name actors. */
interface Deed {
  readonly what: (typeof DEEDS)[number]
  readonly to: number
  readonly or: number
}

const PLAIN = ['tell', 'tell', 'ask'] as const
const RICH = [
  'tell whoever',
  'ask by a ref',
  'ask two, take the first',
  'ask, and never wait',
  'offer',
  'tell, urgently',
  'take an id',
  'draw by chance',
  'set a timer',
  'sleep',
  'spawn',
  'ask a router',
  'fail',
  'take effect',
] as const
const DEEDS = [...PLAIN, ...RICH] as const

/** A few actors that do a few things with each message, and what they are told at first. */
export interface Program {
  readonly deeds: readonly (readonly Deed[])[]
  readonly told: readonly number[]
  readonly asked: readonly number[]
  /** Actors whose mailboxes hold one message. */
  readonly small: readonly boolean[]
  /** Whether an invariant looks at all states after every step. */
  readonly looks: boolean
}

/** `rich`: with everything that steps may share; otherwise messages alone. */
export function programs(rich: boolean): fc.Arbitrary<Program> {
  const place = fc.nat({ max: 3 })
  const deed = fc.record({ what: fc.constantFrom(...(rich ? DEEDS : PLAIN)), to: place, or: place })
  return fc.integer({ min: 2, max: 4 }).chain((actors) => {
    const each = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: actors, maxLength: actors })
    return fc.record({
      deeds: each(fc.array(deed, { maxLength: 2 })),
      told: fc.array(place, { minLength: 2, maxLength: 4 }),
      asked: fc.array(place, { maxLength: 2 }),
      small: each(rich ? fc.boolean() : fc.constant(false)),
      looks: fc.boolean(),
    })
  })
}

interface Heard {
  readonly from: string
  readonly left: number
}
interface Actor {
  hear: (ctx: never, heard: Heard) => Promise<number>
  total: (ctx: never) => number
}
interface Helper {
  help: (ctx: never, heard: Heard) => number
}

/** A total that depends on the order of all that came before. */
function mixed(n: number, by: number): number {
  return (n * 31 + by) % 100_003
}

function textSum(text: string): number {
  let sum = 7
  for (let i = 0; i < text.length; i++) sum = mixed(sum, text.charCodeAt(i))
  return sum
}

/** The program as a scenario. `ended` hears of the totals of all actors at the end of a run. */
export function scenarioOf(program: Program, ended: (totals: string) => void) {
  return async (sim: Simulation): Promise<void> => {
    const system = sim.system()
    const refs: ActorRef<Actor>[] = []
    const at = (place: number): ActorRef<Actor> => refs[place % refs.length] as ActorRef<Actor>
    const Help = defineActor({
      name: 'helper',
      state: () => ({ n: 0 }),
      on: {
        help(ctx, { from }: Heard) {
          ctx.state.n += 1
          return textSum(`${from} ${ctx.self.path} ${ctx.state.n}`)
        },
      },
    })
    const usesRouter = program.deeds.flat().some(({ what }) => what === 'ask a router')
    const pool = usesRouter ? system.router(Help, { replicas: 2, name: 'pool' }) : undefined

    const act = async (
      ctx: Ctx<{ n: number }>,
      me: number,
      { what, to, or }: Deed,
      heard: Heard,
    ): Promise<number> => {
      const next = { from: `${heard.from}${me}`, left: heard.left - 1 }
      const isMe = at(to) === at(me) || at(or) === at(me)
      const failed = (): number => 3
      switch (what) {
        case 'tell':
          ctx.tell(at(to), 'hear', next)
          return 0
        case 'tell whoever':
          at(to).tell('hear', { ...next, left: 0 })
          return 0
        case 'ask':
          return isMe ? 0 : ctx.ask(at(to), 'hear', next, { timeout: '1s' }).catch(failed)
        case 'ask by a ref':
          return isMe ? 0 : at(to).ask('hear', next, { timeout: '1s' }).catch(failed)
        case 'ask two, take the first':
          if (isMe) return 0
          return Promise.race([to, or].map((one) => ctx.ask(at(one), 'hear', next).catch(failed)))
        case 'ask, and never wait':
          if (!isMe) void ctx.ask(at(to), 'hear', next).catch(failed)
          return 0
        case 'offer':
          return ctx.offer(at(to), 'hear', { ...next, left: 0 }, { timeout: '20ms' }).then(() => 5, failed)
        case 'tell, urgently':
          ctx.tell(at(to), 'hear', { ...next, left: 0 }, { priority: 3 })
          return 0
        case 'take an id':
          return ctx.kernel.ids.next()
        case 'draw by chance':
          return ctx.kernel.random.stream('dice').integer(1000)
        case 'set a timer':
          ctx.timers.after(`${ctx.state.n}`, `${1 + (or % 2)}ms`, 'hear', { ...next, left: 0 })
          return 0
        case 'sleep':
          await sim.sleep(`${or % 2}ms`)
          return 1
        case 'spawn':
          return ctx.ask(ctx.spawn(Help) as unknown as Ref<Helper>, 'help', next)
        case 'ask a router':
          return ctx.ask(pool as unknown as Ref<Helper>, 'help', next)
        case 'fail':
          if (ctx.state.n % 3 === 0) throw new Error('by design')
          return 0
        case 'take effect':
          sim.effect(`${ctx.state.n % 50}`)
          return 0
        default:
          return what satisfies never
      }
    }

    for (const [me, deeds] of program.deeds.entries()) {
      const overflow = me % 2 === 0 ? 'backpressure' : 'drop-newest'
      const one = defineActor({
        name: `a${me}`,
        mailbox: { capacity: program.small[me] === true ? 1 : 100, overflow },
        state: () => ({ n: 1 }),
        on: {
          async hear(ctx, heard: Heard) {
            ctx.state.n = mixed(ctx.state.n, textSum(heard.from) + heard.left)
            if (heard.left <= 0) return ctx.state.n
            for (const deed of deeds) {
              const got = await act(ctx as unknown as Ctx<{ n: number }>, me, deed, heard)
              ctx.state.n = mixed(ctx.state.n, got)
            }
            return ctx.state.n
          },
          total: (ctx) => ctx.state.n,
        },
      })
      refs.push(system.spawn(one, { name: `a${me}` }) as unknown as ActorRef<Actor>)
    }
    if (program.looks) {
      sim.invariant('the totals are no multiple of 61', (world) => {
        const all = refs.map((ref) => world.state<{ n: number }>(ref)?.n ?? 0)
        return all.reduce(mixed, 0) % 61 !== 2
      })
    }
    for (const [i, one] of program.told.entries()) {
      try {
        at(one).tell('hear', { from: `s${i}`, left: 2 })
      } catch {
        // Its mailbox was full.
      }
    }
    const answers = program.asked.map((one, i) =>
      at(one)
        .ask('hear', { from: `q${i}`, left: 1 }, { timeout: '2s' })
        .catch(() => -1),
    )
    const totals = await Promise.all(answers)
    await sim.settle()
    for (const ref of refs) totals.push(await ref.ask('total').catch(() => -2))
    ended(totals.join())
  }
}
