/**
 * Fits every constant of the question-answering team and writes actors/question-answering/calibration/without-reader.ts.
 *
 *     npx tsx scripts/calibrate-qa.ts                    # writes the constants
 *     npx tsx scripts/calibrate-qa.ts --folds 5          # writes nothing, prints figures on held-out articles
 *     npx tsx scripts/calibrate-qa.ts --reader models/e5-squad-reader   # adds a trained reader to those constants
 *     npx tsx scripts/calibrate-qa.ts --data DIR         # default ../shared/data
 *
 * Reads SQuAD 1.1 (Du split), the SQuAD 2.0 subset and the factbook's development questions; the factbook's held-out
 * questions are never read. Deterministic for the same data.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Calibration } from '../actors/question-answering/calibration/calibration.ts'
import { CALIBRATED } from '../actors/question-answering/calibration/without-reader.ts'
import { DEFAULT_MODEL } from '../actors/question-answering/open-corpus.ts'
import { nameFinder } from '../actors/question-answering/reading/names.ts'
import type { Prepared } from './calibration/corpus.ts'
import { fitAll, outcomeOf, printed } from './calibration/fit.ts'
import { fitExtraction, outcomeWithExtraction } from './calibration/fit-extraction.ts'
import { reportFolds } from './calibration/folds.ts'
import { gatherMaterial, type Material } from './calibration/material.ts'
import { type Read, type ReadMaterial, readMaterial } from './calibration/reading.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const TARGET = 'actors/question-answering/calibration/without-reader.ts'
const WITH_READER = 'actors/question-answering/calibration/with-reader.ts'

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: join(ROOT, '../shared/data') },
    folds: { type: 'string' },
    reader: { type: 'string' },
  },
})
const find = await nameFinder()
const known = new Map<string, ReturnType<typeof find>>()
// Every fold reads the same statements, so names are found once.
const names: typeof find = (text) => {
  const found = known.get(text) ?? find(text)
  known.set(text, found)
  return found
}
const material = await gatherMaterial(ROOT, values.data, DEFAULT_MODEL)
const COMMAND = 'npx tsx scripts/calibrate-qa.ts'
if (values.reader === undefined) {
  const team = {
    fit: (part: readonly Material[]) => fitAll(part, names),
    outcome: (one: Prepared, calibration: Calibration) => outcomeOf(one, calibration, names),
  }
  if (values.folds !== undefined) reportFolds(material, Number(values.folds), names, team)
  else write(TARGET, printed(team.fit(material), 'CALIBRATED', COMMAND))
} else {
  const read = await readMaterial(material, values.reader)
  const team = {
    fit: (part: readonly ReadMaterial[]) => fitExtraction(CALIBRATED, part, names),
    outcome: (one: Read, calibration: Calibration) => outcomeWithExtraction(one, calibration, names),
  }
  if (values.folds !== undefined) {
    const without = {
      fit: () => CALIBRATED,
      outcome: (one: Read, c: Calibration) => outcomeOf(one, c, names),
    }
    console.log('without the trained reader:')
    reportFolds(read, Number(values.folds), names, without)
    console.log('with it:')
    reportFolds(read, Number(values.folds), names, team)
  } else {
    const command = `${COMMAND} --reader models/e5-squad-reader`
    write(WITH_READER, printed(team.fit(read), 'CALIBRATED_EXTRACTION', command))
  }
}

function write(target: string, source: string): void {
  writeFileSync(join(ROOT, target), source)
  console.log(`wrote ${target}`)
}
