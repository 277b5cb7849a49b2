import { readMarkdown } from '../../../actors/knowledge/documents/formats/markdown.ts'
import { corpusOf } from '../../../actors/knowledge/index/corpus.ts'
import { embeddingOf } from '../../../actors/knowledge/index/embedding.ts'
import { passages as passagesOf } from '../../../actors/knowledge/text/passages.ts'
import { calibrationOf } from '../../../actors/question-answering/calibration/calibrations.ts'
import { questionAnswering } from '../../../actors/question-answering/team.ts'
import { quantise } from '../../../scripts/calibration/quantise.ts'
import { questionAnswering as reader } from '../../../src/inference/index.ts'
import { Pauses } from '../../../src/kernel/pauses.ts'
import { platformKernel } from '../../../src/kernel/platform-kernel.ts'
import { scenario } from '../../../src/simulation/index.ts'
import { embed } from '../word-vectors.ts'

const QUESTION = { text: 'How long is the warranty of a kettle?' }
const ANSWER = '30 months'
const passages = passagesOf(
  readMarkdown('kettles.md', '# Kettles\n\nEvery kettle is covered by a warranty of 30 months.\n'),
)
const corpus = await corpusOf(
  passages,
  quantise(passages.map(({ text }) => embed(text))),
  new Pauses(platformKernel()),
)
const team = questionAnswering(corpus, {
  embedding: embeddingOf('all-minilm-l6-v2'),
  extraction: reader('e5-squad-reader'),
  calibration: calibrationOf('all-minilm-l6-v2', true),
})

function read({ context }: { readonly context: string }) {
  const start = context.indexOf(ANSWER)
  const span = { text: ANSWER, start, end: start + ANSWER.length, score: 0.9 }
  return { answer: ANSWER, spans: start < 0 ? [] : [span], noAnswer: start < 0 ? 1 : 0.1 }
}

/**
 * A reader that takes seconds, one question after another: no answer goes without it while there is time for it, and none waits beyond its
 * deadline [G179].
 */
export default scenario(import.meta.url, async (sim) => {
  sim.model('e5-squad-reader', { latency: ['1s', '4s'], run: read })
  sim.model('*', { latency: ['5ms', '60ms'], run: embed })
  const running = await sim.system({ askTimeout: '200s' }).run(team)
  const patient = [...sim.times(20)].map(async () => {
    const { value, joins } = await running.trace(QUESTION, { timeout: '100s' })
    const left = joins.flatMap(({ failed, missing }) => [...failed, ...missing])
    if (left.length > 0) sim.unreachable('no reader is missing while there is time for it')
    if (value.best?.span !== ANSWER) sim.unreachable('the answer is the one of all readers')
  })
  await Promise.all(patient)
  const hasty = [...sim.times(5)].map(async () => {
    const started = sim.now
    await running.trace(QUESTION, { timeout: '1s' }).catch(() => {})
    if (sim.now - started > 1_100) sim.unreachable('no ask waits beyond its deadline')
  })
  await Promise.all(hasty)
  await sim.settle()
  sim.expect.quiescent()
})
