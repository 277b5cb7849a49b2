/**
 * What the team answers about folders of small files, in half a minute where `npm run eval -- question-answering --small-files` takes the better part of an
 * hour: vectors and readings are kept from run to run, so the first run takes minutes. For work on how text is read and answers are chosen.
 *
 *     npx tsx scripts/answers.ts --out before.jsonl                   # every held-out folder
 *     npx tsx scripts/answers.ts --step 2 --against before.jsonl      # every second one; prints what was won and lost
 *     npx tsx scripts/answers.ts --only W2-005-01 --votes 5           # one question, with its votes
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { answered } from '../actors/question-answering/answering/answer.ts'
import { ranking } from '../actors/question-answering/answering/ranking.ts'
import { vote } from '../actors/question-answering/answering/vote.ts'
import { calibrationOf } from '../actors/question-answering/calibration/calibrations.ts'
import { readExtraction } from '../actors/question-answering/reading/reader.ts'
import { headOf } from '../actors/question-answering/reading/shelf.ts'
import { EMBEDDERS } from '../actors/question-answering/team-models.ts'
import { folderOf, isFrom, isHeldOut, readSmallFolders, SMALL_FILES } from '../bench/eval/small-files.ts'
import { createInference, platformKernel } from '../src/index.ts'
import { questionAnswering } from '../src/inference/index.ts'
import { Corpus } from './calibration/corpus.ts'
import { Embedder } from './calibration/embedder.ts'
import { type Located, passagesOf, prepareOver } from './calibration/files.ts'
import { readingsOf } from './calibration/fit.ts'
import { keptAnswers } from './calibration/reading.ts'

interface Told {
  readonly id: string
  readonly question: string
  readonly gold: string | undefined
  readonly answer: string | null
  readonly confidence: number
  readonly sure: boolean
  readonly right: boolean
}

const { values } = parseArgs({
  options: {
    step: { type: 'string', default: '1' },
    only: { type: 'string' },
    out: { type: 'string' },
    against: { type: 'string' },
    votes: { type: 'string', default: '0' },
  },
})
const reader = fileURLToPath(new URL('../models/e5-squad-reader', import.meta.url))
const engine = createInference({ kernel: platformKernel() })
const task = questionAnswering(reader, { nBest: 12 })
const kept = keptAnswers(reader)
const embedder = await Embedder.open(EMBEDDERS[0])
const calibration = calibrationOf(EMBEDDERS[0], true)

const folders = readSmallFolders(readFileSync(SMALL_FILES))
  .filter(isHeldOut)
  .filter((_, i) => i % Number(values.step) === 0)
  .filter(({ folder }) => values.only === undefined || folderOf({ id: values.only }) === folder)
const all: Told[] = []
for (const one of folders) {
  const passages = await passagesOf(one)
  if (passages.length === 0) continue
  const asked = one.questions.filter(({ id }) => values.only === undefined || id === values.only)
  const corpus = await Corpus.over(passages, embedder)
  for (const prepared of await prepareOver(corpus, asked)) all.push(await told(prepared, corpus))
}
await Promise.all([engine.stop(), embedder.stop()])

const sure = all.filter((one) => one.sure)
const share = (part: readonly Told[], whole: readonly Told[]) =>
  (part.length / Math.max(1, whole.length)).toFixed(4)
console.log(
  `${all.length} questions: right ${share(
    all.filter(({ right }) => right),
    all,
  )}, sure ${share(sure, all)}, of these right ${share(
    sure.filter(({ right }) => right),
    sure,
  )}`,
)
if (values.out !== undefined)
  writeFileSync(values.out, `${all.map((one) => JSON.stringify(one)).join('\n')}\n`)
if (values.against !== undefined) compare(readFileSync(values.against, 'utf8'))

async function told(one: Located, corpus: Corpus): Promise<Told> {
  const { asked, question, found } = one
  const extracted = await kept.of(question, found, (rows) => engine.run(task, rows))
  const readings = [...readingsOf(one, calibration), readExtraction(extracted, found, calibration)]
  const rank = ranking(question, found, (number) => headOf(corpus.passages, number))
  const outcome = vote(readings, found, calibration, calibration.vote.weights, rank)
  const { best, confidence, threshold, votes, ...limits } = await answered(
    question,
    found,
    outcome,
    calibration,
    async () => {},
  )
  for (const { share: votesShare, statement, marks } of votes.slice(0, Number(values.votes))) {
    const each = Object.entries(marks).map(([name, mark]) => `${name} ${mark.toFixed(1)}`)
    console.log(`${votesShare.toFixed(3)} ${JSON.stringify(statement)}\n      ${each.join(', ')}`)
  }
  const given = confidence >= threshold ? best : undefined
  const isSure = given !== undefined && confidence >= limits.sure
  return {
    id: asked.id,
    question: asked.question,
    gold: asked.answers[0],
    answer: given?.answer ?? null,
    confidence,
    sure: isSure,
    right: asked.unanswerable === true ? !isSure : given !== undefined && isFrom(asked, given.answer),
  }
}

function compare(written: string): void {
  const before = new Map(
    written
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Told)
      .map((one) => [one.id, one]),
  )
  const changed = all.filter(({ id, right }) => before.has(id) && before.get(id)?.right !== right)
  for (const { id, question, gold, answer, right } of changed)
    console.log(
      `${right ? 'won ' : 'lost'} ${id} ${question}\n     gold ${gold}\n     was  ${before.get(id)?.answer}\n     is   ${answer}`,
    )
  const won = changed.filter(({ right }) => right).length
  console.log(`won ${won}, lost ${changed.length - won}`)
}
