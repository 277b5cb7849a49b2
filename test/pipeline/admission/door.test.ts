import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { defineProcessor, OverloadedError, type PipelineOptions, pipeline } from '../../../src/index.ts'
import { pipelineFromJSON } from '../../../src/pipeline/index.ts'
import { onManualClock } from '../../system/on-manual-clock.ts'

const Item = z.object({ id: z.string() })

/** A pipeline of one step that takes `ms` and runs `concurrency` at once; `begun` lists what it has begun. */
async function station(options: PipelineOptions, ms = 100, concurrency = 2) {
  const { kernel, system, wait } = onManualClock()
  const begun: string[] = []
  const running = await system.run(
    pipeline('p', Item, { timeout: '1s', ...options }).to(
      defineProcessor({
        name: 'work',
        input: Item,
        output: Item,
        concurrency,
        process: async (item) => {
          begun.push(item.id)
          await wait(ms)
          return item
        },
      }),
    ),
  )
  const outcomes = new Map<string, string>()
  const ask = (id: string, ask: Parameters<typeof running.ask>[1] = {}) => {
    running.ask({ id }, ask).then(
      () => outcomes.set(id, 'answered'),
      (error: { code: string }) => outcomes.set(id, error.code),
    )
  }
  const stop = () => Promise.all([system.stop({ drain: 0 }), kernel.settle()])
  /** Its service time is known, and nothing runs. */
  const learn = async () => {
    ask('first')
    await kernel.advance(ms)
  }
  return { kernel, system, running, begun, outcomes, ask, learn, stop }
}

const two = { admission: { limit: { min: 2, max: 2, initial: 2 } } } as const

