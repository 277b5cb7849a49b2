import { z } from 'zod'
import { defineProcessor, pipeline } from '../../../src/index.ts'
import { scenario } from '../../../src/simulation/index.ts'

const Job = z.object({ id: z.number(), score: z.number(), way: z.string() })
type Job = z.infer<typeof Job>

const stage = (name: string, process: (job: Job) => Job) =>
  defineProcessor({
    name,
    input: Job,
    output: Job,
    retry: { attempts: 3, backoff: '10ms' },
    timeout: '400ms',
    process,
  })

const FAULTS = {
  drop: 0.01,
  delay: ['0ms', '40ms'],
  duplicate: 0.02,
  reorder: 0.02,
  corrupt: 0.005,
  mailboxFull: 0.005,
  throw: 0.02,
  reject: 0.02,
  hang: 0.005,
  slow: { rate: 0.02, range: ['10ms', '1s'] },
  crash: 0.02,
} as const

const HOPES = [
  'answered',
  'failed',
  'a part failed in a turn',
  'the loop went round',
  'the slow way',
  'the quick way',
]

/** One turn: two checks and their merge, in a sub-pipeline of its own. */
const refine = pipeline('refine', Job)
  .fan({ up: stage('up', (job) => ({ ...job, score: job.score + 1 })), same: stage('same', (job) => job) })
  .merge(
    ({ up, same }, { input, failed }) => {
      const best = up ?? same
      if (best === undefined) throw new Error('a quorum of one without a part')
      // Both parts are of this very turn, whatever is late from the one before.
      const apart = [(up?.score ?? input.score + 1) - 1, same?.score ?? input.score]
      if (apart.some((score) => score !== input.score)) return { ...best, way: 'mixed' }
      return { ...best, way: failed.length > 0 ? `${best.way}!` : best.way }
    },
    { quorum: 1, grace: '100ms' },
  )

const shaped = pipeline('shaped', Job, { timeout: '2m' })
  .to(
    stage('read', (job) => job),
    { replicas: 3 },
  )
  .branch((job) => (job.id % 2 === 0 ? 'quick' : 'slow'), {
    quick: stage('quick', (job) => ({ ...job, way: 'quick' })),
    slow: pipeline('slow', Job)
      .to(stage('one', (job) => ({ ...job, way: 'slow' })))
      .to(stage('two', (job) => job)),
  })
  .loop(refine, { until: (job) => job.score >= job.id % 3, max: 6, onMax: 'value' })
  .map((job, { input }) => ({ ...job, asked: input.id }))

/**
 * Pipelines of every shape: a branch takes one way, a loop keeps the joins of its turns apart, a sub-pipeline its own input,
 * replicas lose nothing; every ask settles, and no answer is another's.
 */
export default scenario(import.meta.url, { faults: FAULTS }, async (sim) => {
  const running = await sim.system().run(shaped)
  let settled = 0
  const seen = new Set<string>()
  for (const hope of HOPES) sim.sometimes(hope, () => seen.has(hope))
  const asked = [...sim.times(4)]
  await Promise.all(
    asked.map(async (id) => {
      try {
        const { value, joins, hops } = await running.trace({ id, score: 0, way: '' }, { timeout: '30s' })
        if (value.id !== id || value.asked !== id) sim.unreachable('an answer belongs to its question')
        const way = id % 2 === 0 ? 'quick' : 'slow'
        if (
          !/^(mixed|quick|slow)/u.test(value.way) ||
          value.way.startsWith(way === 'quick' ? 'slow' : 'quick')
        )
          sim.unreachable('exactly the chosen way runs')
        const other = way === 'quick' ? 'branch.slow' : 'branch.quick'
        if (hops.some(({ processor }) => processor.startsWith(other))) sim.unreachable('no other way runs')
        // Six turns without `up` are the bound.
        if (value.score < id % 3 && joins.length < 6)
          sim.unreachable('the loop ends when its condition holds')
        if (value.score > 6) sim.unreachable('the loop is bounded')
        if (joins.some(({ arrived }) => arrived.length === 0)) sim.unreachable('a join has its quorum')
        if (value.way.startsWith('mixed')) sim.unreachable('no turn counts a part of another')
        if (value.way.endsWith('!')) seen.add('a part failed in a turn')
        if (joins.length > 1) seen.add('the loop went round')
        seen.add(`the ${way} way`)
        seen.add('answered')
      } catch {
        seen.add('failed')
      }
      settled += 1
    }),
  )
  if (settled !== asked.length) sim.unreachable('every ask settles')
  await sim.settle()
  sim.expect.quiescent()
})
