import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineProcessor } from '../../src/behavior/define-processor.ts'
import { weightedVote } from '../../src/merge/weighted-vote.ts'
import { pipeline } from '../../src/pipeline/builder.ts'
import { createSystem } from '../../src/system/actor-system.ts'
import { until } from '../../src/testkit/until.ts'

const Num = z.number()
const says = (name: string, vote: string) =>
  defineProcessor({ name, input: Num, output: z.string(), process: () => vote })

/** Answers when it is let. */
function gated(name: string, vote: string) {
  let release = () => {}
  const open = new Promise<void>((resolve) => {
    release = resolve
  })
  return {
    release,
    processor: defineProcessor({
      name,
      input: Num,
      output: z.string(),
      process: async () => {
        await open
        return vote
      },
    }),
  }
}

test('a run is explained: path, weights, votes, attempts, who failed, was missing and late [G47]', async () => {
  await using system = createSystem()
  const late = gated('late', 'yes')
  const after = gated('after', 'x')
  const fails = defineProcessor({
    name: 'fails',
    input: Num,
    output: z.string(),
    retry: { attempts: 2 },
    process: () => {
      throw new Error('broken')
    },
  })
  const running = await system.run(
    pipeline('p', Num)
      .fan({ yes: says('yes', 'yes'), no: says('no', 'no'), fails, late: late.processor })
      .merge((parts, at) => ({ ...weightedVote()(parts, at), seen: [...at.failed] }), {
        name: 'vote',
        quorum: 2,
        grace: 1,
        onMissing: 'partial',
      })
      .map((vote, { input }) => ({ vote, input }))
      .to(
        defineProcessor({
          name: 'after',
          input: z.any(),
          output: z.any(),
          process: async (x, ctx) => {
            late.release()
            await after.processor.process(0 as never, ctx as never)
            return x
          },
        }),
      ),
  )
  const trace = running.trace(1)
  await until(() => running.runs().some((run) => running.explain(run).joins[0]?.late[0] !== undefined))
  const [open] = running.runs() as [number]
  expect(running.explain(open)).toMatchObject({ outcome: 'in flight', waitingFor: ['after'] })
  after.release()
  const { id, joins, value } = await trace
  expect(value.vote.seen).toEqual(['fails'])
  const told = running.explain(id)
  expect(told).toMatchObject({ id, outcome: 'answered', input: 1, errors: [], waitingFor: [] })
  expect(told.joins).toEqual(joins)
  expect(joins[0]).toMatchObject({
    merge: 'vote',
    arrived: ['yes', 'no'],
    failed: ['fails'],
    missing: ['late'],
    late: ['late'],
  })
  expect(told.votes.vote?.map(({ choice, voters }) => [choice, voters])).toEqual([
    ['yes', ['yes']],
    ['no', ['no']],
  ])
  const step = (name: string) => told.steps.find((one) => one.name === name)
  expect(step('fails')).toMatchObject({ outcome: 'failed', attempts: 2, visits: 1 })
  expect(step('fails')?.errors.at(-1)?.message).toBe('broken')
  expect(step('vote')).toMatchObject({ outcome: 'done' })
  expect(told.arrows.find(({ from }) => from === 'yes')).toEqual({
    from: 'yes',
    to: 'vote',
    weight: 0.5,
    taken: true,
  })
  expect(told.arrows.find(({ from }) => from === 'fails')?.taken).toBe(false)
  expect(system.ledger()).toMatchObject({ inFlight: 0, deadLettered: { late: 1, failed: 1 }, balanced: true })
})

test('the picture shows every step once, as Mermaid and as a drawing', async () => {
  await using system = createSystem()
  const running = await system.run(
    pipeline('p', Num)
      .fan({ 'a "<b>;': says('a', 'x'), c: says('c', 'y') })
      .merge((parts) => Object.values(parts).join()),
  )
  const { id } = await running.trace(1)
  const told = running.explain(id)
  const lines = told.toMermaid().split('\n')
  expect(lines[0]).toBe('flowchart LR')
  expect(lines.filter((line) => line.includes('-->|1|')).length).toBe(2)
  expect(lines.filter((line) => line.includes('-->|0.5|')).length).toBe(2)
  expect(told.toMermaid()).not.toContain('"<b>;')
  const svg = told.toSvg()
  expect(svg.match(/<rect /g)).toHaveLength(4)
  expect(svg.match(/class="arrow taken"/g)).toHaveLength(4)
  expect(svg).toContain('a &quot;&lt;b&gt;;')
  expect(svg).toContain('answered after')
})

test('the last runs are remembered, no more than `history`', async () => {
  await using system = createSystem()
  const running = await system.run(pipeline('p', Num, { history: 2 }).map((n) => n))
  const ids: number[] = []
  for (let n = 0; n < 3; n++) ids.push((await running.trace(n)).id)
  expect(() => running.explain(ids[0] as number)).toThrow(/has no run/)
  expect(running.explain(ids[1] as number).input).toBe(1)
  expect(running.explain(ids[2] as number).input).toBe(2)
})

test('a default stands for a part that does not come, with its weight', async () => {
  await using system = createSystem()
  const stuck = gated('b', 'never')
  const running = await system.run(
    pipeline('p', Num)
      .fan({ a: says('a', 'here'), b: stuck.processor }, { weights: { a: 1, b: 3 } })
      .merge((parts, { weights, missing }) => ({ ...parts, weights, missing }), {
        quorum: 1,
        onMissing: { default: { b: 'default' } },
      }),
  )
  const trace = await running.trace(1)
  expect(trace.value).toEqual({ a: 'here', b: 'default', weights: { a: 0.25, b: 0.75 }, missing: ['b'] })
  expect(trace.joins[0]?.defaulted).toEqual(['b'])
  stuck.release()
  expect(() =>
    pipeline('p', Num)
      .fan({ a: says('a', 'x') })
      .merge((parts) => parts, { onMissing: { default: { z: 1 } } }),
  ).toThrow(/z/)
})

test('a hop tells its time on the CPU from what it awaited, and when it began', async () => {
  const N = z.number()
  const Busy = defineProcessor({
    name: 'busy',
    input: N,
    output: N,
    process: (x) => {
      const until = performance.now() + 5
      while (performance.now() < until);
      return x
    },
  })
  const Io = defineProcessor({
    name: 'io',
    input: N,
    output: N,
    retry: { attempts: 2, backoff: 0 },
    process: async (x, ctx) => {
      await new Promise((resolve) => setTimeout(resolve, 20))
      if (ctx.attempt === 1) throw new Error('again')
      return x
    },
  })
  await using system = createSystem({ log: false })
  const running = await system.run(pipeline('timed', N).to(Busy).to(Io))
  const { startedAt, hops, id } = await running.trace(1)
  const [busy, io] = hops
  expect(busy?.cpuMs).toBeGreaterThanOrEqual(4.9)
  expect(busy?.awaitedMs).toBe(0)
  expect(io?.awaitedMs).toBeGreaterThanOrEqual(38)
  expect(io?.cpuMs).toBeLessThan(io?.awaitedMs ?? 0)
  for (const hop of hops) expect(hop.cpuMs + hop.awaitedMs).toBeCloseTo(hop.runMs, 6)
  expect(busy?.startedAt).toBeGreaterThanOrEqual(startedAt)
  expect(io?.startedAt).toBeGreaterThanOrEqual((busy?.startedAt ?? 0) + (busy?.runMs ?? 0))
  expect(running.explain(id).steps.find(({ name }) => name === 'busy')?.cpuMs).toBe(busy?.cpuMs)
})
