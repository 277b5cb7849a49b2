import { z } from 'zod'
import { defineProcessor, pipeline, weightedVote } from '../../../src/index.ts'
import { scenario } from '../../../src/simulation/index.ts'

const Question = z.object({ id: z.number() })
const Answer = z.object({ answer: z.string(), confidence: z.number() })

const reader = (name: string, confidence: number) =>
  defineProcessor({
    name,
    input: Question,
    output: Answer,
    retry: { attempts: 2, backoff: '20ms' },
    timeout: '400ms',
    process: ({ id }) => ({ answer: `${id}`, confidence }),
  })

const FAULTS = {
  drop: 0.02,
  delay: ['0ms', '40ms'],
  duplicate: 0.02,
  reorder: 0.02,
  corrupt: 0.01,
  truncate: 0.01,
  mailboxFull: 0.01,
  throw: 0.02,
  reject: 0.02,
  hang: 0.01,
  poison: 0.01,
  slow: { rate: 0.02, range: ['10ms', '2s'] },
  crash: 0.02,
  partition: { rate: 0.002, range: ['100ms', '5s'] },
} as const

const HOPES = ['answered', 'failed', 'a quorum without one that failed', 'a quorum without one that is late']

/** The fan-in of our own pipelines: it emits once, knows what is missing, settles every ask, and mixes no two questions. */
export default scenario(import.meta.url, { faults: FAULTS }, async (sim) => {
  const voted = pipeline('voted', Question, { timeout: '10s' })
    .fan({ a: reader('a', 0.9), b: reader('b', 0.8), c: reader('c', 0.7) })
    .merge(weightedVote(), { quorum: 2, grace: '100ms', onMissing: 'partial' })
  const running = await sim.system().run(voted)
  let settled = 0
  const seen = new Set<string>()
  for (const hope of HOPES) sim.sometimes(hope, () => seen.has(hope))
  const asked = [...sim.times(6)]
  await Promise.all(
    asked.map(async (id) => {
      try {
        const { value, joins } = await running.trace({ id }, { timeout: '8s' })
        if (value.winner.answer !== `${id}`) sim.unreachable('an answer belongs to its question')
        const [join] = joins
        const weight = Object.values(join?.weights ?? {}).reduce((sum, one) => sum + one, 0)
        if (Math.abs(weight - 1) > 1e-9) sim.unreachable('weights are renormalised')
        const shares = Object.entries(join?.weights ?? {})
        if (shares.some(([name, share]) => share > 0 && join?.arrived.includes(name) === false))
          sim.unreachable('only what has arrived has a share')
        if ((join?.arrived.length ?? 0) < 2) sim.unreachable('a quorum is two')
        if (join?.failed.length === 1) seen.add('a quorum without one that failed')
        if (join?.missing.length === 1) seen.add('a quorum without one that is late')
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
