import { trainIntents } from '../../../actors/customer-service/intents/train.ts'
import { customerService } from '../../../actors/customer-service/team.ts'
import { scenario } from '../../../src/simulation/index.ts'
import { embed } from '../word-vectors.ts'

const EXAMPLES = {
  track: ['where is my parcel', 'where is my order', 'when will my parcel arrive', 'track my parcel'],
  cancel: ['cancel my order', 'please cancel it', 'I want to cancel', 'stop my order'],
  password: ['reset my password', 'I forgot my password', 'new password please', 'password lost'],
}

const examples = Object.entries(EXAMPLES).flatMap(([intent, texts]) =>
  texts.map((text) => ({ text, intent, vector: embed(text) })),
)
const model = trainIntents(examples, { embedders: ['all-minilm-l6-v2'], seed: 1, kept: 1 })
const team = customerService({
  model,
  replies: new Map([['track', 'On its way.']]),
  minConfidence: 0,
  people: false,
})
const FAULTS = {
  drop: 0.003,
  delay: ['0ms', '15ms'],
  duplicate: 0.01,
  reorder: 0.01,
  throw: 0.01,
  slow: { rate: 0.01, range: ['10ms', '1s'] },
  crash: 0.01,
  workerDeath: 0.02,
  lateResult: { rate: 0.01, range: ['100ms', '5s'] },
  queueFull: 0.005,
} as const

/** Six messages at once; each gets an answer or an error, and every full vote is the one that these readers give. */
export default scenario(import.meta.url, { faults: FAULTS }, async (sim) => {
  sim.model('*', { latency: ['5ms', '60ms'], run: embed })
  const running = await sim.system({ askTimeout: '30s' }).run(team)
  const texts = examples.filter((_, i) => i % 2 === 0)
  let settled = 0
  const asked = [...sim.times(texts.length)]
  await Promise.all(
    asked.map(async (i) => {
      const { text, intent } = texts[i] as (typeof texts)[number]
      try {
        const { candidates, missing } = await running.ask(
          { text, slots: {}, history: [] },
          { timeout: '20s' },
        )
        sim.reachable(missing.length > 0 ? 'a reader was missing' : 'all readers were heard')
        if (missing.length === 0 && candidates[0]?.intent !== intent)
          sim.unreachable('an answer belongs to its message')
      } catch {
        sim.reachable('failed')
      }
      settled += 1
    }),
  )
  if (settled !== asked.length) sim.unreachable('every ask settles')
  await sim.settle()
  sim.expect.quiescent()
})
