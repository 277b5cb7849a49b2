import { readMarkdown } from '../../../actors/knowledge/documents/formats/markdown.ts'
import { corpusOf } from '../../../actors/knowledge/index/corpus.ts'
import { embeddingOf } from '../../../actors/knowledge/index/embedding.ts'
import { passages as passagesOf } from '../../../actors/knowledge/text/passages.ts'
import { CALIBRATED } from '../../../actors/question-answering/calibration/all-minilm-l6-v2.ts'
import { questionAnswering } from '../../../actors/question-answering/team.ts'
import { quantise } from '../../../scripts/calibration/quantise.ts'
import { Pauses } from '../../../src/kernel/pauses.ts'
import { platformKernel } from '../../../src/kernel/platform-kernel.ts'
import { scenario } from '../../../src/simulation/index.ts'
import { embed } from '../word-vectors.ts'

const HANDBOOK = {
  'kettles.md':
    '# Kettles\n\nEvery kettle is covered by a warranty of 30 months from the day of purchase.\nThe filter is to be changed every 60 days.',
  'repairs.md':
    '# Repairs\n\nRepairs are carried out in our workshop in Lyon.\nA repair takes 12 working days on average.',
  'returns.md': '# Returns\n\nGoods can be returned within 14 days.\nThe refund is paid by bank transfer.',
}
const QUESTIONS = [
  'How long is the warranty of a kettle?',
  'Where are repairs carried out?',
  'How long does a repair take?',
  'Within how many days can goods be returned?',
  'How is the refund paid?',
  'How often is the filter to be changed?',
  'What is covered by the warranty?',
  'Who is the queen of the workshop?',
]

const passages = Object.entries(HANDBOOK).flatMap(([file, text]) => passagesOf(readMarkdown(file, text)))
const matrix = quantise(passages.map(({ text }) => embed(text)))
const corpus = await corpusOf(passages, matrix, new Pauses(platformKernel()))
const team = questionAnswering(corpus, {
  embedding: embeddingOf('all-minilm-l6-v2'),
  calibration: CALIBRATED,
})
const FAULTS = {
  drop: 0.003,
  delay: ['0ms', '15ms'],
  duplicate: 0.01,
  reorder: 0.01,
  throw: 0.01,
  reject: 0.01,
  slow: { rate: 0.01, range: ['10ms', '1s'] },
  crash: 0.01,
  workerDeath: 0.02,
  outOfMemory: 0.005,
  lateResult: { rate: 0.01, range: ['100ms', '5s'] },
  abortRace: 0.005,
  queueFull: 0.005,
} as const

/** Our own team: 8 questions at once; each gets its own answer or an error, whatever dies on the way. */
export default scenario(import.meta.url, { faults: FAULTS }, async (sim) => {
  sim.model('*', { latency: ['5ms', '60ms'], run: embed })
  const running = await sim.system({ askTimeout: '30s' }).run(team)
  let settled = 0
  const asked = [...sim.times(QUESTIONS.length)]
  await Promise.all(
    asked.map(async (i) => {
      const text = QUESTIONS[i] as string
      try {
        const { best, confidence, threshold } = await running.ask({ text }, { timeout: '20s' })
        sim.reachable(confidence < threshold ? 'abstained' : 'answered')
        if (i === 0 && confidence >= threshold && best?.answer.includes('warranty') !== true)
          sim.unreachable('an answer belongs to its question')
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
