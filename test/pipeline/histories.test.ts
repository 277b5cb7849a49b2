import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineProcessor, pipeline } from '../../src/index.ts'
import { SeededRandomness } from '../../src/kernel/random.ts'
import type { Pipeline, RunningPipeline } from '../../src/pipeline/index.ts'
import { createTestSystem } from '../../src/testkit/index.ts'

/** About half a minute; `GANGLION_HISTORIES` changes it. */
const HISTORIES = Number(process.env.GANGLION_HISTORIES ?? 10_000)
const OPERATIONS = 30
const KINDS = ['plain', 'plain', 'throw', 'once', 'wait', 'waitThrow', 'person', 'emit'] as const
const OVERFLOWS = ['reject', 'backpressure', 'drop-oldest', 'drop-newest'] as const
const Body = z.object({ kind: z.enum(KINDS), turn: z.number() })
type Body = z.infer<typeof Body>

const pick = <T>(from: readonly T[], at: number): T => from[at % from.length] as T
const ignore = (): void => {}

interface Told {
  readonly balanced: boolean
  readonly inFlight: number
  readonly runs: number
  readonly unsettled: number
}

/** One random life of one pipeline; returns what its ledger and its callers say at the end. */
async function history(seed: number): Promise<Told> {
  const random = new SeededRandomness(seed).stream('history')
  const chance = (one: number): boolean => random.integer(one) === 0
  const system = createTestSystem({ seed, serializeMessages: chance(2) })
  const waiting: (() => void)[] = []
  const step = (name: string) =>
    defineProcessor({
      name,
      input: Body,
      output: Body,
      retry: { attempts: 1 + random.integer(3), backoff: pick([0, 5], random.integer(2)) },
      concurrency: 1 + random.integer(3),
      mailbox: { capacity: 1 + random.integer(4), overflow: pick(OVERFLOWS, random.integer(4)) },
      ...(chance(2) ? { timeout: 15 } : {}),
      async process(body, ctx) {
        const held = (): Promise<void> =>
          new Promise((resolve) => {
            waiting.push(resolve)
          })
        const mine = chance(2)
        if (body.kind === 'throw' || (body.kind === 'once' && ctx.attempt === 1 && mine))
          throw new Error('thrown')
        if (body.kind === 'wait' && mine) await held()
        if (body.kind === 'waitThrow' && mine) {
          await held()
          throw new Error('thrown late')
        }
        if (body.kind === 'person' && mine) await ctx.human({ question: 'well?', answer: z.boolean() })
        if (body.kind === 'emit') await ctx.emit(1)
        return { ...body, turn: body.turn + 1 }
      },
    })
  const begin = () =>
    pipeline('p', Body, {
      timeout: pick(['1m', 600], random.integer(2)),
      maxInFlight: pick([3, 100], random.integer(2)),
      ...(chance(2) ? { retryBudget: false as const } : {}),
    })
  const part = ({ a, b }: { a?: Body | undefined; b?: Body | undefined }): Body =>
    a ?? b ?? { kind: 'plain', turn: 0 }
  const join = pick(
    [
      { onMissing: 'partial' },
      { quorum: 1, grace: 5, onMissing: 'partial' },
      { quorum: 2, onMissing: 'partial', deadline: 20 },
    ] as const,
    random.integer(3),
  )
  const fanned = () =>
    begin()
      .fan({ a: step('a'), b: step('b') })
      .merge(part, join)
      .to(step('last'))
  const shapes: readonly (() => Pipeline<Body, Body>)[] = [
    () =>
      begin()
        .to(step('a'))
        .map((body) => body)
        .to(step('b')) as never,
    fanned as never,
    () =>
      begin()
        .loop(step('a'), { until: ({ turn }) => turn > 2, max: 4 })
        .to(step('b')) as never,
    () => begin().branch(({ turn }) => (turn % 2 === 0 ? 'a' : 'b'), { a: step('a'), b: step('b') }) as never,
    () =>
      begin()
        .to(
          pipeline('sub', Body)
            .fan({ a: step('a'), b: step('b') })
            .merge(part, join),
        )
        .tap(() => {
          if (chance(3)) throw new Error('tap')
        }) as never,
  ]
  const shape = random.integer(shapes.length + 2)
  const running = await system.until(system.run((shapes[shape] ?? fanned)() as Pipeline<Body, Body>))
  let open = 0
  const heard = (run: Promise<unknown>): void => {
    open += 1
    const settled = (): void => {
      open -= 1
    }
    run.then(settled, settled)
  }
  for (let i = 0; i < OPERATIONS; i++) await operate(running)
  for (const done of waiting) done()
  await system.until(chance(2) ? running.stop({ drain: 50 }) : system.stop({ drain: 50 }))
  const { inFlight: runs } = running
  await system.until(system.stop({ drain: 50 }))
  for (const done of waiting) done()
  await system.advance(100)
  const { balanced, inFlight } = system.ledger()
  return { balanced, inFlight, runs, unsettled: open }

  async function operate(of: RunningPipeline<Body, Body>): Promise<void> {
    const body = (): Body => ({ kind: pick(KINDS, random.integer(KINDS.length)), turn: random.integer(3) })
    const keyed = chance(2) ? { orderKey: `k${random.integer(2)}` } : {}
    switch (random.integer(12)) {
      case 0:
      case 1:
      case 2:
        heard(
          of.ask(body(), {
            ...keyed,
            priority: random.integer(3),
            timeout: pick([30, '1m'], random.integer(2)),
          }),
        )
        break
      case 3: {
        const controller = new AbortController()
        heard(of.ask(body(), { ...keyed, signal: controller.signal }))
        if (chance(2)) await system.advance(1)
        controller.abort()
        break
      }
      case 4:
        heard(of.trace(body(), { timeout: 25 }))
        break
      case 5:
        heard(leave(of, body()))
        break
      case 6:
        of.kill(pick(of.processors(), random.integer(99)).name, 'from outside')
        break
      case 7:
        await change(of)
        break
      case 8: {
        const [asked] = of.pending()
        if (asked !== undefined) of.answer(asked.id, true).catch(ignore)
        break
      }
      case 9: {
        const [run] = of.runs()
        if (run !== undefined)
          heard(of.checkpoint(run).then((bytes) => (chance(2) ? of.resume(bytes) : undefined)))
        break
      }
      case 10:
        waiting.shift()?.()
        break
      default:
        await system.advance(random.integer(20))
    }
  }

  /** Looks at the first events, and leaves. */
  async function leave(of: RunningPipeline<Body, Body>, body: Body): Promise<void> {
    for await (const { type } of of.stream(body, { buffer: 1 })) if (type !== 'started') return
  }

  /** Most changes fit only some shapes; what does not fit is refused and changes nothing. */
  async function change(of: RunningPipeline<Body, Body>): Promise<void> {
    const name = pick(['a', 'b', 'c', 'last'], random.integer(4))
    try {
      switch (random.integer(4)) {
        case 0:
          return of.add('c', step('c'), { at: 'merge', weight: 1 })
        case 1:
          return of.remove(name)
        case 2:
          return of.resize(name, 1 + random.integer(3))
        default:
          of.replace(name, step(name)).catch(ignore)
      }
    } catch {}
  }
}

test('[G131] the ledger of a pipeline balances over random histories of kills, aborts, retries, people, moves and other steps', async () => {
  const wrong: (Told & { seed: number })[] = []
  for (let seed = 1; seed <= HISTORIES; seed++) {
    const told = await history(seed)
    const { balanced, inFlight, runs, unsettled } = told
    if (!balanced || inFlight !== 0 || runs !== 0 || unsettled !== 0) wrong.push({ seed, ...told })
  }
  expect(wrong).toEqual([])
}, 1_200_000)
