/**
 * Prints the evaluation table: each retriever alone, fusion, and fusion + vote, on SQuAD and on the factbook.
 *
 *     npx tsx scripts/evaluate-qa.ts [--data DIR] [--held-out]
 *
 * SQuAD: every paragraph a document, 2,000 questions drawn with seed 2026; skipped with a message where the data is
 * absent. `--held-out` adds the factbook's held-out questions. Runs the algorithms without actors; `npm run eval`
 * runs the team.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { EvaluationQuestion } from '../actors/question-answering/evaluation/questions.ts'
import { readQuestions } from '../actors/question-answering/evaluation/questions.ts'
import { readSquad } from '../actors/question-answering/evaluation/squad.ts'
import { nameFinder } from '../actors/question-answering/reading/names.ts'
import type { SourceText } from '../actors/question-answering/text/passages.ts'
import { Corpus, draw } from './calibration/corpus.ts'
import { Embedder } from './calibration/embedder.ts'
import { printTable } from './calibration/table.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const { values } = parseArgs({
  options: {
    data: { type: 'string', default: join(ROOT, '../shared/data') },
    'held-out': { type: 'boolean', default: false },
  },
})
const embedder = await Embedder.open()
const names = await nameFinder()

async function evaluate(
  name: string,
  documents: readonly SourceText[],
  questions: readonly EvaluationQuestion[],
  judge: 'document' | 'contains-gold',
): Promise<void> {
  const corpus = await Corpus.of(documents, embedder)
  printTable(name, corpus, await corpus.prepare(questions), names, judge)
}

const squad = join(values.data, 'squad/squad-v1.1-du-split.json')
if (existsSync(squad)) {
  const { documents, questions } = readSquad(readFileSync(squad, 'utf8'))
  await evaluate('SQuAD 1.1 (Du split)', documents, draw(questions, 2_000, 2026), 'document')
} else console.log(`skipped SQuAD: ${squad} is absent`)

const folder = join(ROOT, 'examples/data/factbook')
const countries = readdirSync(folder)
  .filter((file) => file.endsWith('.md'))
  .sort()
  .map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') }))
for (const set of values['held-out'] ? ['dev', 'held-out'] : ['dev']) {
  const questions = readQuestions(readFileSync(join(ROOT, `test/evaluation/factbook-${set}.jsonl`), 'utf8'))
  await evaluate(`factbook ${set}`, countries, questions, 'contains-gold')
}
