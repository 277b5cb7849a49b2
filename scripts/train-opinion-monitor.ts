/**
 * Trains every scorer of the opinion monitor and writes actors/opinion-monitor/weights/weights.json with its card.
 *
 *     npx tsx scripts/train-opinion-monitor.ts                  # trains on ../shared/data/sentfin/train.jsonl
 *     npx tsx scripts/train-opinion-monitor.ts --data FILE --out FILE     # your own labelled headlines
 *     npx tsx scripts/train-opinion-monitor.ts --folds          # writes nothing, prints figures on headlines left out
 *     npx tsx scripts/train-opinion-monitor.ts --no-encoder     # without the encoder: seconds, not minutes
 *
 * `--vectors FILE` keeps the vectors between two trainings. Deterministic for the same data and seed.
 */
import { writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { MOODS } from '../actors/opinion-monitor/reading/mood.ts'
import { SeededRandomness } from '../src/kernel/random.ts'
import { crossValidated } from './opinion-monitor/figures.ts'
import { readLabelled } from './opinion-monitor/read-labelled.ts'
import { examplesOf, train } from './opinion-monitor/train.ts'
import { embedded } from './opinion-monitor/vectors.ts'
import { weightsText } from './opinion-monitor/weights-text.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const { values } = parseArgs({
  options: {
    data: { type: 'string', default: join(ROOT, '../shared/data/sentfin/train.jsonl') },
    out: { type: 'string', default: join(ROOT, 'actors/opinion-monitor/weights/weights.json') },
    folds: { type: 'boolean', default: false },
    encoder: { type: 'boolean', default: true },
    licence: { type: 'string', default: 'MIT (SEntFiN 1.0, Sinha, Kedas, Kumar, Malo 2021)' },
    seed: { type: 'string', default: '1' },
    vectors: { type: 'string' },
  },
  allowNegative: true,
})
const { headlines, bad } = readLabelled(values.data)
for (const { line, reason } of bad) process.stderr.write(`line ${line} is left out: ${reason}\n`)
const plain = examplesOf(headlines)
const examples = values.encoder ? await embedded(plain, values.vectors) : plain
const random = new SeededRandomness(Number(values.seed)).stream('opinion-monitor')
if (values.folds) {
  const figures = crossValidated(examples, random)
  for (const [name, { macroF1, byMood }] of Object.entries(figures)) {
    const moods = MOODS.map((mood) => `${mood} ${byMood[mood].toFixed(3)}`).join('  ')
    process.stdout.write(`${name.padEnd(10)} macro-F1 ${macroF1.toFixed(4)}   ${moods}\n`)
  }
} else {
  const weights = train(examples, random)
  const card = {
    what: 'scorers of the opinion monitor: the mood of a headline for each entity that it names',
    trainedOn: `${basename(values.data)}: ${headlines.length} headlines, ${examples.length} entities`,
    licenceOfData: values.licence,
    command: `npx tsx scripts/train-opinion-monitor.ts${values.encoder ? '' : ' --no-encoder'}`,
    seed: Number(values.seed),
  }
  writeFileSync(values.out, weightsText(weights, card))
  process.stdout.write(`${values.out}: ${JSON.stringify(weights.vote)}\n`)
}