describe('the door of a pipeline', () => {
  test('lets as many begin as the limit says; the others wait in order and begin as those end [G57]', async () => {
    const { kernel, running, begun, outcomes, ask, stop } = await station(two)
    for (const id of ['a', 'b', 'c', 'd', 'e']) ask(id)
    await kernel.advance(0)
    expect(begun).toEqual(['a', 'b'])
    expect(running.load()).toMatchObject({ inFlight: 2, waiting: 3, limit: 2 })
    expect(running.inFlight).toBe(5)
    await kernel.advance(100)
    expect(begun).toEqual(['a', 'b', 'c', 'd'])
    await kernel.advance(200)
    expect([...outcomes]).toEqual(['a', 'b', 'c', 'd', 'e'].map((id) => [id, 'answered']))
    expect(running.load()).toMatchObject({ inFlight: 0, waiting: 0, answered: { runs: 5 }, refused: 0 })
    await stop()
  })

  test('refuses at once what can not be answered in time, and says when to come again [G56]', async () => {
    const { kernel, running, begun, outcomes, ask, learn, stop } = await station(two)
    await learn()
    for (let i = 0; i < 40; i++) ask(`r${i}`)
    await kernel.advance(0)
    const refused = [...outcomes].filter(([, code]) => code === 'overloaded')
    expect(refused.length).toBeGreaterThan(15)
    const error = (await running.ask({ id: 'late' }).catch((thrown: unknown) => thrown)) as OverloadedError
    expect(error).toBeInstanceOf(OverloadedError)
    expect(error).toMatchObject({ code: 'overloaded', path: 'p.admission', input: { id: 'late' } })
    expect(error.estimate).toBeGreaterThan(1000)
    await kernel.advance(error.retryAfter)
    ask('again')
    await kernel.advance(2000)
    expect(outcomes.get('again')).toBe('answered')
    // Whoever was taken was answered in time; whoever was refused never began.
    expect([...outcomes.values()].every((code) => code === 'answered' || code === 'overloaded')).toBe(true)
    for (const [id] of refused) expect(begun).not.toContain(id)
    await stop()
  })

  test('refuses what waits once it can not be answered in time any more, before it begins [G56]', async () => {
    const { kernel, begun, outcomes, ask, stop } = await station(two, 900)
    // Nothing is known yet: all of them are taken.
    for (const id of ['a', 'b', 'c']) ask(id)
    await kernel.advance(900)
    await kernel.advance(0)
    expect(Object.fromEntries(outcomes)).toEqual({ a: 'answered', b: 'answered', c: 'overloaded' })
    expect(begun).toEqual(['a', 'b'])
    await stop()
  })

  test('a run without a deadline waits its turn, however long; the room is bounded [G57]', async () => {
    const { kernel, running, outcomes, ask, stop } = await station({
      admission: { ...two.admission, maxWaiting: 30 },
    })
    for (let i = 0; i < 33; i++) ask(`j${i}`, { timeout: Number.POSITIVE_INFINITY })
    await kernel.advance(0)
    expect([...outcomes]).toEqual([['j32', 'overloaded']])
    expect(running.load()).toMatchObject({ waiting: 30, refused: 1 })
    await kernel.advance(3000)
    expect([...outcomes.values()].filter((code) => code === 'answered')).toHaveLength(32)
    await stop()
  })

  test('a run that waits can be aborted, stopped and checkpointed [G57]', async () => {
    const { kernel, running, begun, outcomes, ask, stop } = await station(two)
    const caller = new AbortController()
    for (const id of ['a', 'b']) ask(id)
    ask('gone', { signal: caller.signal })
    ask('moved')
    ask('stopped')
    await kernel.advance(0)
    caller.abort()
    const moved = running.checkpoint(running.runs()[2] as number)
    await kernel.advance(0)
    const bytes = await moved
    const stopping = running.stop({ drain: 0 })
    await kernel.advance(1)
    await stopping
    expect(Object.fromEntries(outcomes)).toEqual({
      a: 'pipeline-stopped',
      b: 'pipeline-stopped',
      gone: 'cancelled',
      moved: 'run-moved',
      stopped: 'pipeline-stopped',
    })
    expect(begun).toEqual(['a', 'b'])
    await stop()
    const elsewhere = await station(two)
    const resumed = elsewhere.running.resume(bytes)
    await elsewhere.kernel.advance(100)
    expect(await resumed).toMatchObject({ value: { id: 'moved' } })
    await elsewhere.stop()
  })

  test('the flood of one tenant leaves the others their share; shares count [G59]', async () => {
    const { kernel, begun, ask, stop } = await station({
      timeout: '1m',
      admission: { ...two.admission, tenants: { gold: 3 } },
    })
    for (let i = 0; i < 100; i++) ask(`flood${i}`, { tenant: 'flood' })
    await kernel.advance(500)
    for (let i = 0; i < 40; i++) ask(`gold${i}`, { tenant: 'gold' })
    for (let i = 0; i < 10; i++) ask(`small${i}`, { tenant: 'small' })
    const before = begun.length
    await kernel.advance(1000)
    const turns = begun.slice(before).map((id) => id.replace(/\d+/u, ''))
    const of = (tenant: string) => turns.filter((one) => one === tenant).length
    expect(of('small')).toBeGreaterThanOrEqual(3)
    expect(of('gold')).toBeGreaterThanOrEqual(2.4 * of('small'))
    expect(of('flood')).toBeGreaterThanOrEqual(3)
    await stop()
  })

  test('a higher priority begins first, and a flood of it starves nobody [G59]', async () => {
    const { kernel, begun, ask, stop } = await station({ timeout: '1m', ...two })
    for (const id of ['a', 'b', 'low']) ask(id)
    for (let i = 0; i < 100; i++) ask(`urgent${i}`, { priority: 3 })
    await kernel.advance(100)
    expect(begun.slice(2)).toEqual(['urgent0', 'urgent1'])
    await kernel.advance(3200)
    expect(begun).toContain('low')
    expect(begun).not.toContain('urgent99')
    await stop()
  })

  test('a full room takes a run of a tenant that has less than its share, in place of the last of the greediest', async () => {
    const { kernel, outcomes, ask, stop } = await station({
      timeout: '1m',
      admission: { ...two.admission, maxWaiting: 10 },
    })
    for (let i = 0; i < 12; i++) ask(`flood${i}`, { tenant: 'flood' })
    ask('small', { tenant: 'small' })
    await kernel.advance(0)
    expect(Object.fromEntries(outcomes)).toEqual({ flood11: 'overloaded' })
    await kernel.advance(5000)
    expect(outcomes.get('small')).toBe('answered')
    await stop()
  })

  test('says in events what it does', async () => {
    const { kernel, system, ask, stop } = await station({ admission: { ...two.admission, maxWaiting: 0 } })
    const events: string[] = []
    system.events.subscribe((event) => {
      if (event.type === 'run-refused') events.push(`${event.pipeline} ${event.tenant}`)
    })
    for (const id of ['a', 'b', 'c']) ask(id, { tenant: 't' })
    await kernel.advance(0)
    expect(events).toEqual(['p t'])
    await stop()
  })

  test('the policy is checked, and goes through JSON', async () => {
    const bad: [unknown, string][] = [
      [{ limit: { max: 0 } }, 'p.admission.limit.max'],
      [{ limit: { min: 9, max: 3 } }, 'p.admission.limit.min'],
      [{ maxWaiting: -1 }, 'p.admission.maxWaiting'],
      [{ tenants: { a: 0 } }, 'p.admission.tenants.a'],
      [{ maxwaiting: 3 }, 'p.admission.maxwaiting'],
      ['sometimes', 'p.admission'],
    ]
    for (const [admission, path] of bad) {
      expect(() => pipeline('p', Item, { admission: admission as never })).toThrow(
        expect.objectContaining({ code: 'invalid-argument', path }),
      )
    }
    const Echo = defineProcessor({ name: 'echo', input: Item, output: Item, process: (item) => item })
    const given = pipeline('p', Item, { admission: { maxWaiting: 7, tenants: { a: 2 } } }).to(Echo)
    const again = pipelineFromJSON(JSON.parse(JSON.stringify(given)), { processors: [Echo] })
    expect(again.plan.admission).toEqual(given.plan.admission)
    expect(again.toJSON()).toEqual(given.toJSON())
    expect(() =>
      pipelineFromJSON(
        {
          ...given.toJSON(),
          admission: { limit: { min: 5, max: 3, initial: 9 }, maxWaiting: 1, tenants: {} },
        },
        {
          processors: [Echo],
        },
      ),
    ).toThrow(expect.objectContaining({ code: 'pipeline-plan', path: 'p.admission.limit.min' }))
  })
})
